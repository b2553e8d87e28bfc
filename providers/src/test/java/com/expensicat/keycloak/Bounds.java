package com.expensicat.keycloak;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Holds a reader to what one input may cost: processor time, and memory in proportion to its size.
 */
public final class Bounds {

  /**
   * Most processor time for one input, in nanoseconds: 250 ms, which a good reader stays far below
   * even instrumented and on a busy machine, and one whose time grows with the square does not.
   */
  private static final long MOST_TIME = 250_000_000;

  /** Most memory that is allocated for one input, in bytes, and for each byte of it besides. */
  private static final long MOST_MEMORY = 1 << 20;

  private static final long MOST_MEMORY_PER_BYTE = 512;

  /** How often what costs too much is tried again: what it costs counts when classes are loaded. */
  private static final int TRIES = 10;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Bounds() {}

  /** Reads one input. */
  @FunctionalInterface
  public interface Reader {
    /** Throws nothing but what the reader declares; anything else is a finding. */
    void read(byte[] input) throws Exception;
  }

  /**
   * Reads an input and measures.
   *
   * @throws AssertionError if it takes more than 250 ms of this thread's processor time, or
   *     allocates more than 1 MiB and 512 bytes for each of its own
   */
  public static void hold(byte[] input, Reader reader) throws Exception {
    long mostMemory = MOST_MEMORY + MOST_MEMORY_PER_BYTE * input.length;
    long time = Long.MAX_VALUE;
    long memory = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && (time > MOST_TIME || memory > mostMemory); i++) {
      long startedAt = THREAD.getCurrentThreadCpuTime();
      long allocatedBefore = THREAD.getCurrentThreadAllocatedBytes();
      reader.read(input);
      memory = Math.min(memory, THREAD.getCurrentThreadAllocatedBytes() - allocatedBefore);
      time = Math.min(time, THREAD.getCurrentThreadCpuTime() - startedAt);
    }
    if (time > MOST_TIME) {
      throw new AssertionError("takes " + time / 1_000_000 + " ms");
    }
    if (memory > mostMemory) {
      throw new AssertionError("allocates " + memory + " bytes for " + input.length);
    }
  }
}
