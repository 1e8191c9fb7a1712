package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Merge;

/**
 * Whatever is done to a file, its reader says no in one line or returns a model; soon, and without
 * allocating more than the file's own size times a constant. {@code -Dmutations=N} is how many
 * files of each format are tried.
 */
class MutationTest {

  private static final int MUTATIONS = Integer.getInteger("mutations", 1500);

  /** A reader's own tables and buffers, and what small weights are padded to. */
  private static final long BASE = 1 << 20;

  /** Bytes allocated for a byte of the file. */
  private static final long FACTOR = 32;

  private static final Duration FOR_ONE = Duration.ofSeconds(2);

  @ParameterizedTest
  @EnumSource
  void aDamagedFileIsRefusedOrReadWithinBounds(ModelFormat format) throws IOException {
    Map<String, byte[]> seeds = seeds(format);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    seeds.forEach((name, seed) -> assertThat(read(format, seed)).as(name).isTrue());
    int perSeed = Math.ceilDiv(MUTATIONS, seeds.size());
    seeds.forEach(
        (name, seed) ->
            assertTimeoutPreemptively(
                Duration.ofSeconds(30 + perSeed / 50),
                () -> {
                  SplittableRandom random = new SplittableRandom(name.hashCode());
                  int refused = 0;
                  for (int round = 0; round < perSeed; round++) {
                    byte[] bytes = mutated(seed, random);
                    long before = threads.getCurrentThreadAllocatedBytes();
                    long start = System.nanoTime();
                    refused += read(format, bytes) ? 0 : 1;
                    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                    assertThat(allocated)
                        .as("bytes allocated for %s, round %d", name, round)
                        .isLessThan(BASE + FACTOR * bytes.length);
                    assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("time for %s, round %d", name, round)
                        .isLessThan(FOR_ONE);
                  }
                  // Most damage is in the weights, which may have any value.
                  assertThat(refused).as(name).isBetween(perSeed / 20, perSeed - 1);
                }));
  }

  /** Whether the file was read. Anything but the documented exception fails the test. */
  private static boolean read(ModelFormat format, byte[] bytes) {
    try {
      format.parse(MemorySegment.ofArray(bytes));
      return true;
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(600);
      return false;
    }
  }

  private static Map<String, byte[]> seeds(ModelFormat format) throws IOException {
    Map<String, byte[]> seeds = new LinkedHashMap<>();
    GruModel small = Models.random(GruConfig.builder(2, 2).build(), 1, 1);
    GruModel deep =
        Models.random(
            GruConfig.builder(3, 2)
                .tokens()
                .layers(2)
                .direction(Direction.BIDIRECTIONAL)
                .merge(format == ModelFormat.KERAS_WEIGHTS ? Merge.CONCAT : Merge.AVERAGE)
                .dropout(0.5f)
                .build(),
            2,
            2);
    seeds.put(format + " small", format.bytes(small));
    seeds.put(format + " deep", format.bytes(deep));
    switch (format) {
      case KERAS -> {
        seeds.put("Keras' plain", KerasCodecTest.file("plain.keras"));
        seeds.put("Keras' stack", KerasCodecTest.file("stack.keras"));
      }
      case KERAS_WEIGHTS -> seeds.put("Keras' weights", KerasCodecTest.file("plain.weights.h5"));
      default -> {
        // Our own files have all there is.
      }
    }
    return seeds;
  }

  /** Flips, overwrites, splices, removes, repeats and cuts; numbers become extreme. */
  private static byte[] mutated(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    for (int change = random.nextInt(1, 5); change > 0; change--) {
      int at = random.nextInt(bytes.length);
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (random.nextInt(8)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) ('0' + random.nextInt(10));
        case 3 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0x7f);
        case 4 -> {
          if (at + Integer.BYTES <= bytes.length) {
            buffer.putInt(at, random.nextInt() >>> random.nextInt(32));
          }
        }
        case 5 -> {
          if (at + Long.BYTES <= bytes.length) {
            buffer.putLong(at, random.nextLong() >>> random.nextInt(64));
          }
        }
        case 6 -> {
          int from = random.nextInt(bytes.length);
          int size = Math.min(random.nextInt(1, 64), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, bytes, at, size);
        }
        default -> bytes = spliced(bytes, at, random);
      }
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(2 * bytes.length)) : bytes;
  }

  /** Takes out a part, or puts it in twice. */
  private static byte[] spliced(byte[] bytes, int at, SplittableRandom random) {
    int size = Math.min(random.nextInt(1, 32), bytes.length - at);
    boolean twice = random.nextBoolean();
    byte[] spliced = new byte[twice ? bytes.length + size : bytes.length - size];
    System.arraycopy(bytes, 0, spliced, 0, at);
    if (twice) {
      System.arraycopy(bytes, at, spliced, at, size);
      System.arraycopy(bytes, at, spliced, at + size, bytes.length - at);
    } else {
      System.arraycopy(bytes, at + size, spliced, at, bytes.length - at - size);
    }
    return spliced;
  }
}
