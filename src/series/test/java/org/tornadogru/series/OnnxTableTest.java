package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;

/** A model in ONNX Runtime takes a table's numbers, and answers as it does here. */
@Tag("plain-jvm")
class OnnxTableTest {

  /** Of three rows ahead: a range is wider, narrower than its median, and reaches below zero. */
  private static final double[] MARGINS = {0.3, -0.4, 40};

  @TempDir private Path temporary;
  private Table table;
  private int sequences;
  private int rows;

  @BeforeEach
  void write() throws Exception {
    write(2, 50);
  }

  /** Some values and words are missing, and each sequence begins some months later. */
  private void write(int names, int length) throws Exception {
    sequences = names;
    rows = length;
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("name,month,load,price,kind,label\n");
    for (int row = 0; row < sequences * rows; row++) {
      int t = row % rows + 7 * (row / rows);
      double load = 200 + 30 * Math.sin(2 * Math.PI * t / 12) + random.nextDouble(20);
      text.append("s%d,%d-%02d,".formatted(row / rows, 1990 + t / 12, 1 + t % 12))
          .append(row % 11 == 0 ? "," : "%.2f,".formatted(load))
          .append(row % 13 == 2 ? "," : "%.2f,".formatted(1 + random.nextDouble(5)))
          .append(row % 17 == 5 ? "," : "k%d,".formatted(random.nextInt(3)))
          .append(row / rows % 2 == 0 ? "up\n" : "down\n");
    }
    table = Table.read(Files.writeString(temporary.resolve("table.csv"), text));
  }

  private static SeriesConfig.Builder builder(SeriesTask task) {
    return SeriesConfig.builder(task).by("name").time("month").hiddenSize(5).epochs(1).seed(2);
  }

  /** What a training found, with weights and margins that do something. */
  private SeriesModel model(SeriesConfig config, Baseline baseline) {
    try (SeriesModel trained = SeriesTraining.of(table, config).train(Device.fastest())) {
      Preparation found = trained.preparation();
      List<TargetCode> targets =
          found.targets().stream()
              .map(
                  target ->
                      new TargetCode(
                          target.code(),
                          baseline == null ? target.baseline() : baseline,
                          target.leftOver(),
                          target.naive(),
                          IntStream.range(0, target.margins().size())
                              .mapToObj(ahead -> MARGINS[ahead % MARGINS.length])
                              .toList()))
              .toList();
      Preparation preparation = found.withTargets(targets);
      Weights weights =
          Weights.initial(
              GruConfig.builder(preparation.inputSize(), 5).build(),
              preparation.outputs(),
              Initialization.UNIFORM,
              3);
      return new SeriesModel(preparation, weights, Device.fastest());
    }
  }

  private static Baseline baseline(Baseline.Kind kind) {
    double[] profile = new SplittableRandom(5).doubles(12, -1, 1).toArray();
    return switch (kind) {
      case LAST -> Baseline.NAIVE;
      case MEAN -> new Baseline(kind, 7, null);
      case ALL, SEASONAL, PROFILE, LEVEL -> new Baseline(kind, 1, new Season(12, profile));
    };
  }

