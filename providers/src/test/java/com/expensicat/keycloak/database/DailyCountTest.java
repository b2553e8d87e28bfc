package com.expensicat.keycloak.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DailyCountTest {

  private static final long NOON = TimeUnit.DAYS.toMillis(20_000) + TimeUnit.HOURS.toMillis(12);
  private static final long LATER = NOON + TimeUnit.HOURS.toMillis(11);
  private static final long NEXT_DAY = NOON + TimeUnit.HOURS.toMillis(12);

  private final DailyCount count = new DailyCount();

  @Test
  void countsUpWithinADay() {
    assertThat(count.next(NOON)).isZero();
    assertThat(count.next(NOON)).isEqualTo(1);
    assertThat(count.next(LATER)).isEqualTo(2);
  }

  @Test
  void beginsAnewOnTheNextDay() {
    count.next(NOON);
    count.next(LATER);

    assertThat(count.next(NEXT_DAY)).isZero();
    assertThat(count.next(NEXT_DAY)).isEqualTo(1);
  }

  @Test
  void aLateOneOfADayThatHasPassedCountsForTheLatest() {
    count.next(NEXT_DAY);

    assertThat(count.next(LATER)).isEqualTo(1);
  }
}
