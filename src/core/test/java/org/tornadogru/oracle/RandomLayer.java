package org.tornadogru.oracle;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Tensor;

/**
 * A layer and the data that goes with it, the same for the same seed. All values are exactly
 * representable as floats.
 *
 * @param outputs of the linear layer behind it, for tests that want one
 * @param steps T
 * @param batch N
 * @param lengths valid leading steps of each row, from 0 on, [N]; null if there are none to say
 * @param valid the mask, that of the lengths if there are any, [T][N]; null for no mask
 * @param hasState whether the initial state is not zero
 */
// Arrays as record components: these records carry values and are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record RandomLayer(
    long seed,
    GruConfig config,
    int outputs,
    int steps,
    int batch,
    int[] lengths,
    boolean[][] valid,
    boolean hasState) {

  /** What distinguishes it, as far as other kernels run, or run with other data. */
  Set<String> features() {
    Set<String> features = new HashSet<>();
    features.add("biases " + config.biases());
    features.add("input " + config.input() + ", " + embedding());
    features.add("gating " + config.gating());
    features.add("direction " + config.direction());
    features.add("mask " + (lengths != null ? "of lengths" : valid != null ? "of steps" : "none"));
    features.add("several layers " + (config.layers() > 1));
    features.add("layers alike " + layersAreAlike());
    features.add("initial state " + hasState);
    features.add("head " + seed % 4); // where it is, and what it predicts
    features.add("dense layers " + config.dense().size());
    if (config.direction() == Direction.BIDIRECTIONAL) {
      features.add("merge " + config.merge());
      features.add("walks alike " + walksAreAlike());
    }
    if (valid != null) {
      features.add("masked output " + config.maskedOutput());
    }
    if (config.keepReversed()) {
      features.add("keeps the reversed order");
    }
    for (float probability :
        new float[] {config.dropout(), config.inputDropout(), config.recurrentDropout()}) {
      if (probability > 0) {
        features.add("dropout " + probability); // each kind has its own
      }
    }
    if (config.isStandardCell() && config.recurrentDropout() == 0) {
      features.add("standard cell, reset " + config.reset()); // with twins in each kernel set
    } else {
      features.add("variant, reset " + config.reset());
      features.add("clipped " + Float.isFinite(config.clip()));
    }
    return features;
  }

  /** How many, and whether they differ in size. */
  String layers() {
    return config.layers() + (layersAreAlike() ? "" : " unlike");
  }

  private boolean layersAreAlike() {
    return Set.copyOf(config.hiddenSizes()).size() == 1;
  }

  /** Whether all walks of a layer have the same activations. */
  boolean walksAreAlike() {
    return Set.copyOf(config.gateActivations()).size() == 1
        && Set.copyOf(config.candidateActivations()).size() == 1;
  }

  /** Where its tokens' vectors are. */
  String embedding() {
    return config.tied() ? "tied table" : config.hasEmbedding() ? "table" : "no table";
  }

  public ReferenceLayer reference() {
    return new ReferenceLayer(config);
  }

  /**
   * Tensors uniform in ±1/√H or ±0.5: with more, unbounded activations would let the states
   * explode. Those of the GRU are the same with a head and without.
   */
  public Map<String, double[]> tensors(boolean withHead) {
    return tensors(withHead, 1 / Math.sqrt(Math.max(4, config.hiddenSize())));
  }

  /** Tensors uniform in ±bound. */
  public Map<String, double[]> tensors(boolean withHead, double bound) {
    SplittableRandom random = random(1);
    Map<String, double[]> tensors = new LinkedHashMap<>();
    reference()
        .shapes(withHead ? outputs : 0)
        .forEach(
            (name, shape) ->
                tensors.put(
                    name, vector(random, bound, shape.stream().reduce(1, (a, b) -> a * b))));
    return tensors;
  }

  /** The same for a float implementation. */
  public List<Tensor> floatTensors(boolean withHead) {
    return reference().floatTensors(tensors(withHead));
  }

  /** Inputs uniform in ±1 or token ids, with mask and initial state, without dropout. */
  public LayerInput input() {
    SplittableRandom random = random(2);
    LayerInput input =
        config.input() == InputKind.TOKENS
            ? LayerInput.ofTokens(integers(random, steps, config.inputSize()), config.inputSize())
            : LayerInput.of(uniform(random, steps, config.inputSize()));
    return input
        .withValid(valid)
        .withState(hasState ? uniform(random(3), config.walks(), config.hiddenSize()) : null);
  }

  /** Multipliers that dropout with the configuration's probabilities could have drawn. */
  public LayerInput.Multipliers multipliers() {
    SplittableRandom random = random(4);
    return new LayerInput.Multipliers(
        multipliers(random, config.inputDropout(), batch, config.inputSize(0)),
        several(
            config.walks(),
            double[][][]::new,
            () -> multipliers(random, config.recurrentDropout(), batch, config.hiddenSize())),
        IntStream.range(1, config.layers())
            .mapToObj(
                layer ->
                    several(
                        steps,
                        double[][][]::new,
                        () ->
                            multipliers(random, config.dropout(), batch, config.inputSize(layer))))
            .toArray(double[][][][]::new));
  }

  /** A loss with weights in ±1 for all outputs and final states. */
  public LayerLoss.WeightedSum weightedSum() {
    SplittableRandom random = random(5);
    return new LayerLoss.WeightedSum(
        uniform(random, steps, config.outputSize()),
        uniform(random, config.walks(), config.hiddenSize()),
        uniform(random, 1, config.outputSize())[0]);
  }

  /** Every kind of loss, each with constants for as many outputs as there are. */
  public List<Loss> losses() {
    SplittableRandom random = random(8);
    float[] weights = floats(random.doubles(outputs, 0.1, 2));
    float[] levels = floats(random.doubles(outputs, 0.1, 0.9));
    return List.of(
        Loss.crossEntropy(),
        Loss.squaredError(),
        Loss.crossEntropy().weighted(weights),
        Loss.absoluteError(),
        Loss.crossEntropy().smoothed(0.3f),
        Loss.huber(0.4f),
        Loss.crossEntropy().weighted(weights).smoothed(0.2f),
        Loss.quantiles(levels),
        Loss.binaryCrossEntropy());
  }

  private static float[] floats(DoubleStream values) {
    double[] array = values.toArray();
    float[] floats = new float[array.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) array[i];
    }
    return floats;
  }

  /** A loss with random targets, a quarter of which do not count. */
  public LayerLoss loss(LayerLoss.Head head, Loss loss) {
    return loss instanceof Loss.CrossEntropy entropy
        ? crossEntropy(head, entropy)
        : ofValues(head, loss);
  }

  private LayerLoss crossEntropy(LayerLoss.Head head, Loss.CrossEntropy loss) {
    SplittableRandom random = random(6);
    int[][] targets = integers(random, positions(head), outputs);
    for (int[] step : targets) {
      Arrays.setAll(step, n -> random.nextInt(4) == 0 ? -1 : step[n]);
    }
    return new LayerLoss.CrossEntropy(head, targets, loss);
  }

  private LayerLoss ofValues(LayerLoss.Head head, Loss loss) {
    SplittableRandom random = random(7);
    double[][][] targets = uniform(random, positions(head), outputs);
    boolean[][] counted = new boolean[positions(head)][batch];
    for (int step = 0; step < counted.length; step++) {
      for (int n = 0; n < batch; n++) {
        counted[step][n] = random.nextInt(4) > 0;
        if (loss instanceof Loss.BinaryCrossEntropy) { // 0, 1, and some in between
          double[] row = targets[step][n];
          Arrays.setAll(row, j -> (float) Math.clamp(row[j] + 0.5, 0, 1));
        }
      }
    }
    return new LayerLoss.OfValues(head, targets, counted, loss);
  }

  private int positions(LayerLoss.Head head) {
    return head == LayerLoss.Head.LAST ? 1 : steps;
  }

  private SplittableRandom random(int purpose) {
    return new SplittableRandom(seed * 1_000 + purpose);
  }

  private double[][][] uniform(SplittableRandom random, int planes, int columns) {
    return several(
        planes,
        double[][][]::new,
        () -> several(batch, double[][]::new, () -> vector(random, 1, columns)));
  }

  private int[][] integers(SplittableRandom random, int rows, int bound) {
    return several(rows, int[][]::new, () -> random.ints(batch, 0, bound).toArray());
  }

  private static double[] vector(SplittableRandom random, double bound, int size) {
    return random.doubles(size, -bound, bound).map(value -> (float) value).toArray();
  }

  private static double[][] multipliers(
      SplittableRandom random, float probability, int rows, int columns) {
    double kept = 1 / (1 - probability);
    return several(
        rows,
        double[][]::new,
        () -> random.doubles(columns).map(u -> u < probability ? 0 : kept).toArray());
  }

  private static <E> E[] several(int count, IntFunction<E[]> array, Supplier<E> one) {
    return Stream.generate(one).limit(count).toArray(array);
  }

  @Override
  public String toString() {
    return "seed %d, T %d, N %d, %s, %s state, %d outputs, %s"
        .formatted(
            seed,
            steps,
            batch,
            lengths != null
                ? "lengths " + Arrays.toString(lengths)
                : valid != null ? "mask " + Arrays.deepToString(valid) : "no mask",
            hasState ? "initial" : "zero",
            outputs,
            config);
  }
}
