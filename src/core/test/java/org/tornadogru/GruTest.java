package org.tornadogru;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
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
  @MethodSource("setsAndCases")
  void outputsAndStatesMatchTheReference(LayerProbe probe, RandomLayer layer) {
    probe
        .forward(layer.config(), layer.floatTensors(false), layer.input())
        .assertEquals(layer, layer.reference().forward(layer.tensors(false), layer.input()), CLOSE);
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

  /** The sets differ only where the cell is the standard one. */
  private static boolean isTestedWithOthers(RandomLayer layer) {
    return !DeviceTests.areQuick() || layer.config().isStandardCell();
  }

  static Stream<Arguments> setsAndCasesOfOnnx() {
    Stream<Arguments> chosen =
        setsAndCases()
            .filter(
                arguments ->
                    arguments.get()[1] instanceof RandomLayer layer && isComparable(layer));
    Stream<Arguments> oneAtLeast = // the quick selection may have none
        RandomLayers.cases()
            .filter(GruTest::isComparable)
            .limit(1)
            .map(layer -> arguments(Device.fastest(), layer));
    return Stream.concat(oneAtLeast, chosen);
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
