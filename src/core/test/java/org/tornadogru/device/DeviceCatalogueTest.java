package org.tornadogru.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.device.DescribedDevices.device;
import static org.tornadogru.device.DescribedDevices.nvidia;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device.Backend;

class DeviceCatalogueTest {

  private static final Device CPU = device(0, 0, Backend.OPENCL, Device.Type.CPU, "Portable");
  private static final Device FPGA =
      device(0, 1, Backend.OPENCL, Device.Type.ACCELERATOR, "Intel FPGA");
  private static final Device OTHER_GPU = device(0, 2, Backend.OPENCL, Device.Type.GPU, "AMD");
  private static final Device SPIRV_GPU = device(3, 0, Backend.SPIRV, Device.Type.GPU, "Intel");

  /** From the fastest on: each is the default among itself and all that follow. */
  private static final List<Device> ORDER =
      List.of(
          nvidia(1, 0, Backend.CUDA),
          nvidia(0, 3, Backend.OPENCL),
          nvidia(2, 0, Backend.PTX),
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
      equal.add(nvidia(0, index, Backend.CUDA));
    }

    assertThat(DeviceCatalogue.fastest(equal).id()).isEqualTo("0:0");
  }

  @Test
  void noDeviceAtAllIsSaidInOneLine() {
    assertRefused(() -> DeviceCatalogue.fastest(List.of()), "no device");
  }

  @Test
  void theDefaultIsADeviceOfThisProcess() {
    assertThat(Device.of(Device.fastest().id())).isEqualTo(Device.fastest());
  }
}
