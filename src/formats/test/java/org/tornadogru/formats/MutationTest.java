package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.Refusals;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/**
 * Whatever is done to a file, its reader says no in one line or returns what the file can hold;
 * soon, and without allocating more than the file's own size times a constant. {@code
 * -Dmutations=N} is how many files of each format are tried.
 */
class MutationTest {

  private static final int MUTATIONS = Integer.getInteger("mutations", 1500);

  /** A reader's own tables and buffers, and what small weights are padded to. */
  private static final long BASE = 1_000_000;

  /** Bytes allocated for a byte of the file. */
  private static final long FACTOR = 32;

  private static final Duration FOR_ONE = Duration.ofSeconds(2);

  /** Makes a file's numbers. */
  interface Reader {
    Stream<Tensor> read(byte[] file);
  }

  /** A file, and how many damaged ones are made of it. */
  // An array as a record component: the record carries it and is never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Seed(String name, byte[] bytes, Reader reader, int rounds) {

    /** Whether bytes are read. Anything but the documented exception fails the test. */
    boolean reads(byte[] damaged) {
      try {
        long values = reader.read(damaged).mapToLong(t -> t.values().length).sum();
        assertThat(values * Float.BYTES).isLessThan(damaged.length);
        return true;
      } catch (InvalidInputException e) {
        assertThat(e.getMessage()).matches(Refusals.ONE_LINE);
        return false;
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("seeds")
  void aDamagedFileIsRefusedOrReadWithinBounds(Seed seed) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThat(seed.reads(seed.bytes)).isTrue();
    assertTimeoutPreemptively(
        Duration.ofSeconds(30 + seed.rounds / 50),
        () -> {
          SplittableRandom random = new SplittableRandom(seed.name.hashCode());
          int refused = 0;
          for (int round = 0; round < seed.rounds; round++) {
            byte[] bytes = mutated(seed.bytes, random);
            long before = threads.getCurrentThreadAllocatedBytes();
            long start = System.nanoTime();
            refused += seed.reads(bytes) ? 0 : 1;
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated)
                .as("bytes allocated in round %d", round)
                .isLessThan(BASE + FACTOR * bytes.length);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("time of round %d", round)
                .isLessThan(FOR_ONE);
          }
          // The rest is damage to weights alone, which may have any value.
          assertThat(refused).isBetween(2 * seed.rounds / 5, seed.rounds - 1);
        });
  }

  static Stream<Seed> seeds() throws IOException {
    List<Seed> seeds = new ArrayList<>();
    for (ModelFormat format : ModelFormat.values()) {
      Map<String, byte[]> files = files(format);
      int rounds = Math.ceilDiv(MUTATIONS, files.size());
      Reader reader = bytes -> format.parse(bytes).weights().tensors().stream();
      files.forEach((name, bytes) -> seeds.add(new Seed(name, bytes, reader, rounds)));
    }
    seeds.add(
        new Seed(
            "tensors",
            SafetensorsTest.bytes(SafetensorsTest.CONTENT),
            bytes -> Safetensors.parse(FileBytes.of(bytes)).tensors().stream(),
            3 * MUTATIONS));
    seeds.add(
        new Seed(
            "language model",
            SafetensorsTest.bytes(GruModelTest.content()),
            bytes -> ModelFormat.SAFETENSORS.parse(bytes).weights().tensors().stream(),
            3 * MUTATIONS));
    return seeds.stream();
  }

  static Map<String, byte[]> files(ModelFormat format) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
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
    files.put(format + " small", format.bytes(small));
    files.put(format + " deep", format.bytes(deep));
    GruModel table =
        Models.random(GruConfig.builder(4, 2).embedding(2).tied().build(), 4, 3)
            .withUsage(
                Usage.PLAIN
                    .withSteps(Usage.Steps.FINAL_STATE)
                    .withActivation(OutputActivation.SOFTMAX)
                    .withPadding(0));
    files.put(format + " table", format.bytes(table));
    if (format != ModelFormat.KERAS_WEIGHTS) { // which do not say what is between them
      Dense layer = new Dense(2, new ActivationFunction(ActivationFunction.Kind.ELU, 1, 0));
      GruConfig config = GruConfig.builder(2, 2).dense(layer, layer).build();
      files.put(format + " dense", format.bytes(Models.random(config, 1, 4)));
    }
    switch (format) {
      case KERAS -> {
        files.put("Keras' plain", KerasCodecTest.file("plain.keras"));
        files.put("Keras' stack", KerasCodecTest.file("stack.keras"));
      }
      case KERAS_WEIGHTS -> {
        files.put("Keras' weights", KerasCodecTest.file("plain.weights.h5"));
        files.put("Keras 2's model", Cases.bytes("keras2_h5_said_to_have_no_gru/model.h5"));
      }
      case ONNX -> files.put("PyTorch's export", Cases.bytes("opset7_export/model.onnx"));
      case SAFETENSORS ->
          files.put(
              "PyTorch's layers", Cases.bytes("embedding_taken_for_linear/model.safetensors"));
    }
    return files;
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
