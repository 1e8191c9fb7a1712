package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.Predictor;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;

/** Steps that come one by one are answered as the sequences that they make up. */
class StreamTest {

  private static final SparkSession SPARK = Clusters.session();
  private static final String STORE = "spark.sql.streaming.stateStore.providerClass";
  private static final String ROCKS =
      "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider";
  private static final float CLOSE = 1e-5f;
  private static final int SENSORS = 40;

  private static final String WITHOUT_DATA = "spark.sql.streaming.noDataMicroBatches.enabled";

  private static final StructType OF_VECTORS =
      new StructType()
          .add("sensor", DataTypes.StringType)
          .add("time", DataTypes.LongType)
          .add("features", DataTypes.createArrayType(DataTypes.DoubleType));

  private static final GruModel MODEL = model(GruConfig.builder(2, 5).layers(2).build(), 3, 5);

  @TempDir private Path directory;

  /** The store that a test has to have set, which is of the whole session. */
  @BeforeAll
  static void keepStates() {
    SPARK.conf().set(STORE, ROCKS);
    SPARK.conf().set(WITHOUT_DATA, false); // with them a stream that forgets has no end
  }

  @AfterAll
  static void asItWas() {
    SPARK.conf().unset(STORE);
    SPARK.conf().unset(WITHOUT_DATA);
  }

  private static GruModel model(GruConfig config, int outputs, long seed) {
    Weights weights = Weights.initial(config, outputs, Initialization.UNIFORM, seed);
    return new GruModel(weights, Map.of()).withUsage(Usage.PLAIN.withSteps(Usage.Steps.EACH));
  }

  private static SparkGruModel served(GruModel model) {
    return new SparkGruModel(model).setBatchSize(4);
  }

  /** Of each sensor 1 to 90 readings; those of a time that is a multiple of 7 are missing. */
  private static Map<String, List<double[]>> readings() {
    SplittableRandom random = new SplittableRandom(1);
    Map<String, List<double[]>> readings = new TreeMap<>();
    for (int sensor = 0; sensor < SENSORS; sensor++) {
      List<double[]> ofSensor = new ArrayList<>();
      int count = sensor == 3 ? 90 : random.nextInt(1, 20);
      for (int time = 0; time < count; time++) {
        ofSensor.add(time % 7 == 6 ? null : random.doubles(2).toArray());
      }
      readings.put("sensor " + sensor, ofSensor);
    }
    return readings;
  }

  /** The rows of some part of all readings, of each sensor as large a part, in any order. */
  private static List<Row> rows(Map<String, List<double[]>> readings, int part, int parts) {
    List<Row> rows = new ArrayList<>();
    readings.forEach(
        (sensor, values) -> {
          int end = values.size() * (part + 1) / parts;
          for (int time = values.size() * part / parts; time < end; time++) {
            rows.add(RowFactory.create(sensor, (long) time, values.get(time)));
          }
        });
    Collections.shuffle(rows, new Random(part));
    return rows;
  }

  /** What a model says of all that a sensor has read: by the times of readings. */
  private static Map<Long, float[]> expected(GruModel model, List<double[]> readings) {
    List<Long> times =
        IntStream.range(0, readings.size())
            .filter(time -> readings.get(time) != null)
            .mapToObj(time -> (long) time)
            .toList();
    float[][] x = new float[times.size()][2];
    for (int step = 0; step < x.length; step++) {
      double[] values = readings.get(times.get(step).intValue());
      x[step] = new float[] {(float) values[0], (float) values[1]};
    }
    try (Predictor predictor = new Predictor(model.weights(), model.usage(), Device.fastest())) {
      Tensor all = predictor.predict(Sequences.ofOne(x));
      int outputs = all.shape().getLast();
      Map<Long, float[]> expected = new TreeMap<>();
      for (int step = 0; step < x.length; step++) {
        expected.put(
            times.get(step),
            Arrays.copyOfRange(all.values(), step * outputs, (step + 1) * outputs));
      }
      return expected;
    }
  }

