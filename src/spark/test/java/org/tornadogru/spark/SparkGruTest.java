package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.Batch;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Sgd;
import org.tornadogru.train.TrainingOptions;

/** Executors learn together what one process would learn from the same batches. */
class SparkGruTest {

  private static final SparkSession SPARK = Clusters.session();
  private static final float CLOSE = 2e-5f;
  private static final int ROWS = 24;

  private static final GruConfig CONFIG = GruConfig.builder(5, 9).tokens().build();
  private static final Head HEAD =
      Head.classifyEachStep(3).withLoss(Loss.crossEntropy().weighted(1, 2, 3));
  private static final Weights WEIGHTS = Weights.initial(CONFIG, 3, Initialization.UNIFORM, 3);
  private static final Optimization ADAM =
      Optimization.of(new Adam(0.02f)).clip(Clipping.norm(0.5f));

  private static final DataType INTS = DataTypes.createArrayType(DataTypes.IntegerType);
  private static final List<int[][]> TAGGED = tagged();

  @TempDir private Path directory;

  /** Tokens and tags, of which some do not count. */
  static List<int[][]> tagged() {
    SplittableRandom random = new SplittableRandom(1);
    List<int[][]> tagged = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      int[] tokens = random.ints(random.nextInt(1, 12), 0, 5).toArray();
      int[] tags = Arrays.stream(tokens).map(token -> token == 4 ? -1 : token % 3).toArray();
      tagged.add(new int[][] {tokens, tags});
    }
    return tagged;
  }

  private static Dataset<Row> table(DataType features, DataType label, List<Row> rows) {
    return SPARK.createDataFrame(
        rows, new StructType().add("features", features).add("label", label));
  }

  private static Dataset<Row> sentences() {
    List<Row> rows = new ArrayList<>();
    TAGGED.forEach(each -> rows.add(RowFactory.create(each[0], each[1])));
    rows.add(3, RowFactory.create(null, new int[0]));
    rows.add(9, RowFactory.create(new int[0], new int[0]));
    rows.add(RowFactory.create(new int[] {1}, null));
    return table(INTS, INTS, rows);
  }

  private static SparkGru tagger(int workers) {
    return new SparkGru(WEIGHTS, HEAD, ADAM)
        .setWorkers(workers)
        .setBatchSize(7)
        .setEpochs(3)
        .setSeed(8);
  }

  /** Which of the 24 rows are in a batch, at the places from one to another. */
  static List<Integer> rows(Order order, int epoch, int step, int from, int to) {
    List<Integer> rows = new ArrayList<>();
    for (int place = from; place < to; place++) {
      if (step < order.count(place)) {
        rows.add(order.turns(place, epoch)[step] * order.batch() + place);
      }
    }
    return rows;
  }

  private static Batch batch(List<Integer> rows) {
    return batchOf(rows.stream().map(TAGGED::get).toList());
  }

  /** Tokens and tags side by side. */
  static Batch batchOf(List<int[][]> tagged) {
    int[] lengths = tagged.stream().mapToInt(each -> each[0].length).toArray();
    int steps = Arrays.stream(lengths).max().orElseThrow();
    int[][] tokens = new int[steps][lengths.length];
    int[][] tags = new int[steps][lengths.length];
    for (int at = 0; at < lengths.length; at++) {
      for (int step = 0; step < lengths[at]; step++) {
        tokens[step][at] = tagged.get(at)[0][step];
        tags[step][at] = tagged.get(at)[1][step];
      }
    }
    return new Batch(Sequences.ofTokens(tokens).withLengths(lengths), Labels.classesOfSteps(tags));
  }

  static void assertClose(Weights actual, Weights expected) {
    assertThat(actual.config()).isEqualTo(expected.config());
    for (int i = 0; i < expected.tensors().size(); i++) {
      assertThat(actual.tensors().get(i).values())
          .as(expected.tensors().get(i).name())
          .containsExactly(expected.tensors().get(i).values(), within(CLOSE));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void anyNumberOfWorkersIsOne(int workers) {
    SparkGruModel trained = tagger(workers).fit(sentences());
    Order order = new Order(ROWS, 7, 8);
    List<Double> losses = new ArrayList<>();
    try (SequenceModel one = new SequenceModel(WEIGHTS, HEAD, ADAM, Device.fastest())) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        double sum = 0;
        double weights = 0;
        for (int step = 0; step < order.steps(); step++) {
          Batch batch = batch(rows(order, epoch, step, 0, 7));
          double weight = HEAD.loss().weight(one.labels(batch));
          sum += one.train(batch) * weight;
          weights += weight;
        }
        losses.add(sum / weights);
      }
      assertClose(trained.model().weights(), one.weights());
    }
    TrainingSummary summary = trained.summary().orElseThrow();
    assertThat(summary.losses()).hasSize(3);
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(summary.losses().get(epoch)).isCloseTo(losses.get(epoch), within(1e-4));
    }
    assertThat(summary.updates()).isEqualTo(12);
    assertThat(summary.workers()).isEqualTo(workers);
    long floats = 12L * (WEIGHTS.count() + 2);
    assertThat(summary.bytesSent())
        .isCloseTo(floats * 4 * 2 * (workers - 1) / workers, within(12L * 4 * 4));
    List<Row> answered = trained.setOutput(Output.CLASSES).transform(sentences()).collectAsList();
    assertThat(answered.get(1).<Integer>getList(2)).hasSize(TAGGED.get(1)[0].length);
  }

  /** Two models that each learn from their own rows, and become their mean every two batches. */
  @Test
  void workersOfLocalStepsAverageTheirWeights() {
    SparkGruModel trained = tagger(2).setLocalSteps(3).setEpochs(2).fit(sentences());
    Order order = new Order(ROWS, 7, 8);
    try (SequenceModel first = new SequenceModel(WEIGHTS, HEAD, ADAM, Device.fastest());
        SequenceModel second = new SequenceModel(WEIGHTS, HEAD, ADAM, Device.fastest())) {
      for (int epoch = 1; epoch <= 2; epoch++) {
        for (int step = 0; step < order.steps(); step++) {
          first.train(batch(rows(order, epoch, step, 0, 4)));
          List<Integer> rest = rows(order, epoch, step, 4, 7);
          if (!rest.isEmpty()) {
            second.train(batch(rest));
          }
          if (step == 2 || step == 3) { // the fourth is the last of an epoch
            Weights mean = mean(first.weights(), second.weights());
            first.weights(mean);
            second.weights(mean);
          }
        }
      }
      assertClose(trained.model().weights(), first.weights());
    }
  }

  private static Weights mean(Weights a, Weights b) {
    return Weights.of(
        a.config(),
        a.outputs(),
        IntStream.range(0, a.tensors().size())
            .mapToObj(
                i -> {
                  Tensor x = a.tensors().get(i);
                  Tensor y = b.tensors().get(i);
                  return Tensor.of(x.name(), x.shape(), at -> (x.at(at) + y.at(at)) / 2);
                })
            .toList());
  }

  /** Vectors in, one number out, of a table whose numbers are doubles. */
  @Test
  void valuesOfWholeSequencesAreLearned() {
    SplittableRandom random = new SplittableRandom(4);
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < 40; row++) {
      double[][] walk = new double[random.nextInt(2, 9)][1];
      Arrays.setAll(walk, step -> new double[] {random.nextDouble()});
      rows.add(
          RowFactory.create(walk, Arrays.stream(walk).mapToDouble(v -> v[0]).average().orElse(0)));
    }
    DataType doubles = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType));
    GruConfig config = GruConfig.builder(1, 8).build();
    Weights weights = Weights.initial(config, 1, Initialization.UNIFORM, 3);
    SparkGruModel model =
        new SparkGru(weights, Head.predictLast(1), Optimization.of(new Adam(0.02f)))
            .setBatchSize(10)
            .setEpochs(12)
            .setWorkers(2)
            .fit(table(doubles, DataTypes.DoubleType, rows));
    List<Double> losses = model.summary().orElseThrow().losses();
    assertThat(losses.getLast()).isLessThan(losses.getFirst() / 4);
  }

  /** The stage begins again on the executors that are left, with what the last checkpoint has. */
  @Test
  void aKilledExecutorCostsTheUpdatesSinceTheLastCheckpoint() throws Exception {
    SparkGru tagger = tagger(2).setEpochs(80);
    Weights undisturbed = tagger.fit(sentences()).model().weights();

    Path checkpoint = directory.resolve("checkpoint.safetensors");
    List<ProcessHandle> executors = ProcessHandle.current().children().toList();
    assertThat(executors).hasSize(3);
    Thread killer = Thread.ofVirtual().start(() -> killWhenThereIs(checkpoint, executors));
    SparkGruModel trained =
        tagger.setCheckpointDir(directory.toString()).setCheckpointEvery(20).fit(sentences());
    assertThat(killer.isAlive()).isFalse();
    assertThat(trained.summary().orElseThrow().updates()).isLessThan(320).isPositive();
    assertThat(trained.summary().orElseThrow().losses()).hasSize(80);
    assertThat(trained.model().weights()).isEqualTo(undisturbed);
    assertThat(checkpoint).doesNotExist();
  }

  /** Of three executors two, since only two are at work. */
  private static void killWhenThereIs(Path file, List<ProcessHandle> executors) {
    while (!Files.exists(file)) {
      LockSupport.parkNanos(1_000_000);
    }
    executors.subList(0, 2).forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void aWorkerThatDivergesStopsAllWithItsMessage() {
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < 8; row++) {
      rows.add(RowFactory.create(new int[] {1}, new float[] {row == 5 ? 1e30f : 1}));
    }
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType);
    Weights weights = Weights.initial(CONFIG, 1, Initialization.UNIFORM, 3);
    SparkGru gru =
        new SparkGru(weights, Head.predictLast(1), Optimization.of(new Sgd(0.1f)))
            .setBatchSize(8)
            .setWorkers(3);
    assertRefused(
        gru, table(INTS, floats, rows), "worker 1: the loss became Infinity in epoch 1, batch 0");
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    Dataset<Row> sentences = sentences();
    assertRefused(tagger(1).setLabelCol("tags"), sentences, "no column tags: there are");
    assertRefused(tagger(8), sentences, "8 workers cannot share batches of 7 rows");
    SparkGru classifier = new SparkGru(WEIGHTS, Head.classifyLast(3), ADAM);
    assertRefused(classifier, sentences, "column label is array<int>", "classes: int");
    Row tooMany = RowFactory.create(new int[] {1}, new int[] {1, 2});
    assertRefused(tagger(1), table(INTS, INTS, List.of(tooMany)), "2 labels", "1 steps");
    Row tooHigh = RowFactory.create(new int[] {1}, new int[] {3});
    assertRefused(tagger(1), table(INTS, INTS, List.of(tooHigh)), "class 3", "not below 3");
    Row nothing = RowFactory.create(new int[0], new int[0]);
    assertRefused(tagger(1), table(INTS, INTS, List.of(nothing)), "nothing to learn from");
    assertRefused(
        () ->
            SparkGru.requireNoEncryption(
                new SparkConf(false).set("spark.network.crypto.enabled", "true"), 2),
        "spark.network.crypto.enabled");
    assertRefused(() -> new SparkGru(WEIGHTS, Head.classifyLast(4), ADAM), "3 outputs", "4");
  }

  @Test
  void aCheckpointOfAnotherTrainingIsRefused() {
    Training training =
        new Training(
            new byte[0],
            HEAD,
            ADAM,
            TrainingOptions.DEFAULT,
            new Order(ROWS, 7, 8),
            0,
            1,
            3,
            1,
            directory.toString(),
            1,
            "auto",
            new byte[0]);
    try (SequenceModel model = new SequenceModel(WEIGHTS, HEAD, ADAM, Device.fastest())) {
      model.train(batch(List.of(0, 1)));
      Progress progress = Progress.begin(training, 0, model);
      progress.next();
      progress.checkpointIfDue(model);
    }
    SparkGru other = tagger(1).setBatchSize(6).setCheckpointDir(directory.toString());
    assertRefused(other, sentences(), "batchSize 7, not 6", "choose another directory");
  }

  static void assertRefused(SparkGru gru, Dataset<Row> table, String... parts) {
    assertRefused(() -> gru.fit(table), parts);
  }

  private static void assertRefused(Runnable call, String... parts) {
    assertThatThrownBy(call::run)
        .isInstanceOf(InvalidInputException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }
}