  private Map<String, float[][][]> run(SeriesModel model, int ahead) throws OrtException {
    Path kept = temporary.resolve("model.safetensors");
    Path onnx = temporary.resolve("model.onnx");
    model.write(kept, Map.of());
    assertThat(SeriesFile.writeOnnx(ModelFormat.read(kept), onnx, false)).isNotEmpty();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, float[][][]> outputs = new HashMap<>();
    try (OrtSession session = environment.createSession(onnx.toString())) {
      Map<String, OnnxTensor> inputs = new HashMap<>();
      for (String name : session.getInputNames()) {
        if (!name.equals("initial_h")) {
          boolean known = ahead > 0 && (name.endsWith("price") || name.endsWith("kind"));
          inputs.put(
              name, input(environment, model.preparation(), name, rows + (known ? ahead : 0)));
        }
      }
      inputs.put("initial_h", OnnxTensor.createTensor(environment, new float[1][sequences][5]));
      try (OrtSession.Result result = session.run(inputs)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          Object value = output.getValue().getValue();
          outputs.put(
              output.getKey(),
              value instanceof float[][] last ? new float[][][] {last} : (float[][][]) value);
        }
      }
    }
    return outputs;
  }

  /** As a caller who reads the words would make it of the table. */
  private OnnxTensor input(
      OrtEnvironment environment, Preparation preparation, String name, int length)
      throws OrtException {
    String column = name.substring(name.indexOf('_') + 1);
    float[][] numbers = new float[length][sequences];
    long[][] counts = new long[length][sequences];
    for (int sequence = 0; sequence < sequences; sequence++) {
      float last = Float.NaN;
      for (int t = 0; t < length; t++) {
        int row = sequence * rows + Math.min(t, rows - 1);
        if (name.equals("step")) {
          counts[t][sequence] = 240L + t + 7L * sequence;
          continue;
        }
        ColumnCode code =
            preparation.inputs().stream()
                .filter(each -> each.column().equals(column))
                .findFirst()
                .orElseThrow();
        Column values = table.column(column);
        if (name.startsWith("word_")) {
          counts[t][sequence] = values.isMissing(row) ? -1 : code.words().indexOf(values.word(row));
        } else if (name.startsWith("missing_")) {
          numbers[t][sequence] = values.isMissing(row) ? 1 : 0;
        } else {
          last =
              values.isMissing(row)
                  ? Float.isNaN(last) ? (float) code.scale().raw(code.fill()) : last
                  : (float) values.at(row);
          numbers[t][sequence] = last;
        }
      }
    }
    return name.equals("step") || name.startsWith("word_")
        ? OnnxTensor.createTensor(environment, counts)
        : OnnxTensor.createTensor(environment, numbers);
  }

  /** The rows of each sequence one behind the other, as they are answered here. */
  private void answers(SeriesModel model, Answers.Listener listener) {
    SeriesData data = Fit.data(model.preparation(), table);
    Windows windows = new Windows(model.preparation(), data, Parts.allHeldOut(data.groups()));
    model.answers(data, windows).of(windows.all(), listener);
  }

  private void assertForecasts(SeriesModel model, int ahead, String... wanted) throws OrtException {
    Map<String, float[][][]> outputs = run(model, ahead);
    int ranges = model.config().task().ranges();
    boolean last = model.config().task().ofSequences();
    int[] compared = {0};
    Set<Double> widths = new HashSet<>();
    Set<String> ends = new HashSet<>();
    answers(
        model,
        (group, place, slice, t, values) -> {
          for (int k = 1; k <= ranges; k++) {
            Range range = RangeDecoder.range(model.preparation(), 0, k, slice, t, values);
            int row = last ? 0 : place - group * rows;
            assertClose(outputs.get("load_y")[row][group][k - 1], range.median());
            assertClose(outputs.get("load_y_lo")[row][group][k - 1], range.low());
            assertClose(outputs.get("load_y_hi")[row][group][k - 1], range.high());
            compared[0]++;
            ends.add(
                range.low() == 0 ? "zero" : range.high() == range.median() ? "median" : "other");
          }
          widths.add(RangeDecoder.recent(model.preparation(), 0, slice, t));
        });
    assertThat(widths).as("how wide ranges are").hasSizeGreaterThan(last ? 0 : rows);
    assertThat(compared[0]).isEqualTo(sequences * (last ? 1 : rows * ranges));
    assertThat(ends).as("where ranges end").contains(wanted);
  }

  private static void assertClose(float actual, double expected) {
    assertThat((double) actual).isCloseTo(expected, within(1e-4 * Math.abs(expected)));
  }

  @ParameterizedTest
  @EnumSource(value = Baseline.Kind.class, names = "ALL", mode = EnumSource.Mode.EXCLUDE)
  void forecastsAreThoseOfPredict(Baseline.Kind kind) throws Exception {
    SeriesConfig config = builder(SeriesTask.forecast(14, "load")).build();
    try (SeriesModel model = model(config, baseline(kind))) {
      assertForecasts(model, 0, "other", "median", "zero");
    }
  }

  @ParameterizedTest
  @CsvSource({"STANDARD", "ROBUST", "LOG", "NONE"})
  void whatIsKnownAheadAndHowItIsScaledIsInTheGraph(SeriesConfig.Scaling scaling) throws Exception {
    SeriesConfig config =
        builder(SeriesTask.forecast(3, "load")).known("price", "kind").scaling(scaling).build();
    try (SeriesModel model = model(config, null)) {
      assertForecasts(model, 3, "other");
    }
  }

  @Test
  void aSequenceHasAValue() throws Exception {
    write(20, 10);
    try (SeriesModel model = model(builder(SeriesTask.value("load")).build(), null)) {
      assertForecasts(model, 0, "other");
    }
  }

  @ParameterizedTest
  @CsvSource({"CLASSIFY", "TAG"})
  void labelsHaveProbabilities(SeriesTask.Kind kind) throws Exception {
    write(20, 10);
    SeriesTask task =
        kind == SeriesTask.Kind.TAG ? SeriesTask.tag("kind") : SeriesTask.classify("label");
    try (SeriesModel model = model(builder(task).build(), null)) {
      float[][][] outputs = run(model, 0).get("outputs");
      answers(
          model,
          (group, place, slice, t, values) -> {
            List<Double> expected = model.labelled(place, values).probabilities();
            int row = outputs.length == 1 ? 0 : place - group * rows;
            for (int label = 0; label < expected.size(); label++) {
              assertClose(outputs[row][group][label], expected.get(label));
            }
          });
    }
  }

  @Test
  void whatAGraphCannotSayIsRefused() {
    assertRefused(builder(SeriesTask.alarm()), "how alarms are scored: keep the model as");
    assertRefused(
        builder(SeriesTask.forecast(2, "load")).multi(SeriesConfig.Multi.RECURSIVE),
        "that a forecast goes on from its own answers: keep the model as .safetensors");
  }

  private void assertRefused(SeriesConfig.Builder config, String message) {
    try (SeriesModel model = model(config.build(), null)) {
      GruModel kept = kept(model);
      assertThatThrownBy(() -> SeriesFile.writeOnnx(kept, temporary.resolve("a.onnx"), false))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(".onnx files cannot say " + message);
    }
  }

  /** The first version's files do not say that a forecast is direct. */
  @Test
  void aFileWithoutWhatCameLaterIsRead() {
    try (SeriesModel model = model(builder(SeriesTask.forecast(2, "load")).build(), null)) {
      GruModel kept = kept(model);
      Path old = temporary.resolve("old.safetensors");
      ModelFormat.write(without(kept, "\"multi\":\"DIRECT\","), old);
      try (SeriesModel read = SeriesModel.read(old, Device.fastest())) {
        assertThat(read.preparation()).isEqualTo(model.preparation());
      }
      ModelFormat.write(without(kept, "\"threshold\":0.0,"), old);
      assertThatThrownBy(() -> SeriesModel.read(old, Device.fastest()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("what this version cannot read: train it again");
    }
  }

  private static GruModel without(GruModel model, String words) {
    Map<String, String> metadata = new HashMap<>(model.metadata());
    metadata.computeIfPresent("series", (name, said) -> said.replace(words, ""));
    assertThat(metadata).isNotEqualTo(model.metadata());
    return new GruModel(model.weights(), metadata);
  }

  private GruModel kept(SeriesModel model) {
    Path file = temporary.resolve("kept.safetensors");
    model.write(file, Map.of());
    return ModelFormat.read(file);
  }
}
