package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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
import org.tornadogru.Batches;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Plateau;
import org.tornadogru.optim.Schedule;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.TrainingOptions;
import org.tornadogru.train.TrainingResult;

/** Executors do what {@link Trainer} does with the same batches. */
class SparkTrainingTest {

  private static final SparkSession SPARK = Clusters.session();
  private static final double CLOSE = 1e-4;
  private static final int BATCH = 7;
  private static final long SEED = 8;
  private static final int EPOCHS = 12;

  private static final GruConfig CONFIG = GruConfig.builder(5, 9).tokens().build();
  private static final Optimization ADAM = Optimization.of(new Adam(0.04f));
  private static final DataType INTS = DataTypes.createArrayType(DataTypes.IntegerType);

  private static final List<int[][]> TAGGED = SparkGruTest.tagged();
  private static final List<int[][]> HELD_OUT = heldOut();

  private static final TrainingOptions OPTIONS =
      TrainingOptions.DEFAULT
          .withSchedule(new Schedule.Cosine(60, 5, 0.1))
          .withPlateau(new Plateau(0.5, 0, 1e-4))
          .withPatience(3);

  @TempDir private Path directory;

  private static Weights weights(int outputs) {
    return Weights.initial(CONFIG, outputs, Initialization.UNIFORM, 3);
  }

  /** Tags that are nearly by chance, so that there is a best epoch, and it is not the last. */
  private static List<int[][]> heldOut() {
    SplittableRandom random = new SplittableRandom(9);
    List<int[][]> heldOut = new ArrayList<>();
    for (int row = 0; row < 10; row++) {
      int[] tokens = random.ints(random.nextInt(1, 20), 0, 5).toArray();
      int[] tags = Arrays.stream(tokens).map(token -> random.nextInt(4) - 1).toArray();
      heldOut.add(new int[][] {tokens, tags});
    }
    return heldOut;
  }

  /** Rows for validation are among the others. */
  private static Dataset<Row> table() {
    List<Row> rows = new ArrayList<>();
    TAGGED.forEach(each -> rows.add(RowFactory.create(each[0], each[1], false)));
    for (int row = 0; row < HELD_OUT.size(); row++) {
      rows.add(2 * row, RowFactory.create(HELD_OUT.get(row)[0], HELD_OUT.get(row)[1], true));
    }
    return SPARK.createDataFrame(
        rows,
        new StructType()
            .add("features", INTS)
            .add("label", INTS)
            .add("held", DataTypes.BooleanType));
  }

