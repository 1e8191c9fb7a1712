package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingListener;

/** What a model is measured by, against the same in double precision from its predictions. */
class MeasurementTest {

  private static final double CLOSE = 1e-5;
  private static final int OUTPUTS = 3;
  private static final GruConfig CONFIG = GruConfig.builder(2, 5).build();

  static Stream<Device> devices() {
    return DeviceTests.withEveryKernelSet();
  }

  private static SequenceModel model(Head head, Device device) {
    Weights weights = Weights.initial(CONFIG, head.outputs(), Initialization.UNIFORM, 4);
    return new SequenceModel(weights, head, Optimization.sgd(0.1f, 1e6f), device);
  }

  /** Steps of some rows are masked. */
  private static Sequences sequences(int steps, int batch) {
    SplittableRandom random = new SplittableRandom(batch);
    Tensor x = Tensor.of("x", List.of(steps, batch, 2), place -> (float) random.nextDouble(-3, 3));
    int[] lengths = IntStream.range(0, batch).map(row -> steps - row % 2).toArray();
    return Sequences.of(x).withLengths(lengths);
  }

  /** Every fifth label does not count. */
  private static Batch ofClasses(int steps, int batch) {
    int[][] classes = new int[steps][batch];
    for (int position = 0; position < steps * batch; position++) {
      classes[position / batch][position % batch] =
          position % 5 == 4 ? -1 : position * 7 % 11 % OUTPUTS;
    }
    return new Batch(sequences(steps, batch), Labels.classesOfSteps(classes));
  }

  /** Zeros, ones and values in between; every fifth label does not count. */
  private static Batch ofValues(int steps, int batch) {
    float[][][] values = new float[steps][batch][OUTPUTS];
    boolean[][] counted = new boolean[steps][batch];
    for (int position = 0; position < steps * batch; position++) {
      int step = position / batch;
      int row = position % batch;
      counted[step][row] = position % 5 != 4;
      for (int output = 0; output < OUTPUTS; output++) {
        int drawn = (position * OUTPUTS + output) * 13 % 7;
        values[step][row][output] = counted[step][row] ? Math.clamp(drawn / 4f, 0, 1) : Float.NaN;
      }
    }
    return new Batch(sequences(steps, batch), Labels.valuesOfSteps(values).counting(counted));
  }

  private interface Score {
    double of(float[] outputs, int label, double[] values);
  }

  /** The mean over the labels that count, from what the model predicts. */
  private static double mean(SequenceModel model, List<Batch> batches, Score score) {
    double sum = 0;
    int count = 0;
    for (Batch batch : batches) {
      float[][][] outputs = model.predict(batch.sequences()).to3d();
      Labels labels = model.labels(batch);
      for (int position = 0; position < labels.steps() * labels.batch(); position++) {
        if (labels.at(position) >= 0) {
          int first = position * OUTPUTS;
          double[] values =
              labels
                  .values()
                  .map(y -> IntStream.range(0, OUTPUTS).mapToDouble(j -> y.at(first + j)).toArray())
                  .orElse(null);
          float[] y = outputs[position / labels.batch()][position % labels.batch()];
          sum += score.of(y, labels.at(position), values);
          count++;
        }
      }
    }
    return sum / count;
  }

  private static double meanOf(IntToDoubleFunction score) {
    return IntStream.range(0, OUTPUTS).mapToDouble(score).average().orElseThrow();
  }

  private static double crossEntropy(float[] y, int label) {
    return Math.log(IntStream.range(0, y.length).mapToDouble(c -> Math.exp(y[c] - y[label])).sum());
  }

