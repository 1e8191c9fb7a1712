package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.graph.LinearLayout;
import org.tornadogru.graph.ModelLayout;
import org.tornadogru.graph.Parameters;
import org.tornadogru.graph.Placement;
import org.tornadogru.graph.WalkLayout;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.WeightPrecision;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Streams of rounded matrices: the same numbers as of a model that has them, in half the bytes. */
class GruStreamTest {

  private static final Device DEVICE = Device.fastest();
  private static final int STEPS = 3;
  private static final int OUTPUTS = 19;

  /** A stream of so many sequences. */
  record Model(String name, GruConfig config, boolean head, int batch) {

    Weights weights() {
      return Weights.initial(config, head ? OUTPUTS : 0, Initialization.UNIFORM, 7);
    }

    GruStream stream(Weights weights, WeightPrecision precision, Placement placement) {
      return head
          ? new GruStream(weights, Head.predictEachStep(OUTPUTS), batch, precision, placement)
          : new GruStream(weights, batch, precision, placement);
    }

    Tensor step(GruStream stream, int time) {
      if (config.input() != InputKind.DENSE) {
        int[] ids = new int[batch];
        for (int row = 0; row < batch; row++) {
          ids[row] = (5 * time + 3 * row + 1) % config.inputSize();
        }
        return stream.step(ids);
      }
      float[][] x = new float[batch][config.inputSize()];
      for (int i = 0; i < batch * config.inputSize(); i++) {
        x[i / config.inputSize()][i % config.inputSize()] = ((i + time) * 29 % 13) / 6.5f - 1;
      }
      return stream.step(x);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Model> models() {
    List<Model> models = new ArrayList<>();
    for (ResetPlacement reset : ResetPlacement.values()) {
      for (int batch : new int[] {1, 3}) {
        for (boolean head : new boolean[] {false, true}) {
          String name = "reset %s, batch %d, %s".formatted(reset, batch, head ? "head" : "GRU");
          models.add(
              new Model(
                  "vectors, " + name,
                  GruConfig.builder(3, 17).layers(2).reset(reset).build(),
                  head,
                  batch));
          models.add(
              new Model(
                  "tokens, " + name,
                  GruConfig.builder(7, 33).tokens().layers(2).reset(reset).build(),
                  head,
                  batch));
        }
      }
      models.add(
          new Model(
              "many units, reset " + reset,
              GruConfig.builder(37, 131).layers(2).reset(reset).build(),
              true,
              1));
    }
    GruConfig.Builder tokens = GruConfig.builder(OUTPUTS, 9).tokens();
    models.add(new Model("a table", tokens.embedding(5).build(), true, 1));
    models.add(new Model("a tied table", tokens.embedding(9).tied().build(), true, 1));
    models.add(
        new Model(
            "dense layers",
            GruConfig.builder(3, 21).dense(new Dense(35, ActivationFunction.TANH)).build(),
            true,
            1));
    models.add(
        new Model(
            "another cell", GruConfig.builder(3, 9).gating(Gating.UPDATE_ONLY).build(), true, 1));
    models.add(
        new Model(
            "layers that narrow", GruConfig.builder(3, 9).hiddenSizes(21, 9).build(), true, 1));
    return models.stream();
  }

  static Stream<Arguments> setsAndModels() {
    return DeviceTests.withEveryKernelSet()
        .flatMap(
            device ->
                models()
                    .filter(
                        model ->
                            DeviceTests.runAll()
                                || model.name.matches("tokens.*3, head|vectors.*1, GRU"))
                    .map(model -> Arguments.of(Named.of(device.kernels().name(), device), model)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndModels")
  void roundedMatricesGiveTheBitsOfTheModelThatHasThem(Device device, Model model) {
    Placement placement = Placement.on(device);
    Weights weights = model.weights();
    Weights rounded = WeightPrecision.BF16.round(weights);
    try (GruStream stream = model.stream(weights, WeightPrecision.BF16, placement);
        GruStream expected = model.stream(rounded, WeightPrecision.F32, placement);
        GruStream exact = model.stream(weights, WeightPrecision.F32, placement)) {
      for (int time = 0; time < STEPS; time++) {
        Tensor output = model.step(stream, time);
        assertThat(output.values()).containsExactly(model.step(expected, time).values());
        assertThat(output.values()).isNotEqualTo(model.step(exact, time).values());
      }
      Tensor state = stream.state();
      assertThat(state).isEqualTo(expected.state());
      Tensor onward = model.step(stream, STEPS);
      stream.reset();
      model.step(stream, 0);
      stream.reset(state);
      assertThat(model.step(stream, STEPS)).isEqualTo(onward);
    }
  }

  static Stream<Model> modelsInPairs() {
    return models().filter(model -> readsPairs(model));
  }

  static Stream<Model> modelsAsTheyAre() {
    return models().filter(model -> !readsPairs(model));
  }

  private static boolean readsPairs(Model model) {
    return model.batch == 1 && model.config.isStandardCell() && !model.config.tied();
  }

  @ParameterizedTest
  @MethodSource("modelsInPairs")
  @Tag("plain-jvm")
  void aFloatHasTwoWeightsWhereTheKernelsReadThem(Model model) {
    FloatArray read = read(DEVICE.withKernels(KernelChoice.SIMD), model);
    Parameters rounded = Parameters.pack(WeightPrecision.BF16.round(model.weights()));
    ModelLayout layout = rounded.layout();
    for (WalkLayout walk : layout.walks()) {
      if (!walk.lookUp()) {
        assertPairs(rounded.array(), walk.inputAt(), walk.inputs(), read);
      }
      assertPairs(rounded.array(), walk.recurrentAt(), layout.hidden(), read);
    }
    for (LinearLayout layer : layout.head()) {
      if (model.head) {
        assertPairs(rounded.array(), layer.at(), layer.rows(), read);
      }
    }
  }

  /** Of the first column, whose bias is a float. */
  private static void assertPairs(FloatArray rounded, int at, int rows, FloatArray read) {
    for (int row = 0; row < rows; row += 2) {
      int first = Float.floatToRawIntBits(rounded.get(at + row * Tiles.LANES));
      int second = Float.floatToRawIntBits(rounded.get(at + (row + 1) * Tiles.LANES));
      assertThat(Float.floatToRawIntBits(read.get(at + row / 2 * Tiles.LANES)))
          .isEqualTo(second | first >>> Short.SIZE);
    }
    assertThat(read.get(at + rows / 2 * Tiles.LANES))
        .isEqualTo(rounded.get(at + rows * Tiles.LANES));
  }

  @ParameterizedTest
  @MethodSource("modelsAsTheyAre")
  @Tag("plain-jvm")
  void elsewhereAFloatHasOne(Model model) {
    FloatArray read = read(DEVICE.withKernels(KernelChoice.SIMD), model);
    Weights rounded = WeightPrecision.BF16.round(model.weights());
    assertThat(read.toHeapArray()).isEqualTo(Parameters.pack(rounded).array().toHeapArray());
  }

  /** The parameters that every task of a step reads which multiplies by them. */
  private static FloatArray read(Device device, Model model) {
    Weights weights = model.weights();
    int size = Parameters.pack(weights).array().getSize();
    Placement placement = Placement.on(device);
    Set<FloatArray> read = Collections.newSetFromMap(new IdentityHashMap<>());
    UnaryOperator<TaskPackage> looking =
        task -> {
          if (task.getId().matches("(project|forward|linear).*")) {
            read.add(ofSize(size, task));
          }
          return task;
        };
    Placement observed = new Placement(device, placement.kernels(), looking);
    try (GruStream stream = model.stream(weights, WeightPrecision.BF16, observed)) {
      model.step(stream, 0);
    }
    assertThat(read).hasSize(1);
    return read.iterator().next();
  }

  private static FloatArray ofSize(int size, TaskPackage task) {
    return Arrays.stream(task.getTaskParameters())
        .filter(each -> each instanceof FloatArray array && array.getSize() == size)
        .map(FloatArray.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
