package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Refusals;

/**
 * Files made to hurt are refused in one line, within a second, and with memory within a small
 * multiple of the file; this module's tests have 512 MB in all.
 */
@Tag("plain-jvm")
class HostileFilesTest {

  /** Of a processor: others may be at work. */
  private static final Duration LIMIT = Duration.ofSeconds(1);

  /**
   * Bytes allocated, and no longer needed for the most part: for any file, and for a byte of it.
   */
  private static final long BASE = 32_000_000;

  private static final long FACTOR = 16;

  @TempDir private Path directory;

  /** What is measured is the files' work and not the JVM's own beginning. */
  @BeforeAll
  static void warmUp() throws IOException {
    for (ModelFormat format : ModelFormat.values()) {
      byte[] file = format.bytes(Models.random(GruConfig.builder(3, 4).build(), 2, 1));
      for (int round = 0; round < 200; round++) {
        format.parse(file);
      }
    }
  }

  static Stream<HostileFile> files() {
    return HostileFile.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFileMadeToHurtIsRefusedSoonAndWithLittleMemory(HostileFile hostile) throws IOException {
    Path file = directory.resolve("hostile" + hostile.ending());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      hostile.content().writeTo(out);
    }
    long size = Files.size(file);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long start = threads.getCurrentThreadCpuTime();

    String outcome = outcome(file);

    Duration time = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(time).isLessThan(LIMIT);
    assertThat(allocated).isLessThan(BASE + FACTOR * size);
    assertThat(outcome).contains(hostile.message()).matches(Refusals.ONE_LINE);
  }

  private static String outcome(Path file) {
    try {
      return "read " + ModelFormat.read(file).config();
    } catch (InvalidInputException e) {
      return e.getMessage();
    }
  }

  /** A sparse file costs its maker nothing. */
  @ParameterizedTest
  @MethodSource("endings")
  void aFileLargerThanMemoryIsRefusedByItsSize(String ending) throws IOException {
    Path file = directory.resolve("large" + ending);
    for (long size : new long[] {600L << 20, 3L << 30}) {
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
      long start = System.nanoTime();
      Refusals.assertRefused(() -> ModelFormat.read(file));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
    }
  }

  static Stream<String> endings() {
    return Stream.of(ModelFormat.values()).map(ModelFormat::ending);
  }

  @ParameterizedTest
  @MethodSource("endings")
  void aFileThatGetsShorterWhileItIsReadIsRefused(String ending) throws IOException {
    Path file = directory.resolve("short" + ending);
    ModelFormat.writeLossy(Models.random(GruConfig.builder(30, 40).build(), 2, 1), file, false);

    Refusals.assertRefused(
        () ->
            OpenFile.read(
                file,
                bytes -> {
                  shorten(file, 5000);
                  return bytes.all(1);
                }),
        "cannot read " + file);
    Refusals.assertRefused(() -> ModelFormat.read(file), file.toString());
  }

  private static void shorten(Path file, long size) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void memoryIsBoundedWhereTheLimitsAreTested() {
    assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(512L << 20);
  }
}
