package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.device.DescribedDevices;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceCatalogue;
import org.tornadogru.nn.InvalidInputException;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

class KernelChoiceTest {

  private final Device target = DeviceCatalogue.defaultTarget();

  @Tag("plain-jvm")
  @Test
  void thePlainJvmGetsTheVectorApiUnlessToldOtherwise() {
    assertThat(KernelChoice.AUTO.on(target).name()).isEqualTo("simd");
    assertThat(KernelChoice.ANNOTATED.on(target).name()).isEqualTo("annotated");
  }

  @Test
  void aCpuGetsTheWideKernelsAndAGpuTheWorkGroups() {
    Device cpu =
        DescribedDevices.device(
            0, 0, TornadoVMBackendType.OPENCL, TornadoDeviceType.CPU, "Portable");
    Device gpu = DescribedDevices.nvidia(0, 1, TornadoVMBackendType.OPENCL);

    assertThat(KernelChoice.AUTO.on(cpu).name()).isEqualTo("wide");
    assertThat(KernelChoice.AUTO.on(gpu).name()).isEqualTo("workgroup");
    assertThat(KernelChoice.WIDE.on(gpu).name()).isEqualTo("wide");
  }

  @ParameterizedTest
  @EnumSource(names = {"CUDA", "PTX"})
  void whereVectorsOf16CannotBeCompiledTheWideKernelsAreRefused(TornadoVMBackendType backend) {
    Device gpu = DescribedDevices.nvidia(2, 0, backend);

    assertThatThrownBy(() -> KernelChoice.WIDE.on(gpu))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContainingAll("wide", "2:0", backend + " backend", "vectors of 16", "workgroup");
    assertThat(KernelChoice.AUTO.on(gpu).name()).isEqualTo("workgroup");
  }

  /** Skipped for the sets that do not run here: nothing is tested with them, for that reason. */
  @ParameterizedTest
  @EnumSource
  void theTestsOnThisDeviceUseEverySet(KernelChoice choice) {
    try {
      assertThat(DeviceProbe.everyKernelSet()).contains(choice.on(target));
    } catch (InvalidInputException e) {
      abort(e.getMessage());
    }
  }
}