  private static void assertAnswered(
      Map<String, List<double[]>> readings, List<Row> answered, GruModel model) {
    assertThat(answered).hasSize(readings.values().stream().mapToInt(List::size).sum());
    Map<String, Map<Long, float[]>> said = new TreeMap<>();
    for (Row row : answered) {
      Map<Long, float[]> ofSensor = said.computeIfAbsent(row.getString(0), at -> new TreeMap<>());
      if (row.isNullAt(3)) {
        assertThat(row.isNullAt(2)).isTrue();
        continue;
      }
      List<Float> outputs = row.getList(3);
      float[] values = new float[outputs.size()];
      for (int place = 0; place < values.length; place++) {
        values[place] = outputs.get(place);
      }
      assertThat(ofSensor.put(row.getLong(1), values)).as("answered before").isNull();
    }
    readings.forEach(
        (sensor, ofSensor) -> {
          Map<Long, float[]> expected = expected(model, ofSensor);
          assertThat(said.get(sensor).keySet()).isEqualTo(expected.keySet());
          expected.forEach(
              (time, outputs) ->
                  assertThat(said.get(sensor).get(time))
                      .as("%s at %d", sensor, time)
                      .containsExactly(outputs, within(CLOSE)));
        });
  }

  private void write(List<Row> rows, int part) {
    SPARK
        .createDataFrame(rows, OF_VECTORS)
        .coalesce(1)
        .write()
        .parquet(directory.resolve("in").resolve("part=" + part).toString());
  }

