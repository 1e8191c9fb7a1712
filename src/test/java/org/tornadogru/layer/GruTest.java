package org.tornadogru.layer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.DeviceCatalogue;
import org.tornadogru.graph.DeviceProbe;
import org.tornadogru.graph.KernelChoice;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.OnnxLayer;
import org.tornadogru.oracle.RandomLayers;
import org.tornadogru.oracle.RandomLayers.Case;
import org.tornadogru.oracle.ReferenceLayer;

/** The layer with every feature, against oracles, on cases drawn from the product of them all. */
class GruTest {

  /** Single precision, relative to values beyond 1: unbounded activations make such. */
  private static final double CLOSE = 1e-5;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndCases")
  void outputsAndStatesMatchTheReference(LayerProbe probe, Case layer) {
    probe
        .forward(layer.config(), layer.floatTensors(false), layer.input())
        .assertEquals(layer, layer.reference().forward(layer.tensors(false), layer.input()), CLOSE);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndCasesOfOnnx")
  void outputsAndStatesMatchOnnxRuntime(LayerProbe probe, Case layer) {
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
  void gradientsMatchTheReference(LayerProbe probe, Case layer) {
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
    KernelSet own = KernelChoice.AUTO.on(DeviceCatalogue.defaultTarget());
    List<KernelSet> others =
        DeviceProbe.everyKernelSet().stream().filter(kernels -> !kernels.equals(own)).toList();
    return RandomLayers.cases()
        .filter(GruTest::isTested)
        .flatMap(
            layer ->
                Stream.of(own, others.get((int) (layer.seed() % others.size())))
                    .map(kernels -> arguments(kernels, layer)));
  }

  static Stream<Arguments> setsAndCasesOfOnnx() {
    KernelSet own = KernelChoice.AUTO.on(DeviceCatalogue.defaultTarget());
    return RandomLayers.cases()
        .filter(GruTest::isTested)
        .filter(layer -> OnnxLayer.canExpress(layer.config(), layer.valid() != null))
        .filter(layer -> layer.valid() == null || layer.lengths() != null)
        .filter(layer -> !(layer.hasState() && hasEmptyRow(layer)))
        .map(layer -> arguments(own, layer));
  }

  /** ONNX Runtime's final state of a row without steps is 0, not its initial state. */
  private static boolean hasEmptyRow(Case layer) {
    return layer.lengths() != null && Arrays.stream(layer.lengths()).anyMatch(n -> n == 0);
  }

  /** A device compiles every kernel anew for each case, which takes seconds. */
  private static boolean isTested(Case layer) {
    return DeviceCatalogue.defaultTarget().isPlainJvm()
        || layer.seed() % 24 == 0
        || Long.getLong("layer.seed") != null;
  }

  private static Arguments arguments(KernelSet kernels, Case layer) {
    return Arguments.of(Named.of(kernels.name(), new LayerProbe(kernels)), layer);
  }
}