  private static boolean isLikeliest(float[] y, int label) {
    return IntStream.range(0, y.length)
        .allMatch(c -> c < label ? y[c] < y[label] : y[c] <= y[label]);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void classesAreMeasuredWithoutWeightsAndSmoothing(Device device) {
    Loss loss = Loss.crossEntropy().weighted(0.2f, 1, 3).smoothed(0.2f);
    List<Batch> batches = List.of(ofClasses(4, 7), ofClasses(3, 1));
    try (SequenceModel model = model(Head.classifyEachStep(OUTPUTS).withLoss(loss), device)) {
      Measurement measured = model.measure(Batches.of(batches));
      assertThat(measured.loss())
          .isCloseTo(model.evaluate(Batches.of(batches)), within(1e-7))
          .isNotCloseTo(measured.crossEntropy(), within(1e-3));
      assertThat(measured.labels())
          .isEqualTo(batches.stream().mapToInt(batch -> model.labels(batch).count()).sum());
      assertThat(measured.accuracy())
          .isBetween(0.1, 0.9)
          .isCloseTo(
              mean(model, batches, (y, label, none) -> isLikeliest(y, label) ? 1 : 0),
              within(1e-9));
      assertThat(measured.crossEntropy())
          .isCloseTo(
              mean(model, batches, (y, label, none) -> crossEntropy(y, label)), within(CLOSE));
      assertThat(measured.perplexity()).isEqualTo(Math.exp(measured.crossEntropy()));
      assertThat(Math.pow(2, measured.bitsPerLabel()))
          .isCloseTo(measured.perplexity(), within(1e-12));
      assertThat(measured.meanAbsoluteError()).isNaN();
      assertThat(measured.rootMeanSquaredError()).isNaN();
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void valuesAreMeasuredByTheirErrors(Device device) {
    List<Batch> batches = List.of(ofValues(4, 7), ofValues(3, 1));
    Head head = Head.predictEachStep(OUTPUTS).withLoss(Loss.huber(0.1f));
    try (SequenceModel model = model(head, device)) {
      Measurement measured = model.measure(Batches.of(batches));
      assertThat(measured.loss()).isCloseTo(model.evaluate(Batches.of(batches)), within(1e-7));
      assertThat(measured.meanAbsoluteError())
          .isCloseTo(
              mean(model, batches, (y, label, t) -> meanOf(j -> Math.abs(y[j] - t[j]))),
              within(CLOSE));
      assertThat(measured.rootMeanSquaredError())
          .isCloseTo(
              Math.sqrt(
                  mean(model, batches, (y, label, t) -> meanOf(j -> Math.pow(y[j] - t[j], 2)))),
              within(CLOSE));
      assertThat(measured.accuracy()).isNaN();
      assertThat(measured.perplexity()).isNaN();
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void binaryOutputsAreRightOnTheirOwn(Device device) {
    List<Batch> batches = List.of(ofValues(4, 7), ofValues(3, 1));
    Head head = Head.predictEachStep(OUTPUTS).withLoss(Loss.binaryCrossEntropy());
    try (SequenceModel model = model(head, device)) {
      Measurement measured = model.measure(Batches.of(batches));
      assertThat(measured.accuracy())
          .isBetween(0.1, 0.9)
          .isCloseTo(
              mean(
                  model, batches, (y, label, t) -> meanOf(j -> (y[j] > 0) == (t[j] > 0.5) ? 1 : 0)),
              within(1e-6));
      assertThat(measured.crossEntropy())
          .isCloseTo(measured.loss(), within(1e-6))
          .isCloseTo(
              mean(
                  model,
                  batches,
                  (y, label, t) ->
                      meanOf(
                          j ->
                              t[j] * Math.log1p(Math.exp(-y[j]))
                                  + (1 - t[j]) * Math.log1p(Math.exp(y[j])))),
              within(CLOSE));
    }
  }

  @Test
  void ofEquallyLikelyClassesTheLowestIsTheAnswer() {
    Head head = Head.classifyLast(4);
    Weights weights = Weights.zeros(CONFIG, 4);
    Batch batch = new Batch(sequences(3, 5), Labels.classes(0, 1, 0, 3, -1));
    try (SequenceModel model = new SequenceModel(weights, head, Device.fastest())) {
      Measurement measured = model.measure(Batches.of(List.of(batch)));
      assertThat(measured.accuracy()).isEqualTo(0.5);
      assertThat(measured.perplexity()).isCloseTo(4, within(1e-5));
      assertThat(measured.bitsPerLabel()).isCloseTo(2, within(1e-5));
    }
  }

  @Test
  void theLossOfALanguageModelIsItsCrossEntropy() {
    int[][] tokens = {{0, 3, 1}, {2, 1, 1}, {4, 4, 0}, {1, 0, 2}};
    GruConfig config = GruConfig.builder(5, 6).tokens().build();
    Weights weights = Weights.initial(config, 5, Initialization.UNIFORM, 2);
    Sequences whole = Sequences.ofTokens(tokens);
    Batches batches =
        Batches.of(List.of(Batch.ofTokens(whole), Batch.ofTokens(whole.withLengths(4, 2, 1))));
    try (SequenceModel model = new SequenceModel(weights, Head.nextToken(5), Device.fastest())) {
      Measurement measured = model.measure(batches);
      assertThat(measured.labels()).isEqualTo(9 + 4);
      assertThat(measured.crossEntropy()).isCloseTo(measured.loss(), within(1e-6));
      assertThat(measured.loss()).isCloseTo(model.evaluate(batches), within(1e-7));
    }
  }

  /** Of classes that weigh differently too: what is measured does not ask how it was cut. */
  @Test
  void batchesCountForTheWeightOfTheirLabels() {
    Loss loss = Loss.crossEntropy().weighted(0.1f, 1, 7);
    Sequences sequences = Sequences.of(new float[][][] {{{1, 2}, {-1, 0.5f}, {3, 1}}});
    Batch whole = new Batch(sequences, Labels.classes(0, 2, 1));
    Batches parts =
        Batches.of(
            List.of(
                new Batch(sequences, Labels.classes(0, -1, -1)),
                new Batch(sequences, Labels.classes(-1, 2, 1)),
                new Batch(sequences, Labels.classes(-1, -1, -1))));
    try (SequenceModel model = model(Head.classifyLast(OUTPUTS).withLoss(loss), Device.fastest())) {
      double expected = model.evaluate(whole);
      assertThat(model.evaluate(parts)).isCloseTo(expected, within(1e-6));
      assertThat(model.measure(parts).loss()).isCloseTo(expected, within(1e-6));
      Trainer trainer = new Trainer(model, epoch -> Batches.of(List.of(whole)), parts);
      double validated = trainer.train(1, TrainingListener.all()).last().validationLoss();
      assertThat(validated).isCloseTo(model.evaluate(whole), within(1e-6)).isLessThan(expected);
    }
  }

  @Test
  void whereNothingCountsNothingIsMeasuredOrLearned() {
    Batch nothing = new Batch(sequences(3, 2), Labels.classes(-1, -1));
    Loss loss = Loss.crossEntropy().weighted(1, 2, 3).smoothed(0.5f);
    try (SequenceModel model = model(Head.classifyLast(OUTPUTS).withLoss(loss), Device.fastest())) {
      Weights before = model.weights();
      assertThat(model.train(nothing)).isZero();
      assertThat(model.weights()).isEqualTo(before);
      assertThat(model.measure(Batches.of(List.of(nothing))).accuracy()).isNaN();
    }
  }

  @Test
  void aLossOfValuesMayBeLarge() {
    Batch far = new Batch(sequences(2, 1), Labels.values(new float[][] {{1000, 1000, 1000}}));
    try (SequenceModel model = model(Head.predictLast(OUTPUTS), Device.fastest())) {
      Trainer trainer = new Trainer(model, epoch -> Batches.of(List.of(far)));
      assertThat(trainer.train(1, TrainingListener.all()).last().trainLoss()).isGreaterThan(9e5);
    }
  }

  @Test
  void binaryLabelsAreProbabilities() {
    Head head = Head.predictLast(OUTPUTS).withLoss(Loss.binaryCrossEntropy());
    Labels labels = Labels.values(new float[][] {{0, 1, 0.5f}, {0, 1.5f, 0}});
    try (SequenceModel model = model(head, Device.fastest())) {
      assertRefused(() -> model.train(sequences(2, 2), labels), "between 0 and 1", "1.5");
      assertRefused(() -> model.train(sequences(2, 2), Labels.classes(0, 1)), "values");
      Labels first = labels.counting(new boolean[][] {{true, false}});
      assertThat(model.train(sequences(2, 2), first)).isPositive();
    }
  }
}