  private static SparkGru gru(int workers, Head head, TrainingOptions options) {
    return new SparkGru(weights(head.outputs()), head, ADAM, options)
        .setWorkers(workers)
        .setBatchSize(BATCH)
        .setEpochs(EPOCHS)
        .setSeed(SEED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void ratesAndTheBestWeightsAreThoseOfTrainer(int workers) {
    Head head = Head.classifyEachStep(3);
    SparkGruModel trained =
        gru(workers, head, OPTIONS).setValidationIndicatorCol("held").fit(table());
    Order order = new Order(TAGGED.size(), BATCH, SEED);
    Batches validation = Batches.of(List.of(SparkGruTest.batchOf(HELD_OUT)));
    try (SequenceModel one = new SequenceModel(weights(3), head, ADAM, Device.fastest())) {
      Trainer trainer =
          new Trainer(
              one,
              epoch -> Batches.of(order.steps(), step -> batch(TAGGED, order, epoch, step)),
              validation,
              OPTIONS);
      TrainingResult result = trainer.train(EPOCHS, new TrainingListener() {});
      assertThat(result.end()).isEqualTo(TrainingResult.End.NO_BETTER);
      SparkGruTest.assertClose(trained.model().weights(), result.weights());
      assertThat(result.weights()).isNotEqualTo(one.weights());
      TrainingSummary summary = trained.summary().orElseThrow();
      assertThat(summary.losses()).hasSameSizeAs(result.epochs());
      assertThat(summary.validationLosses()).hasSameSizeAs(result.epochs());
      for (int epoch = 0; epoch < result.epochs().size(); epoch++) {
        EpochMetrics metrics = result.epochs().get(epoch);
        assertThat(summary.losses().get(epoch)).isCloseTo(metrics.trainLoss(), within(CLOSE));
        assertThat(summary.validationLosses().get(epoch))
            .isCloseTo(metrics.validationLoss(), within(CLOSE));
      }
    }
  }

  private static Batch batch(List<int[][]> tagged, Order order, int epoch, int step) {
    List<Integer> rows = SparkGruTest.rows(order, epoch, step, 0, BATCH);
    return SparkGruTest.batchOf(rows.stream().map(tagged::get).toList());
  }

  /** Of a table without labels; sequences of one token teach nothing. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theNextTokenIsLearned(int workers) {
    Head head = Head.nextToken(5);
    SparkGruModel trained =
        gru(workers, head, TrainingOptions.DEFAULT)
            .setEpochs(3)
            .fit(table().filter("not held").select("features"));
    List<int[][]> longer = TAGGED.stream().filter(each -> each[0].length > 1).toList();
    assertThat(longer).hasSizeLessThan(TAGGED.size());
    Order order = new Order(longer.size(), BATCH, SEED);
    try (SequenceModel one = new SequenceModel(weights(5), head, ADAM, Device.fastest())) {
      Trainer trainer =
          new Trainer(
              one,
              epoch ->
                  Batches.of(
                      order.steps(),
                      step -> Batch.ofTokens(batch(longer, order, epoch, step).sequences())));
      TrainingResult result = trainer.train(3, new TrainingListener() {});
      SparkGruTest.assertClose(trained.model().weights(), result.weights());
      assertThat(trained.summary().orElseThrow().losses().getLast())
          .isCloseTo(result.last().trainLoss(), within(CLOSE));
    }
    assertThat(trained.summary().orElseThrow().validationLosses()).isEmpty();
  }

  /** The best weights and how long it has waited are in a checkpoint. */
  @Test
  void validationGoesOnFromACheckpoint() {
    Head head = Head.classifyEachStep(3);
    Training training =
        new Training(
            new byte[0],
            head,
            ADAM,
            TrainingOptions.DEFAULT.withPatience(2),
            new Order(TAGGED.size(), BATCH, SEED),
            1,
            1,
            EPOCHS,
            1,
            directory.toString(),
            1,
            "auto",
            new byte[0]);
    Weights best;
    try (SequenceModel model = new SequenceModel(weights(3), head, ADAM, Device.fastest())) {
      Progress progress = Progress.begin(training, 0, model);
      model.train(SparkGruTest.batchOf(TAGGED));
      progress.validated(1, model);
      best = model.weights();
      model.train(SparkGruTest.batchOf(TAGGED));
      progress.validated(2, model);
      progress.checkpointIfDue(model);
    }
    try (SequenceModel model = new SequenceModel(weights(3), head, ADAM, Device.fastest())) {
      Progress progress = Progress.begin(training, 0, model);
      assertThat(progress.isDone()).isFalse();
      progress.validated(3, model);
      assertThat(progress.isDone()).isTrue();
      assertThat(progress.validationLosses()).containsExactly(1.0, 2.0, 3.0);
      assertThat(progress.result(model)).isEqualTo(best).isNotEqualTo(model.weights());
    }
  }

  @Test
  void whatDoesNotFitIsRefusedInOneLine() {
    Head head = Head.classifyEachStep(3);
    SparkGruTest.assertRefused(gru(1, head, OPTIONS), table(), "setValidationIndicatorCol");
    SparkGruTest.assertRefused(
        gru(1, head, OPTIONS).setValidationIndicatorCol("label"),
        table(),
        "column label is array<int>",
        "boolean");
    assertThatThrownBy(() -> gru(1, head, TrainingOptions.DEFAULT.withAccumulation(2)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("larger batchSize");
  }
}
