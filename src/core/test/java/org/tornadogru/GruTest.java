package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.OnnxLayer;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomLayers;
import org.tornadogru.oracle.ReferenceLayer;

/** The layer with every feature, against oracles, on cases drawn from the product of them all. */
class GruTest {

  /** Single precision, relative to values beyond 1: unbounded activations make such. */
  private static final double CLOSE = 1e-5;

  /** Odd: what a model predicts, and which other kernels a case sees, follow the seed modulo 4. */
  private static final int STRIDE = 23;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndCasesOfTheForwardPass")
  void outputsAndStatesMatchTheReference(LayerProbe probe, RandomLayer layer) {
    probe
        .forward(layer.config(), layer.floatTensors(false), layer.input())
        .assertEquals(layer, layer.reference().forward(layer.tensors(false), layer.input()), CLOSE);
  }

  /** In the order of the input, what every layer and direction did; and they make the states. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndCasesOfTheForwardPass")
  void gatesMatchTheReference(LayerProbe probe, RandomLayer layer) {
    List<Gates> walks = probe.gates(layer.config(), layer.floatTensors(false), layer.input());
    double[][][][][] expected = layer.reference().gates(layer.tensors(false), layer.input());

    assertThat(walks).hasSameSizeAs(expected);
    for (int walk = 0; walk < expected.length; walk++) {
      Gates gates = walks.get(walk);
      int directions = layer.config().direction().walks();
      assertThat(gates.layer()).isEqualTo(walk / directions);
      assertThat(gates.reverse())
          .isEqualTo(layer.config().direction().isReverse(walk % directions));
      List<Tensor> actual =
          List.of(gates.reset(), gates.update(), gates.candidate(), gates.states());
      for (int gate = 0; gate < actual.size(); gate++) {
        LayerOutput.assertEquals(
            "%s: walk %d: %s".formatted(layer, walk, actual.get(gate).name()),
            LayerOutput.doubles(actual.get(gate).to3d()),
            expected[walk][gate],
            CLOSE);
      }
      double[][][] h0 = layer.input().h0();
      assertStatesFollow(gates, h0 == null ? null : h0[walk]);
    }
  }

  /** h' = (1 − z) n + z h at every step, also those that a mask leaves out. */
  private static void assertStatesFollow(Gates gates, double[][] h0) {
    float[][][] states = gates.states().to3d();
    for (int place = 0; place < gates.states().size(); place++) {
      int unit = place % gates.units();
      int row = place / gates.units() % gates.batch();
      int before = place / gates.units() / gates.batch() + (gates.reverse() ? 1 : -1);
      boolean begins = before < 0 || before == gates.steps();
      double h = begins ? (h0 == null ? 0 : h0[row][unit]) : states[before][row][unit];
      double z = gates.update().at(place);
      double expected = (1 - z) * gates.candidate().at(place) + z * h;
      assertThat((double) gates.states().at(place))
          .isCloseTo(expected, within(CLOSE * Math.max(1, Math.abs(expected))));
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndCasesOfOnnx")
  void outputsAndStatesMatchOnnxRuntime(LayerProbe probe, RandomLayer layer) {
    probe
        .forward(layer.config(), layer.floatTensors(false), layer.input())
        .assertEquals(
            layer,
            new OnnxLayer(layer.config())
                .forward(layer.tensors(false), layer.input(), layer.lengths()),
            CLOSE);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndCases")
  void gradientsMatchTheReference(LayerProbe probe, RandomLayer layer) {
    List<Tensor> tensors = layer.floatTensors(false);
    LayerInput dropped =
        layer.input().withDropout(probe.multipliers(layer.config(), layer.steps(), layer.batch()));
    ReferenceLayer.Gradients expected =
        layer
            .reference()
            .gradients(
                layer.tensors(false),
                dropped,
                new LayerLoss.WeightedSum(
                    layer.weightedSum().y(), layer.weightedSum().finalStates(), null));
    ReferenceLayer.Gradients actual =
        probe.gradients(layer.config(), tensors, layer.input(), layer.weightedSum());
    expected.assertReproducedBy(layer, actual, CLOSE);
  }

  /** Every case with the device's own kernels, and each with one other set in turn. */
  static Stream<Arguments> setsAndCases() {
    Device own = Device.fastest();
    List<Device> others =
        DeviceTests.withEveryKernelSet().filter(device -> !device.equals(own)).toList();
    return cases()
        .flatMap(
            layer ->
                Stream.of(own, others.get((int) (layer.seed() % others.size())))
                    .filter(device -> device.equals(own) || isTestedWithOthers(layer))
                    .map(device -> arguments(device, layer)));
  }

  /** The kernels are those of training, whose gradients tell: what is read shows with a few. */
  static Stream<Arguments> setsAndCasesOfTheForwardPass() {
    return setsAndCases().limit(DeviceTests.areQuick() ? 2 : Long.MAX_VALUE);
  }

  /** In a quick run the twins of other cells are left to {@code GroupKernelsTest}. */
  private static boolean isTestedWithOthers(RandomLayer layer) {
    return !DeviceTests.areQuick() || layer.config().isStandardCell();
  }

  static Stream<Arguments> setsAndCasesOfOnnx() {
    Stream<Arguments> chosen =
        setsAndCases()
            .filter(
                arguments ->
                    arguments.get()[1] instanceof RandomLayer layer && isComparable(layer));
    Stream<Arguments> one =
        RandomLayers.cases()
            .filter(GruTest::isComparable)
            .limit(1)
            .map(layer -> arguments(Device.fastest(), layer));
    return DeviceTests.areQuick() ? one : Stream.concat(one, chosen); // the reference says the rest
  }

  private static boolean isComparable(RandomLayer layer) {
    return OnnxLayer.canExpress(layer) && !(layer.hasState() && hasEmptyRow(layer));
  }

  /** ONNX Runtime's final state of a row without steps is 0, not its initial state. */
  private static boolean hasEmptyRow(RandomLayer layer) {
    return layer.lengths() != null && Arrays.stream(layer.lengths()).anyMatch(n -> n == 0);
  }

  private static Stream<RandomLayer> cases() {
    if (DeviceTests.runAll() || Long.getLong("layer.seed") != null) {
      return RandomLayers.cases();
    }
    Stream<RandomLayer> more =
        RandomLayers.cases().filter(layer -> !DeviceTests.areQuick() && layer.seed() % STRIDE == 0);
    return Stream.concat(RandomLayers.everyFeature().stream(), more);
  }

  private static Arguments arguments(Device device, RandomLayer layer) {
    return Arguments.of(Named.of(device.kernels().name(), new LayerProbe(device)), layer);
  }
}
