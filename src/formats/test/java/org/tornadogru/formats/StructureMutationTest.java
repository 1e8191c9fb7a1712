package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Refusals;

/**
 * Files that are right for the most part, in which parts are others than they should be, are
 * refused in one line or read, soon and with little memory. {@code -Dstructures=N} is how many are
 * tried, {@code -Dstructures.seed=S} the seed of the first; each has the next one, so that {@code N
 * = 1} repeats it.
 */
@Tag("plain-jvm")
class StructureMutationTest {

  private static final int COUNT = Integer.getInteger("structures", 5000);
  private static final long SEED = Long.getLong("structures.seed", 1);
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final int MOST_FINDINGS = 20;

  /** Bytes allocated for any file, and for a byte of it. */
  private static final long BASE = 2_000_000;

  private static final long FACTOR = 64;

  /** A model has this many times the bytes of its file at most: layers may share weights. */
  private static final int LARGEST_MODEL = 16;

  @TempDir private static Path directory;

  /** What is mutated. */
  enum Kind {
    SAFETENSORS,
    CHECKPOINT,
    ONNX,
    KERAS,
    KERAS_WEIGHTS;

    Mutator mutator() {
      return switch (this) {
        case SAFETENSORS, CHECKPOINT -> JsonMutator::ofSafetensors;
        case ONNX -> OnnxMutator::mutated;
        case KERAS -> new ZipMutator()::mutated;
        case KERAS_WEIGHTS -> new Hdf5Mutator()::mutated;
      };
    }

    List<byte[]> files() throws IOException {
      return this == CHECKPOINT
          ? List.of(CheckpointTest.bytes(directory))
          : List.copyOf(MutationTest.files(ModelFormat.valueOf(name())).values());
    }

    /** Reads a file; returns how many values it has. */
    long read(byte[] file) {
      if (this == CHECKPOINT) {
        CheckpointTest.parse(file);
        return 0;
      }
      return ModelFormat.valueOf(name()).parse(file).weights().count();
    }
  }

  private static volatile String current = "";

  @BeforeAll
  static void saySeed() {
    System.out.printf("structure mutations: %d of seed %d%n", COUNT, SEED);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void aFileOfOtherPartsIsRefusedOrReadWithinBounds(Kind kind) throws IOException {
    int count = Math.ceilDiv(COUNT, Kind.values().length);
    Mutator mutator = kind.mutator();
    List<byte[]> files = kind.files();
    for (byte[] file : files) {
      for (int round = 0; round < 50; round++) { // as fast as later
        kind.read(file);
      }
    }
    long start = System.nanoTime();
    List<String> findings = new ArrayList<>();
    Map<Boolean, Integer> outcomes = new LinkedHashMap<>(Map.of(true, 0, false, 0));
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60 + count / 100),
        () -> {
          for (long seed = SEED; seed < SEED + count && findings.size() < MOST_FINDINGS; seed++) {
            current = kind + " of seed " + seed;
            SplittableRandom random = new SplittableRandom(seed);
            byte[] mutant = mutator.mutated(files.get(random.nextInt(files.size())), random);
            Attempt attempt = Attempt.of(kind, mutant);
            outcomes.merge(attempt.refused(), 1, Integer::sum);
            if (!attempt.problem().isEmpty()) {
              findings.add("%s: %s".formatted(current, attempt.problem()));
              Files.write(Path.of("src/formats/target", current.replace(' ', '-')), mutant);
            }
          }
        },
        () -> "it did not end: " + current);
    System.out.printf(
        "%s: %d refused, %d read, %.1f s%n",
        kind, outcomes.get(true), outcomes.get(false), (System.nanoTime() - start) / 1e9);
    assertThat(findings).isEmpty();
    assertThat(outcomes.get(true)).isPositive();
    assertThat(count == 1 || outcomes.get(false) > 0).isTrue();
  }

  /**
   * What came of reading a file.
   *
   * @param problem empty if it was as it should be
   */
  private record Attempt(boolean refused, String problem) {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    // Whatever is thrown is a finding.
    @SuppressWarnings("CatchingUnchecked")
    static Attempt of(Kind kind, byte[] file) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      long start = THREADS.getCurrentThreadCpuTime();
      boolean refused = false;
      String problem = "";
      try {
        if (Float.BYTES * kind.read(file) > (long) LARGEST_MODEL * file.length) {
          problem = "the model is larger than the file";
        }
      } catch (InvalidInputException e) {
        refused = true;
        problem = e.getMessage().matches(Refusals.ONE_LINE) ? "" : e.getMessage();
      } catch (Exception | Error e) {
        problem = e + " at " + e.getStackTrace()[0];
      }
      Duration time = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start);
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (time.compareTo(LIMIT) > 0) {
        problem += " after " + time;
      }
      if (allocated > BASE + FACTOR * file.length) {
        problem += " %d bytes allocated for %d".formatted(allocated, file.length);
      }
      return new Attempt(refused, problem);
    }
  }
}
