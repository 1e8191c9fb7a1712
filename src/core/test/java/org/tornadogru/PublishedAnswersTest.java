package org.tornadogru;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.ConformanceCases;
import org.tornadogru.oracle.ReferenceLayer;

/** The layer gives the answers that ONNX, Keras and users of PyTorch published. */
class PublishedAnswersTest {

  /** Some answers have more digits than a float can hold. */
  private static final double FLOAT = 1e-6;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("cases")
  void theAnswerIsReproduced(LayerProbe probe, ConformanceCases.Case known) {
    List<Tensor> tensors = new ReferenceLayer(known.config()).floatTensors(known.tensors());
    known.assertReproducedBy(input -> probe.forward(known.config(), tensors, input), FLOAT);
  }

  /** With the device's own kernels, and with every other set where the cell has twins. */
  static Stream<Arguments> cases() {
    Device own = Device.fastest();
    return ConformanceCases.published().stream()
        .flatMap(
            known ->
                DeviceTests.withEveryKernelSet()
                    .filter(device -> device.equals(own) || known.config().isStandardCell())
                    .map(device -> Named.of(device.kernels().name(), new LayerProbe(device)))
                    .map(probe -> Arguments.of(probe, known)));
  }
}
