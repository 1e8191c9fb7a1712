package org.tornadogru.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.device.DescribedDevices.device;
import static org.tornadogru.device.DescribedDevices.nvidia;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

class DeviceCatalogueTest {

  private static final Device CPU =
      device(0, 0, TornadoVMBackendType.OPENCL, TornadoDeviceType.CPU, "Portable");
  private static final Device FPGA =
      device(0, 1, TornadoVMBackendType.OPENCL, TornadoDeviceType.ACCELERATOR, "Intel FPGA");
  private static final Device OTHER_GPU =
      device(0, 2, TornadoVMBackendType.OPENCL, TornadoDeviceType.GPU, "AMD");
  private static final Device SPIRV_GPU =
      device(3, 0, TornadoVMBackendType.SPIRV, TornadoDeviceType.GPU, "Intel");

  /** From the fastest on: each is the default among itself and all that follow. */
  private static final List<Device> ORDER =
      List.of(
          nvidia(1, 0, TornadoVMBackendType.CUDA),
          nvidia(0, 3, TornadoVMBackendType.OPENCL),
          nvidia(2, 0, TornadoVMBackendType.PTX),
          OTHER_GPU,
          SPIRV_GPU,
          CPU,
          FPGA);

  @Test
  void theFastestDeviceIsTheDefaultWhereverItStands() {
    for (int first = 0; first < ORDER.size(); first++) {
      List<Device> there = ORDER.subList(first, ORDER.size());
      assertThat(DeviceCatalogue.fastest(there)).isEqualTo(ORDER.get(first));
      assertThat(DeviceCatalogue.fastest(there.reversed())).isEqualTo(ORDER.get(first));
    }
  }

  @Test
  void ofEqualDevicesTheFirstIsTheDefault() {
    List<Device> equal = new ArrayList<>();
    for (int index = 0; index < 3; index++) {
      equal.add(nvidia(0, index, TornadoVMBackendType.CUDA));
    }

    assertThat(DeviceCatalogue.fastest(equal).id()).isEqualTo("0:0");
  }

  @Test
  void noDeviceAtAllIsSaidInOneLine() {
    assertThatThrownBy(() -> DeviceCatalogue.fastest(List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no device");
  }

  @Test
  void theDefaultIsADeviceOfThisProcess() {
    assertThat(DeviceCatalogue.find(DeviceCatalogue.defaultTarget().id()))
        .isEqualTo(DeviceCatalogue.defaultTarget());
  }
}
