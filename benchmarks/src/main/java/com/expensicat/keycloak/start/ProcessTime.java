package com.expensicat.keycloak.start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Processor time by the operating system's account (proc(5), {@code /proc/pid/stat}). */
public final class ProcessTime {

  private static final double TICKS = 100; // a second
  private static final int USER = 11; // fields behind the name, from 0
  private static final int TIMES = 4; // user, system, and the same of children that have ended

  private ProcessTime() {}

  /** Of a process, of those that it started, and of those of them that have ended; in seconds. */
  public static double of(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .mapToDouble(one -> of(one.pid()))
        .sum();
  }

  /** Of this process alone, and of those that it started and that have ended; in seconds. */
  public static double own() {
    return of(ProcessHandle.current().pid());
  }

  private static double of(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      return Stream.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "))
              .skip(USER)
              .limit(TIMES)
              .mapToLong(Long::parseLong)
              .sum()
          / TICKS;
    } catch (IOException e) {
      // It has ended, and is in its parent's account.
      return 0;
    }
  }
}
