package org.tornadogru.oracle;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.nn.ResetPlacement;

/**
 * Problem sizes for parameterized tests: 1, odd, prime, multiples and non-multiples of 16, each
 * with both reset placements; small enough for finite differences.
 *
 * <p>As a method source: {@code @MethodSource("org.tornadogru.oracle.RandomShapes#shapes")}.
 */
public final class RandomShapes {
  /** steps, batch, hidden, vocabulary. */
  private static final int[][] SIZES = {
    {1, 1, 1, 2},
    {3, 1, 5, 4},
    {2, 5, 3, 28},
    {5, 3, 7, 11},
    {4, 16, 6, 5},
    {3, 2, 16, 6},
    {2, 3, 33, 3},
    {4, 5, 17, 13}
  };

  private RandomShapes() {}

  public static Stream<Shape> shapes() {
    return IntStream.range(0, SIZES.length)
        .boxed()
        .flatMap(
            i ->
                Stream.of(ResetPlacement.values())
                    .map(
                        reset ->
                            new Shape(
                                SIZES[i][0],
                                SIZES[i][1],
                                SIZES[i][2],
                                SIZES[i][3],
                                reset,
                                100L + i)));
  }

  /**
   * Sizes, and the random data that goes with them: the same for the same shape and seed. All
   * values are exactly representable as floats.
   *
   * @param steps T, at least 1
   * @param batch rows
   * @param hidden units
   * @param vocabulary tokens; also the size of an input vector
   * @param reset where the reset gate acts
   * @param seed of everything below
   */
  public record Shape(
      int steps, int batch, int hidden, int vocabulary, ResetPlacement reset, long seed) {

    public ReferenceGru gru() {
      return new ReferenceGru(reset);
    }

    /** Inputs of size {@code vocabulary}; all six tensors uniform in ±0.5. */
    public ReferenceParameters parameters() {
      return ReferenceParameters.random(vocabulary, hidden, vocabulary, seed, 0.5);
    }

    /** Initial states uniform in ±1, never 0: [batch][hidden]. */
    public double[][] initialState() {
      return uniform(new SplittableRandom(seed + 1_000), batch, hidden);
    }

    /** Dense inputs uniform in ±1: [steps][batch][vocabulary]. */
    public double[][][] inputs() {
      SplittableRandom random = new SplittableRandom(seed + 2_000);
      return Stream.generate(() -> uniform(random, batch, vocabulary))
          .limit(steps)
          .toArray(double[][][]::new);
    }

    /** Inputs and targets: [steps + 1][batch]. */
    public int[][] tokens() {
      return tokens(batch);
    }

    /** As {@link #tokens()}, with every row from {@code rows} on padded: −1 throughout. */
    public int[][] tokens(int rows) {
      SplittableRandom random = new SplittableRandom(seed + 3_000);
      int[][] tokens = new int[steps + 1][batch];
      for (int[] step : tokens) {
        for (int b = 0; b < batch; b++) {
          int token = random.nextInt(vocabulary);
          step[b] = b < rows ? token : -1;
        }
      }
      return tokens;
    }

    @Override
    public String toString() {
      return "T %d, B %d, H %d, V %d, reset %s, seed %d"
          .formatted(steps, batch, hidden, vocabulary, reset, seed);
    }

    private static double[][] uniform(SplittableRandom random, int rows, int columns) {
      return Stream.generate(
              () -> random.doubles(columns, -1, 1).map(value -> (float) value).toArray())
          .limit(rows)
          .toArray(double[][]::new);
    }
  }
}
