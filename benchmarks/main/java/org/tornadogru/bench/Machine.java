package org.tornadogru.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What measurements were made on. */
public final class Machine {

  private static final Path CPUS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Processor, number of CPUs and operating system, in one line. */
  public static String description() {
    return "%s, %d CPUs, %s"
        .formatted(
            processor(), Runtime.getRuntime().availableProcessors(), System.getProperty("os.name"));
  }

  private static String processor() {
    String architecture = System.getProperty("os.arch");
    if (!Files.isReadable(CPUS)) {
      return architecture;
    }
    try {
      return Files.readAllLines(CPUS, StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    } catch (IOException e) {
      return architecture;
    }
  }
}