  /** Answers what there is and was not answered before, and stops. */
  private void run(SparkGruModel model, Duration silence) throws Exception {
    Dataset<Row> stream =
        SPARK
            .readStream()
            .schema(OF_VECTORS)
            .option("maxFilesPerTrigger", 1)
            .parquet(directory.resolve("in").resolve("*").toString());
    model
        .transformStream(stream, "sensor", "time", silence)
        .writeStream()
        .option("checkpointLocation", directory.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .format("parquet")
        .start(directory.resolve("out").toString())
        .awaitTermination();
  }

  private List<Row> answered() {
    return SPARK.read().parquet(directory.resolve("out").toString()).collectAsList();
  }

  /** Three starts, and within each start two micro-batches, whose rows come in any order. */
  @Test
  void aStreamGoesOnFromItsCheckpoint() throws Exception {
    Map<String, List<double[]>> readings = readings();
    Map<String, List<double[]>> soFar = new TreeMap<>();
    for (int part = 0; part < 6; part += 2) {
      int end = part + 2;
      write(rows(readings, part, 6), part);
      write(rows(readings, part + 1, 6), part + 1);
      run(served(MODEL), Duration.ZERO);
      readings.forEach((sensor, all) -> soFar.put(sensor, all.subList(0, all.size() * end / 6)));
    }
    assertAnswered(soFar, answered(), MODEL);

    GruModel other = model(MODEL.config(), 3, 6);
    write(rows(readings, 0, 1).stream().filter(row -> !row.isNullAt(2)).limit(1).toList(), 6);
    assertThatThrownBy(() -> run(served(other), Duration.ZERO))
        .hasStackTraceContaining("from other weights: go on with the model");
  }

  /** Of a table all rows are one micro-batch; a model without linear layer gives out its states. */
  @Test
  void aTableIsAnsweredAsOneMicroBatch() {
    Map<String, List<double[]>> readings = readings();
    Dataset<Row> table = SPARK.createDataFrame(rows(readings, 0, 1), OF_VECTORS).repartition(3);
    GruModel bare = model(GruConfig.builder(2, 4).build(), 0, 7);
    assertAnswered(
        readings, served(bare).transformStream(table, "sensor", "time").collectAsList(), bare);
  }

  /** Classes of token ids, of a model that begins somewhere and knows padding. */
  @Test
  void tokensGetClassesAndPaddingGetsNothing() {
    GruConfig config = GruConfig.builder(6, 5).tokens().build();
    Tensor begin = Tensor.of("h0", List.of(1, 5), place -> 0.3f * place - 0.5f);
    GruModel model = model(config, 4, 8);
    Usage usage = model.usage().withInitialState(begin).withPadding(0);
    model = model.withUsage(usage);
    int[] tokens = {3, 0, 5, 1, 1, 0, 2, 4};
    StructType schema =
        new StructType()
            .add("key", DataTypes.IntegerType)
            .add("at", DataTypes.DoubleType)
            .add("features", DataTypes.IntegerType);
    List<Row> rows =
        IntStream.range(0, tokens.length)
            .mapToObj(at -> RowFactory.create(12, 0.5 * at, tokens[at]))
            .toList();
    Dataset<Row> table = SPARK.createDataFrame(rows, schema);
    SparkGruModel tagger = served(model).setOutput(Output.CLASSES).setOutputCol("class");
    List<Row> answered = tagger.transformStream(table, "key", "at").orderBy("at").collectAsList();
    float[] scores;
    try (Predictor predictor = new Predictor(model.weights(), usage, Device.fastest())) {
      scores = predictor.predict(Sequences.ofOneOfTokens(tokens)).values();
    }
    for (int at = 0; at < tokens.length; at++) {
      Row row = answered.get(at);
      assertThat(row.isNullAt(3)).isEqualTo(tokens[at] == 0);
      if (tokens[at] != 0) {
        float[] ofStep = Arrays.copyOfRange(scores, 4 * at, 4 * at + 4);
        for (float score : ofStep) {
          assertThat(score).isLessThanOrEqualTo(ofStep[row.getInt(3)]);
        }
      }
    }
  }

  /** By the clock: a silence of a millisecond is over before the next start. */
  @Test
  void aKeyThatWasSilentBeginsAnew() throws Exception {
    List<Row> same = List.of(RowFactory.create("a", 1L, new double[] {0.5, -0.25}));
    for (int part = 0; part < 2; part++) {
      write(same, part);
      run(served(MODEL), Duration.ofMillis(1));
    }
    List<Row> answered = answered();
    assertThat(answered).hasSize(2);
    assertThat(answered.get(0)).isEqualTo(answered.get(1));
  }

  @Test
  void whatCannotBeAStreamIsRefusedInOneLine() {
    Dataset<Row> table =
        SPARK.createDataFrame(
            List.of(RowFactory.create("a", null, new double[] {1, 2})), OF_VECTORS);
    GruConfig both = GruConfig.builder(2, 5).direction(Direction.BIDIRECTIONAL).build();
    assertRefused(
        served(model(both, 3, 5)), table, "sensor", "FORWARD, not BIDIRECTIONAL", "transform");
    assertRefused(served(MODEL), table, "id", "no column id");
    assertRefused(served(MODEL), table, "features", "keys are strings or whole numbers");
    assertRefused(served(MODEL).setOutput(Output.STATES), table, "sensor", "not states");
    assertRefused(
        served(MODEL).setInputCol("time"), table, "sensor", "time is bigint", "array<float>");
    assertRefused(served(MODEL).setOutputCol("time"), table, "sensor", "a column time already");
    SparkGruModel model = served(MODEL);
    assertThatThrownBy(() -> model.transformStream(table, "sensor", "time", Duration.ofSeconds(-1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not after PT-1S");
    assertThatThrownBy(() -> model.transformStream(table, "sensor", "time").collectAsList())
        .hasStackTraceContaining("null in column time: leave such rows out");
    SPARK.conf().unset(STORE);
    try {
      assertRefused(model, table, "sensor", "set " + STORE + " to ", "RocksDBStateStoreProvider");
    } finally {
      keepStates();
    }
  }

  private static void assertRefused(
      SparkGruModel model, Dataset<Row> rows, String key, String... parts) {
    assertThatThrownBy(() -> model.transformStream(rows, key, "time"))
        .isInstanceOf(InvalidInputException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }
}
