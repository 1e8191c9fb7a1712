package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoDeviceMap;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoRuntime;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.exceptions.TornadoBackendNotFound;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

class DeviceDiscoveryTest {

  private final TornadoRuntime runtime = TornadoRuntimeProvider.getTornadoRuntime();

  @Test
  void everyBackendListsItsDevices() {
    assertThat(runtime.getNumBackends()).isPositive();
    for (int i = 0; i < runtime.getNumBackends(); i++) {
      TornadoBackend backend = runtime.getBackend(i);
      assertThat(backend.getNumDevices()).isPositive();
      assertThat(backend.getAllDevices()).hasSize(backend.getNumDevices());
      assertThat(backend.getBackendType()).isEqualTo(runtime.getBackendType(i));
    }
    assertThat(new TornadoDeviceMap().getNumBackends()).isEqualTo(runtime.getNumBackends());
  }

  @Test
  void aDeviceDescribesItself() {
    TornadoDevice device = TornadoExecutionPlan.getDevice(0, 0);
    assertThat(device.getDeviceName()).isNotBlank();
    assertThat(device.getDescription()).isNotBlank();
    assertThat(device.getMaxGlobalMemory()).isPositive();
    assertThat(device.getPhysicalDevice().getDeviceMaxComputeUnits()).isPositive();
    assertThat(device.getTornadoVMBackend()).isEqualTo(runtime.getBackendType(0));
  }

  @Test
  @Tag("plain-jvm")
  void thisJvmIsTheOnlyDevice() {
    assertThat(runtime.getBackendType(0)).isEqualTo(TornadoVMBackendType.JAVA);
    assertThatThrownBy(() -> TornadoExecutionPlan.getDevice(0, 1))
        .isInstanceOf(TornadoDeviceNotFound.class)
        .hasMessageContaining("0:0");
    assertThatThrownBy(() -> TornadoExecutionPlan.getDevice(1, 0))
        .isInstanceOf(TornadoBackendNotFound.class);
  }
}
