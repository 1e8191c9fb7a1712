package org.tornadogru;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.ConformanceCases;
import org.tornadogru.oracle.ReferenceParameters;

/** The layer gives the answers that ONNX, Keras and users of PyTorch published. */
class PublishedAnswersTest {

  /** Some answers have more digits than a float can hold. */
  private static final double FLOAT = 1e-6;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cases")
  void theAnswerIsReproduced(LayerProbe probe, ConformanceCases.Case known) {
    List<Tensor> tensors = tensors(known.config(), known.tensors());
    known.assertReproducedBy(input -> probe.forward(known.config(), tensors, input), FLOAT);
  }

  private static List<Tensor> tensors(GruConfig config, Map<String, double[]> values) {
    return Weights.zeros(config, 0).tensors().stream()
        .map(
            tensor ->
                new Tensor(
                    tensor.name(),
                    tensor.shape(),
                    ReferenceParameters.floats(values.get(tensor.name()))))
        .toList();
  }

  static Stream<Arguments> cases() {
    LayerProbe probe = new LayerProbe(Device.fastest());
    return ConformanceCases.published().stream()
        .map(known -> Arguments.of(Named.of(probe.device().kernels().name(), probe), known));
  }
}
