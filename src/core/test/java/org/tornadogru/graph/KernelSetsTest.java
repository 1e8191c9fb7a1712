package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.LayerProbe;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.LayerLoss.Head;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.OnnxLayer;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomTexts;
import org.tornadogru.oracle.RandomTexts.Text;
import org.tornadogru.oracle.ReferenceLayer;
import org.tornadogru.oracle.ReferenceLayer.Gradients;
import org.tornadogru.oracle.ReferenceSgd;

/** Every kernel of every set that this runtime can run, against oracles in double precision. */
class KernelSetsTest {

  /** Single precision, sums of a few thousand terms. */
  private static final double CLOSE = 2e-6;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndTexts")
  void statesMatchOnnxRuntime(DeviceProbe probe, Text text) {
    RandomLayer model = text.model();
    Map<String, double[]> tensors = model.tensors(false, 0.5);
    new LayerProbe(probe.device())
        .forward(model.config(), model.reference().floatTensors(tensors), text.input())
        .assertEquals(
            text, new OnnxLayer(model.config()).forward(tensors, text.input(), null), 1e-5);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndTexts")
  void scoresMatchTheReference(DeviceProbe probe, Text text) {
    double[][][] expected =
        text.model().reference().scores(text.tensors(), text.input(), Head.EACH_STEP);
    LayerOutput.assertEquals(text.toString(), probe.scores(text), expected, CLOSE);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndTexts")
  void gradientsMatchTheReference(DeviceProbe probe, Text text) {
    assertGradients(probe, text);
  }

  /** Several blocks of rows and several chunks of positions, in every kernel that has such. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndLargeBatches")
  void gradientsOfALargeBatchMatchTheReference(DeviceProbe probe, Text text) {
    assertGradients(probe, text);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource({"setsAndTexts", "setsAndTables"})
  void paddedRowsHaveNeitherLossNorGradient(DeviceProbe probe, Text text) {
    assertGradients(probe, text.padded((text.model().batch() + 1) / 2));
  }

  static void assertGradients(DeviceProbe probe, Text text) {
    text.gradients(text.tensors()).assertReproducedBy(text, probe.gradients(text), CLOSE);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndTexts")
  void threeUpdatesMatchTheReference(DeviceProbe probe, Text random) {
    Text text = random.fromZero();
    ReferenceSgd sgd = new ReferenceSgd(0.5, 0.2);
    Map<String, double[]> expected = text.tensors();
    try (ModelPlan plan = probe.plan(text, Optimization.sgd(0.5f, 0.2f))) {
      plan.load(DeviceProbe.sequences(text), false);
      for (int update = 0; update < 3; update++) {
        Gradients gradients = text.gradients(expected);
        assertThat(plan.train(0, update)).isCloseTo((float) gradients.loss(), within(1e-5f));
        expected = sgd.step(expected, gradients.tensors());
      }
      Map<String, double[]> updated = ReferenceLayer.byName(plan.weights().tensors());
      expected.forEach(
          (name, tensor) -> LayerOutput.assertEquals(name, updated.get(name), tensor, CLOSE));
      assertThat(plan.evaluate()).isCloseTo((float) text.loss(expected), within(1e-5f));
    }
  }

  static Stream<Arguments> setsAndTexts() {
    return DeviceTests.withEveryKernelSet()
        .flatMap(
            device ->
                RandomTexts.texts()
                    .filter(text -> isTested(device, text))
                    .map(text -> arguments(device, text)));
  }

  /** A device's own set sees every text, the others some. */
  private static boolean isTested(Device device, Text text) {
    return DeviceTests.runAll()
        || (device.equals(Device.fastest()) && !DeviceTests.areQuick())
        || text.model().seed() % 4 == 3;
  }

  static Stream<Arguments> setsAndTables() {
    return DeviceTests.withEveryKernelSet()
        .flatMap(
            device ->
                tables().map(config -> arguments(device, RandomTexts.text(4, 5, config, 202))));
  }

  static Stream<Arguments> setsAndLargeBatches() {
    return DeviceTests.withEveryKernelSet()
        .flatMap(
            device ->
                Stream.concat(
                        Stream.of(ResetPlacement.values())
                            .map(reset -> RandomTexts.text(3, 301, 17, 11, reset, 200)),
                        tables().map(config -> RandomTexts.text(3, 301, config, 201)))
                    .map(text -> arguments(device, text)));
  }

  /**
   * Vectors of more than one tile for more tokens than one, the linear layer's own and its, right
   * behind the GRU and behind dense layers.
   */
  private static Stream<GruConfig> tables() {
    return Stream.of(
        GruConfig.builder(35, 5).embedding(19).build(),
        GruConfig.builder(35, 5)
            .embedding(19)
            .tied()
            .dense(
                new Dense(18, ActivationFunction.of(ActivationFunction.Kind.SOFTPLUS)),
                new Dense(19, ActivationFunction.TANH))
            .build(),
        GruConfig.builder(35, 19).embedding(19).tied().build());
  }

  private static Arguments arguments(Device device, Text text) {
    return Arguments.of(Named.of(device.kernels().name(), new DeviceProbe(device)), text);
  }
}
