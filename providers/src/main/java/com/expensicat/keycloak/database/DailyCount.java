package com.expensicat.keycloak.database;

import java.util.concurrent.TimeUnit;

/** How many there were on the day (UTC). */
final class DailyCount {

  private long day;
  private int count;

  /**
   * Counts one more.
   *
   * @param time in milliseconds since the epoch; a day that has passed counts for the latest
   * @return how many there were on that day before
   */
  synchronized int next(long time) {
    long of = TimeUnit.MILLISECONDS.toDays(time);
    if (of > day) {
      day = of;
      count = 0;
    }
    return count == Integer.MAX_VALUE ? count : count++;
  }
}
