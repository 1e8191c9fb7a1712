package org.tornadogru.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;

/** A task takes the device that Spark gave it, unless somebody named one. */
class DevicesTest {

  private static Map<String, ResourceInformation> gpu(String address) {
    return Map.of("gpu", new ResourceInformation("gpu", new String[] {address, "jvm"}));
  }

  @Test
  void whatSparkGaveIsTaken() {
    assertThat(Devices.of("auto", Map.of())).isEqualTo(Device.fastest());
    assertThat(Devices.of("auto", gpu("jvm")).isPlainJvm()).isTrue();
    assertThat(Devices.of("jvm", gpu("9:9")).isPlainJvm()).isTrue();
    assertThatThrownBy(() -> Devices.of("auto", gpu("9:9")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("9:9");
    assertThatThrownBy(() -> Devices.of("auto", gpu("77")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("GPU 77");
  }
}
