package org.tornadogru.oracle;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.LayerLoss.CrossEntropy;
import org.tornadogru.oracle.LayerLoss.Head;
import org.tornadogru.oracle.ReferenceLayer.Gradients;

/**
 * Language models, each with a text. {@link #texts} are of one layer: sizes 1, odd, prime,
 * multiples and non-multiples of 16, each with both reset placements; small enough for finite
 * differences.
 *
 * <p>As a method source: {@code @MethodSource("org.tornadogru.oracle.RandomTexts#texts")}.
 */
public final class RandomTexts {
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

  private RandomTexts() {}

  public static Stream<Text> texts() {
    return IntStream.range(0, SIZES.length)
        .boxed()
        .flatMap(
            i ->
                Stream.of(ResetPlacement.values())
                    .map(
                        reset ->
                            text(
                                SIZES[i][0],
                                SIZES[i][1],
                                SIZES[i][2],
                                SIZES[i][3],
                                reset,
                                100L + i)));
  }

  /** A model, initial states that are not zero, and a text, all of them from the seed. */
  public static Text text(
      int steps, int batch, int hidden, int vocabulary, ResetPlacement reset, long seed) {
    return text(steps, batch, GruConfig.ofTokens(vocabulary, hidden, reset), seed);
  }

  /** The same of any model. */
  public static Text text(int steps, int batch, GruConfig config, long seed) {
    int vocabulary = config.inputSize();
    RandomLayer model = new RandomLayer(seed, config, vocabulary, steps, batch, null, null, true);
    SplittableRandom random = new SplittableRandom(seed);
    int[][] tokens =
        Stream.generate(() -> random.ints(batch, 0, vocabulary).toArray())
            .limit(steps + 1L)
            .toArray(int[][]::new);
    return new Text(model, tokens, model.input().h0());
  }

  /**
   * A text, each token of which is to be predicted from those before it.
   *
   * @param model reads tokens and scores the next one; its own input and losses are not used
   * @param tokens inputs are [0, steps), targets are [1, steps]: [steps + 1][batch]; −1 is padding,
   *     which counts as token 0 as an input, and not at all as a target
   * @param h0 initial states, [layers][batch][hidden]; null is zero
   */
  // Arrays as record components: the record carries values and is never compared.
  @SuppressWarnings("ArrayRecordComponent")
  public record Text(RandomLayer model, int[][] tokens, double[][][] h0) {

    /** The same with every row from {@code rows} on padded throughout. */
    public Text padded(int rows) {
      int[][] padded = Arrays.stream(tokens).map(int[]::clone).toArray(int[][]::new);
      Arrays.stream(padded).forEach(step -> Arrays.fill(step, rows, step.length, -1));
      return new Text(model, padded, h0);
    }

    /** The same from zero states. */
    public Text fromZero() {
      return new Text(model, tokens, null);
    }

    /** The model's, in ±0.5 whatever its size. */
    public Map<String, double[]> tensors() {
      return model.tensors(true, 0.5);
    }

    public LayerInput input() {
      int[][] inputs = Arrays.copyOf(tokens, tokens.length - 1);
      return LayerInput.ofTokens(inputs, model.config().inputSize()).withState(h0);
    }

    public CrossEntropy loss() {
      return new CrossEntropy(Head.EACH_STEP, Arrays.copyOfRange(tokens, 1, tokens.length));
    }

    /** Mean cross-entropy in nats over all targets that are not padding; 0 if all are. */
    public double loss(Map<String, double[]> tensors) {
      return model.reference().loss(tensors, input(), loss());
    }

    /** The gradients of {@link #loss(Map)}. */
    public Gradients gradients(Map<String, double[]> tensors) {
      return model.reference().gradients(tensors, input(), loss());
    }

    /** [steps + 1][batch] in one array. */
    public int[] flat() {
      return Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
    }

    @Override
    public String toString() {
      GruConfig config = model.config();
      return "T %d, B %d, H %d, V %d, reset %s, seed %d"
          .formatted(
              tokens.length - 1,
              tokens[0].length,
              config.hiddenSize(),
              config.inputSize(),
              config.reset(),
              model.seed());
    }
  }
}
