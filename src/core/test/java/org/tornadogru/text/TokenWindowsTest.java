package org.tornadogru.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;

class TokenWindowsTest {
  /** A text in which every token is its own place, so that a window shows where it was cut. */
  private static int[] places(int length) {
    return IntStream.range(0, length).toArray();
  }

  @Test
  void d2lTrainsOnTheFirstTenThousandWindowsAndValidatesOnTheNextFive() {
    TokenWindows windows = TokenWindows.d2l(places(20_000), 32);

    assertThat(windows.trainCount()).isEqualTo(10_000);
    assertThat(windows.validationCount()).isEqualTo(5_000);
    assertThat(starts(windows.training(1024, 7, 1)))
        .containsExactlyInAnyOrderElementsOf(range(0, 10_000));
    assertThat(starts(windows.validation(1024))).isEqualTo(range(10_000, 15_000));
  }

  @Test
  void d2lBatchesOf1024EndWith784And904Rows() {
    TokenWindows windows = TokenWindows.d2l(places(15_032), 32);

    assertThat(rows(windows.training(1024, 0, 1))).hasSize(10).endsWith(1024, 784);
    assertThat(rows(windows.validation(1024))).hasSize(5).endsWith(1024, 904);
  }

  @Test
  void d2lNeedsFifteenThousandWindows() {
    assertThat(TokenWindows.d2l(places(15_032), 32).validationCount()).isEqualTo(5_000);
    assertThatThrownBy(() -> TokenWindows.d2l(places(15_031), 32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the text has 15031 characters but 15000 windows of 32 steps need 15032:"
                + " give a longer text, or use all windows of it");
    assertRefused(() -> TokenWindows.d2l(new int[0], Integer.MAX_VALUE), "has 0 characters");
  }

  record Split(long seed, int length, int steps, int batch) {}

  static Stream<Split> randomSplits() {
    return LongStream.rangeClosed(1, 20)
        .mapToObj(
            seed -> {
              SplittableRandom random = new SplittableRandom(seed);
              int steps = random.nextInt(1, 40);
              int length = 3 * steps + 1 + random.nextInt(200);
              return new Split(seed, length, steps, random.nextInt(1, 70));
            });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("randomSplits")
  void allUsesEveryWindowOfEachPartAndSharesNoCharacter(Split split) {
    TokenWindows windows = TokenWindows.all(places(split.length), split.steps);
    int boundary = split.length * 2 / 3;

    assertThat(starts(windows.training(split.batch, split.seed, 1)))
        .containsExactlyInAnyOrderElementsOf(range(0, boundary - split.steps));
    assertThat(starts(windows.validation(split.batch)))
        .isEqualTo(range(boundary, split.length - split.steps));
    assertThat(windows.trainCount()).isPositive();
    assertThat(windows.validationCount()).isPositive();
  }

  @ParameterizedTest(name = "steps {0}")
  @ValueSource(ints = {1, 2, 3, 31, 32})
  void allNeedsAWindowInEachPart(int steps) {
    int shortest = 3 * steps + 1;

    TokenWindows windows = TokenWindows.all(places(shortest), steps);
    assertThat(windows.validationCount()).isEqualTo(1);
    assertThat(windows.trainCount()).isPositive();
    assertRefused(
        () -> TokenWindows.all(places(shortest - 1), steps),
        "the text has " + (shortest - 1) + " characters",
        "at least " + shortest,
        "shorter than one window");
  }

  @Test
  void theOrderDependsOnSeedAndEpochAlone() {
    TokenWindows windows = TokenWindows.d2l(places(15_001), 1);
    List<Integer> order = starts(windows.training(1024, 1, 2));

    assertThat(starts(windows.training(1024, 1, 2))).isEqualTo(order);
    assertThat(starts(windows.training(33, 1, 2))).as("batch size").isEqualTo(order);
    assertThat(starts(windows.training(1024, 1, 3))).as("epoch").isNotEqualTo(order);
    assertThat(starts(windows.training(1024, 3, 2))).as("seed").isNotEqualTo(order);
    assertThat(starts(windows.training(1024, 2, 1))).as("swapped").isNotEqualTo(order);
  }

  /** A checkpoint resumed on another machine must see the same batches. */
  @Test
  void theOrderIsTheSameOnEveryMachine() {
    TokenWindows windows = TokenWindows.all(places(16), 1);

    assertThat(starts(windows.training(4, 42, 1))).containsExactly(7, 2, 6, 1, 0, 8, 3, 4, 5);
  }

  @Test
  void everyWindowIsEquallyLikelyToComeFirst() {
    TokenWindows windows = TokenWindows.all(places(13), 1);
    int draws = 7_000;
    int[] first = new int[windows.trainCount()];
    for (int epoch = 0; epoch < draws; epoch++) {
      first[starts(windows.training(1, 11, epoch)).getFirst()]++;
    }

    // Seven places, 1000 expected in each, standard deviation 29.
    assertThat(first).hasSize(7);
    assertThat(Arrays.stream(first)).allMatch(count -> count > 850 && count < 1150);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("randomSplits")
  void aBatchIsTimeMajorAndPadded(Split split) {
    SplittableRandom random = new SplittableRandom(split.seed);
    int[] tokens = random.ints(split.length, 0, 28).toArray();
    TokenWindows windows = TokenWindows.all(tokens, split.steps);
    TokenBatches batches = windows.validation(split.batch);
    int first = split.length * 2 / 3;

    for (int index = 0; index < batches.count(); index++) {
      int[] out = batches.tokens(index);
      int rows = batches.rows(index);

      assertThat(rows).isBetween(1, split.batch);
      assertThat(out).hasSize((split.steps + 1) * split.batch);
      for (int t = 0; t <= split.steps; t++) {
        for (int b = 0; b < split.batch; b++) {
          int expected = b < rows ? tokens[first + index * split.batch + b + t] : Sequences.PADDING;
          assertThat(out[t * split.batch + b]).as("t %d b %d", t, b).isEqualTo(expected);
        }
      }
    }
    assertThat(rows(batches).stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(windows.validationCount());
  }

  @Test
  void aBatchLargerThanThePartIsOnePaddedBatch() {
    TokenBatches batches = TokenWindows.all(places(7), 2).validation(5);

    assertThat(batches.count()).isEqualTo(1);
    assertThat(batches.rows(0)).isEqualTo(1);
    assertThat(batches.tokens(0))
        .containsExactly(4, -1, -1, -1, -1, 5, -1, -1, -1, -1, 6, -1, -1, -1, -1);
  }

  @Test
  void windowsThatFollowOneAnotherPredictEveryCharacterButTheFirst() {
    TokenBatches batches = TokenBatches.following(places(12), 5);

    assertThat(batches.count()).isEqualTo(1);
    assertThat(batches.tokens(0))
        .containsExactly(0, 5, 10, 1, 6, 11, 2, 7, -1, 3, 8, -1, 4, 9, -1, 5, 10, -1);
    assertThat(TokenBatches.following(places(3), 5).tokens(0)).containsExactly(0, 1, 2);
    TokenBatches equal = TokenBatches.following(places(1026 + 1), 1);
    assertThat(equal.batch()).isEqualTo(513);
    assertThat(rows(equal)).containsExactly(513, 513);
  }

  @Test
  void aBatchNeedNotHaveMoreRowsThanThereAreWindows() {
    TokenWindows windows = TokenWindows.all(places(16), 1);
    assertThat(windows.trainCount()).isEqualTo(9).isGreaterThan(windows.validationCount());
    assertThat(windows.rows(8)).isEqualTo(8);
    assertThat(windows.rows(1024)).isEqualTo(9);
  }

  @Test
  void impossibleSizesAreRejected() {
    TokenWindows windows = TokenWindows.all(places(100), 9);

    assertRefused(() -> TokenWindows.all(places(100), 0), "at least 1 step");
    assertRefused(() -> windows.validation(0), "at least 1 window");
    assertRefused(() -> windows.training(Integer.MAX_VALUE, 0, 1), "smaller batch");
    TokenBatches batches = windows.validation(8);
    assertThatThrownBy(() -> batches.get(batches.count()))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** The places of the first characters, in the order of the batches; checks the rest of each. */
  private static List<Integer> starts(TokenBatches batches) {
    List<Integer> starts = new ArrayList<>();
    for (int index = 0; index < batches.count(); index++) {
      int[] out = batches.tokens(index);
      for (int b = 0; b < batches.rows(index); b++) {
        starts.add(out[b]);
        int last = out[batches.steps() * batches.batch() + b];
        assertThat(last - out[b]).isEqualTo(batches.steps());
      }
    }
    return starts;
  }

  private static List<Integer> rows(TokenBatches batches) {
    return IntStream.range(0, batches.count()).mapToObj(batches::rows).toList();
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
