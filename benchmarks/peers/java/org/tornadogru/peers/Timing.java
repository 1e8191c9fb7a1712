package org.tornadogru.peers;

import java.util.Arrays;

/**
 * How long each repetition of something took.
 *
 * @param milliseconds one entry per repetition
 * @param others the share of the CPUs that other processes took meanwhile, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Timing(double[] milliseconds, double others) {

  private static final int FEWEST = 5;

  /** Repeats an action for as long, and at least five times, twice: to warm up, and to time it. */
  static Timing of(Runnable action, double seconds) {
    repeat(action, seconds);
    CpuTimes before = CpuTimes.now();
    double[] milliseconds = repeat(action, seconds);
    return new Timing(milliseconds, CpuTimes.now().othersSince(before));
  }

  private static double[] repeat(Runnable action, double seconds) {
    double[] milliseconds = new double[1024];
    int count = 0;
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long start = System.nanoTime();
    while (count < FEWEST || start < end) {
      action.run();
      long now = System.nanoTime();
      if (count == milliseconds.length) {
        milliseconds = Arrays.copyOf(milliseconds, 2 * count);
      }
      milliseconds[count++] = (now - start) / 1e6;
      start = now;
    }
    return Arrays.copyOf(milliseconds, count);
  }

  /** The same of a part, where each repetition was of so many. */
  Timing dividedBy(int parts) {
    return new Timing(Arrays.stream(milliseconds).map(time -> time / parts).toArray(), others);
  }
}
