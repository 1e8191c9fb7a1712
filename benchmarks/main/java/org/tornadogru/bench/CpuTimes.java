package org.tornadogru.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What the machine and this process have used of the CPUs since the start, from Linux's {@code
 * /proc}.
 *
 * @param machine busy time of all CPUs in clock ticks, what a hypervisor took away included
 * @param total time of all CPUs in clock ticks, busy or not
 * @param process time of this process in clock ticks, all threads
 */
record CpuTimes(long machine, long total, long process) {

  private static final int IDLE = 3;
  private static final int WAITING = 4;
  private static final int GUEST = 8; // counted as user time already

  /** Now, or all zeros where there is no {@code /proc}. */
  static CpuTimes now() {
    Path machine = Path.of("/proc/stat");
    if (!Files.isReadable(machine)) {
      return new CpuTimes(0, 0, 0);
    }
    try {
      return parse(
          Files.readAllLines(machine).getFirst(), Files.readString(Path.of("/proc/self/stat")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read CPU times", e);
    }
  }

  /**
   * The times in the texts of Linux.
   *
   * @param machine {@code cpu user nice system idle iowait irq softirq steal guest guest_nice}
   * @param process {@code pid (name) state …}, where name may have spaces and parentheses
   */
  static CpuTimes parse(String machine, String process) {
    long[] ticks =
        fields(machine.substring(machine.indexOf(' '))).stream()
            .mapToLong(Long::parseLong)
            .toArray();
    long total = Arrays.stream(ticks).limit(GUEST).sum();
    List<String> own = fields(process.substring(process.lastIndexOf(')') + 1));
    return new CpuTimes(
        total - ticks[IDLE] - ticks[WAITING],
        total,
        Long.parseLong(own.get(11)) + Long.parseLong(own.get(12))); // utime, stime
  }

  private static List<String> fields(String text) {
    return Arrays.asList(text.strip().split("\\s+", -1));
  }

  /** The share of all CPUs that other processes took since then, 0 to 1; 0 if unknown. */
  double othersSince(CpuTimes earlier) {
    long elapsed = total - earlier.total;
    long others = machine - earlier.machine - (process - earlier.process);
    return elapsed == 0 ? 0 : (double) Math.max(0, others) / elapsed;
  }
}
