package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.Gru;
import org.tornadogru.Predictor;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;

/** Rows get on executors what a predictor here says of each sequence by itself. */
class SparkGruModelTest {

  private static final SparkSession SPARK = Clusters.session();
  private static final float CLOSE = 1e-5f;
  private static final DataType TOKENS = DataTypes.createArrayType(DataTypes.IntegerType);

  private static final GruConfig OF_TOKENS =
      GruConfig.builder(7, 9).tokens().direction(Direction.BIDIRECTIONAL).build();
  private static final GruModel TAGGER = model(OF_TOKENS, 3, Usage.Steps.EACH);

  @TempDir private Path directory;

  private static GruModel model(GruConfig config, int outputs, Usage.Steps steps) {
    Weights weights = Weights.initial(config, outputs, Initialization.UNIFORM, 5);
    return new GruModel(weights, Map.of("by", "me")).withUsage(Usage.PLAIN.withSteps(steps));
  }

  private static Dataset<Row> table(DataType type, List<?> sequences) {
    List<Row> rows =
        IntStream.range(0, sequences.size())
            .mapToObj(at -> RowFactory.create(at, sequences.get(at)))
            .toList();
    StructType schema = new StructType().add("id", DataTypes.IntegerType).add("features", type);
    return SPARK.createDataFrame(rows, schema);
  }

  /** Of lengths 1 to 20, and among them one that is null and one without steps. */
  private static List<int[]> sentences() {
    SplittableRandom random = new SplittableRandom(1);
    List<int[]> sentences = new ArrayList<>();
    for (int row = 0; row < 40; row++) {
      sentences.add(random.ints(random.nextInt(1, 21), 0, 7).toArray());
    }
    sentences.set(11, null);
    sentences.set(17, new int[0]);
    return sentences;
  }

  private static Tensor expected(GruModel model, Output output, Sequences one) {
    if (output == Output.STATES) {
      try (Gru gru = new Gru(model.weights().withoutLinearLayer(), Device.fastest())) {
        return gru.forward(one).finalStates();
      }
    }
    try (Predictor predictor = new Predictor(model.weights(), model.usage(), Device.fastest())) {
      return predictor.predict(one);
    }
  }

  /** Answers as a row has them, all numbers one after the other. */
  private static float[] flat(Object answer) {
    if (answer instanceof scala.collection.Iterable<?> many) {
      List<Float> all = new ArrayList<>();
      many.foreach(
          each -> {
            for (float value : flat(each)) {
              all.add(value);
            }
            return null;
          });
      float[] values = new float[all.size()];
      for (int place = 0; place < values.length; place++) {
        values[place] = all.get(place);
      }
      return values;
    }
    return new float[] {((Number) answer).floatValue()};
  }

  private static float[] classes(Tensor scores) {
    int outputs = scores.shape().getLast();
    float[] classes = new float[scores.size() / outputs];
    for (int at = 0; at < classes.length; at++) {
      for (int place = 1; place < outputs; place++) {
        int best = at * outputs + (int) classes[at];
        classes[at] = scores.at(at * outputs + place) > scores.at(best) ? place : classes[at];
      }
    }
    return classes;
  }

  @ParameterizedTest
  @EnumSource
  void sequencesOfAllLengthsGetWhatEachWouldGetAlone(Output output) {
    List<int[]> sentences = sentences();
    Dataset<Row> table = table(TOKENS, sentences);
    SparkGruModel model = new SparkGruModel(TAGGER).setOutput(output).setBatchSize(4);
    List<Row> before = table.collectAsList();
    List<Row> after = model.transform(table).collectAsList();
    assertThat(after.stream().map(row -> row.getInt(0)).toList())
        .isEqualTo(before.stream().map(row -> row.getInt(0)).toList())
        .hasSize(40);
    for (Row row : after) {
      int[] sentence = sentences.get(row.getInt(0));
      if (sentence == null) {
        assertThat(row.isNullAt(2)).isTrue();
      } else if (sentence.length == 0) {
        assertThat(output == Output.STATES ? row.get(2) : row.getList(2)).isIn(null, List.of());
        assertThat(row.isNullAt(2)).isEqualTo(output == Output.STATES);
      } else {
        Tensor one = expected(TAGGER, output, Sequences.ofOneOfTokens(sentence));
        assertThat(flat(row.get(2)))
            .containsExactly(output == Output.CLASSES ? classes(one) : one.values(), within(CLOSE));
      }
    }
  }

