package org.tornadogru.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.Gru;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.Optimization;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingResult;

/**
 * The task of {@link HandSet}, learned from data: of {@value #STEPS} numbers, say at the end the
 * one that was marked.
 *
 * @param gating of the model
 * @param errors root mean square at the end of each epoch of {@value #UPDATES} updates, over
 *     sequences that were not learned from
 * @param errorsByLag the same at the end, by how many steps ago the mark was, from 0 on
 * @param units what the gates do, those first whose update gate tells the mark the best; empty if
 *     there is no update gate
 * @param gradients {@link Gradients} of sequences whose first number is marked
 * @param seconds of training
 */
public record Recall(
    Gating gating,
    List<Double> errors,
    List<Double> errorsByLag,
    List<Unit> units,
    List<Double> gradients,
    double seconds) {

  /** T. */
  public static final int STEPS = 30;

  /** Updates in an epoch. */
  public static final int UPDATES = 20;

  /** Sequences in a batch. */
  public static final int BATCH = 64;

  /** H. */
  public static final int HIDDEN = 8;

  /** What always answering 0 is wrong by: the numbers are uniform from −1 to 1. */
  public static final double GUESS = 1 / Math.sqrt(3);

  private static final int TESTED = 16 * STEPS;
  private static final float RATE = 0.01f;
  private static final double NANOS = 1e9;

  /** Means of the gates of a unit. */
  public record Unit(
      int unit, double resetAtMark, double resetLater, double updateAtMark, double updateLater) {}

  public Recall {
    errors = List.copyOf(errors);
    errorsByLag = List.copyOf(errorsByLag);
    units = List.copyOf(units);
    gradients = List.copyOf(gradients);
  }

  /** Learns it. */
  public static Recall learned(
      Gating gating, int epochs, long seed, Device device, TrainingListener listener) {
    GruConfig config = GruConfig.builder(2, HIDDEN).gating(gating).build();
    Optimization optimization = Optimization.of(new Adam(RATE)).clip(Clipping.norm(1));
    Weights initial = Weights.initial(config, 1, Initialization.UNIFORM, seed);
    Batch test = batch(TESTED, random(seed), row -> row % STEPS);
    long start = System.nanoTime();
    try (SequenceModel model =
        new SequenceModel(initial, Head.predictLast(1), optimization, device)) {
      Trainer trainer =
          new Trainer(model, epoch -> training(seed + epoch), Batches.of(List.of(test)));
      TrainingResult result = trainer.train(epochs, listener);
      double seconds = (System.nanoTime() - start) / NANOS;
      return new Recall(
          gating,
          result.epochs().stream().map(EpochMetrics::validationLoss).map(Math::sqrt).toList(),
          errorsByLag(model.predict(test.sequences()), test),
          gating.updates() ? units(result.weights(), test.sequences(), device) : List.of(),
          Gradients.norms(
              result.weights(),
              batch(BATCH, random(seed), row -> 0).sequences(),
              STEPS - 1,
              device),
          seconds);
    }
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private static Batches training(long seed) {
    RandomGenerator random = random(seed);
    List<Batch> batches = new ArrayList<>();
    for (int update = 0; update < UPDATES; update++) {
      batches.add(batch(BATCH, random, row -> random.nextInt(STEPS)));
    }
    return Batches.of(batches);
  }

  /** Sequences, each with its mark at a step. */
  private static Batch batch(int rows, RandomGenerator random, IntUnaryOperator mark) {
    float[][][] x = new float[rows][STEPS][2];
    float[][] marked = new float[rows][1];
    for (int row = 0; row < rows; row++) {
      for (float[] input : x[row]) {
        input[0] = random.nextFloat(-1, 1);
      }
      float[] input = x[row][mark.applyAsInt(row)];
      input[1] = 1;
      marked[row][0] = input[0];
    }
    return new Batch(Sequences.ofBatchFirst(x), Labels.values(marked));
  }

  private static int mark(Sequences sequences, int row) {
    Tensor x = sequences.vectors().orElseThrow();
    return IntStream.range(0, STEPS)
        .filter(step -> x.get(step, row, 1) == 1)
        .findFirst()
        .orElseThrow();
  }

  private static List<Double> errorsByLag(Tensor answers, Batch test) {
    Tensor truth = test.labels().values().orElseThrow();
    double[] squares = new double[STEPS];
    for (int row = 0; row < TESTED; row++) {
      double error = answers.at(row) - truth.at(row);
      squares[STEPS - 1 - mark(test.sequences(), row)] += error * error;
    }
    return Arrays.stream(squares).mapToObj(square -> Math.sqrt(square * STEPS / TESTED)).toList();
  }

  private static List<Unit> units(Weights weights, Sequences sequences, Device device) {
    try (Gru gru = new Gru(weights, device)) {
      Gates gates = gru.forwardWithGates(sequences, null).gates().getFirst();
      return IntStream.range(0, HIDDEN)
          .mapToObj(
              unit ->
                  new Unit(
                      unit,
                      mean(gates.reset(), sequences, unit, true),
                      mean(gates.reset(), sequences, unit, false),
                      mean(gates.update(), sequences, unit, true),
                      mean(gates.update(), sequences, unit, false)))
          .sorted(Comparator.comparingDouble(unit -> unit.updateAtMark - unit.updateLater))
          .toList();
    }
  }

  /** The mean of a unit's gate at the marks, or at all steps behind them. */
  private static double mean(Tensor gate, Sequences sequences, int unit, boolean atMark) {
    double sum = 0;
    int count = 0;
    for (int row = 0; row < TESTED; row++) {
      int mark = mark(sequences, row);
      int end = atMark ? mark + 1 : STEPS;
      for (int step = atMark ? mark : mark + 1; step < end; step++) {
        sum += gate.get(step, row, unit);
        count++;
      }
    }
    return sum / count;
  }
}
