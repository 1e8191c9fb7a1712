package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.device.Device.Backend;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;

/** A task takes the device that Spark gave it, unless somebody named one. */
class DevicesTest {

  private static Map<String, ResourceInformation> gpu(String address) {
    return Map.of("gpu", new ResourceInformation("gpu", new String[] {address, "jvm"}));
  }

  @Test
  void whatSparkGaveIsTaken() {
    assertThat(Devices.of("auto", Map.of())).isEqualTo(Device.fastest());
    assertThat(Devices.of("auto", gpu("jvm")).isPlainJvm()).isTrue();
    assertThat(Devices.of("auto", gpu("jvm:1")).isPlainJvm()).isTrue();
    assertThat(Devices.of("jvm", gpu("9:9")).isPlainJvm()).isTrue();
    assertThatThrownBy(() -> Devices.of("auto", gpu("9:9")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("9:9");
    assertThatThrownBy(() -> Devices.of("auto", gpu("77")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("GPU 77");
  }

  /** Tasks with different devices share an executor. */
  @Test
  void whatWasCompiledIsTakenOnItsDeviceAlone() {
    Weights weights =
        Weights.initial(GruConfig.builder(2, 3).build(), 1, Initialization.UNIFORM, 1);
    byte[] bytes = ModelFormat.SAFETENSORS.bytes(new GruModel(weights, Map.of()));
    ServedModel model = new ServedModel(bytes, Output.OUTPUTS, "auto");
    Device first = gpu(0);
    Device second = gpu(1);
    Runner runner = model.take(first);
    model.giveBack(runner, first);
    assertThat(model.take(second)).isNotSameAs(runner);
    assertThat(model.take(first)).isSameAs(runner);
  }

  private static Device gpu(int index) {
    return new Device(
        0, index, Backend.CUDA, Device.Type.GPU, "none", "none", 1, 1, 1, KernelChoice.AUTO);
  }
}