  /** Of vectors of doubles; what is at the last step would change with padding. */
  @ParameterizedTest
  @EnumSource(Usage.Steps.class)
  void modelsOfVectorsAnswerOncePerSequenceOrStep(Usage.Steps steps) {
    GruConfig config = GruConfig.builder(2, 5).layers(2).build();
    GruModel model = model(config, steps == Usage.Steps.EACH ? 0 : 4, steps);
    SplittableRandom random = new SplittableRandom(2);
    List<double[][]> waves = new ArrayList<>();
    for (int row = 0; row < 12; row++) {
      double[][] wave = new double[random.nextInt(1, 6)][2];
      Arrays.setAll(wave, step -> random.doubles(2).toArray());
      waves.add(wave);
    }
    DataType doubles = DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.DoubleType));
    Dataset<Row> answered = SparkGru.transform(table(doubles, waves), model);
    for (Row row : answered.collectAsList()) {
      double[][] wave = waves.get(row.getInt(0));
      float[][] floats = new float[wave.length][2];
      Arrays.setAll(floats, step -> new float[] {(float) wave[step][0], (float) wave[step][1]});
      assertThat(flat(row.get(2)))
          .containsExactly(
              expected(model, Output.OUTPUTS, Sequences.ofOne(floats)).values(), within(CLOSE));
    }
  }

  @Test
  void aPipelineIsSavedAndLoadedWithIt() throws Exception {
    Dataset<Row> table = table(TOKENS, sentences());
    SparkGruModel tagger = new SparkGruModel(TAGGER).setOutput(Output.CLASSES).setBatchSize(3);
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {tagger.setOutputCol("tags")}).fit(table);
    String path = directory.resolve("pipeline").toString();
    pipeline.save(path);
    PipelineModel loaded = PipelineModel.load(path);
    assertThat(loaded.transform(table).collectAsList())
        .isEqualTo(pipeline.transform(table).collectAsList());
    SparkGruModel read = (SparkGruModel) loaded.stages()[0];
    assertThat(read.model()).isEqualTo(TAGGER);
    assertThat(read.explainParams()).isEqualTo(tagger.explainParams());
    assertThat(read.uid()).isEqualTo(tagger.uid());

    tagger.write().overwrite().save(path);
    assertThat(ModelFormat.read(Path.of(path)).weights()).isEqualTo(TAGGER.weights());
    assertThat(SparkGruModel.load(path).number(read.batchSize())).isEqualTo(3);
  }

  @Test
  void columnsThatDoNotFitAreRefusedBeforeAnythingRuns() {
    Dataset<Row> table = table(TOKENS, List.of(new int[] {1}));
    assertRefused(tagger().setInputCol("words"), table, "no column words", "id, features");
    assertRefused(tagger().setInputCol("id"), table, "column id is int", "array<int>");
    assertRefused(tagger().setOutputCol("id"), table, "a column id already");
    SparkGruModel unknown = tagger();
    unknown.with(unknown.output(), "tags");
    assertRefused(unknown, table, "outputs, classes, states", "not tags");
    GruModel headless = model(OF_TOKENS, 0, Usage.Steps.EACH);
    SparkGruModel classifier = new SparkGruModel(headless).setOutput(Output.CLASSES);
    assertRefused(classifier, table, "0 outputs");
    GruModel ofVectors = model(GruConfig.builder(2, 3).build(), 2, Usage.Steps.EACH);
    assertRefused(new SparkGruModel(ofVectors), table, "array<array<float>>");
  }

  @Test
  void whatIsInASequenceIsRefusedByName() {
    Dataset<Row> answered = tagger().transform(table(TOKENS, List.of(new int[] {1, 7})));
    assertThatThrownBy(answered::collectAsList)
        .hasMessageContaining("column features has token id 7 at step 1");
    Dataset<Row> holed = table(TOKENS, List.of(List.of(1), Arrays.asList(1, null)));
    assertThatThrownBy(() -> tagger().transform(holed).collectAsList())
        .hasMessageContaining("column features has a null at step 1");
  }

  private static SparkGruModel tagger() {
    return new SparkGruModel(TAGGER);
  }

  private static void assertRefused(SparkGruModel model, Dataset<Row> table, String... parts) {
    assertThatThrownBy(() -> model.transform(table))
        .isInstanceOf(InvalidInputException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }
}
