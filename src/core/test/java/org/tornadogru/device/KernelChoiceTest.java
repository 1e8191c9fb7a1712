package org.tornadogru.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.device.Device.Backend;
import org.tornadogru.nn.InvalidInputException;

class KernelChoiceTest {

  @Tag("plain-jvm")
  @Test
  void thePlainJvmGetsTheVectorApiUnlessToldOtherwise() {
    Device jvm = Device.fastest();
    assertThat(jvm.kernels()).isEqualTo(KernelChoice.SIMD);
    assertThat(jvm.withKernels(KernelChoice.ANNOTATED).kernels()).isEqualTo(KernelChoice.ANNOTATED);
    assertThat(jvm.withKernels(KernelChoice.ANNOTATED).withKernels(KernelChoice.AUTO))
        .isEqualTo(jvm);
  }

  @Test
  void aCpuGetsTheWideKernelsAndAGpuTheWorkGroups() {
    Device cpu = DescribedDevices.device(0, 0, Backend.OPENCL, Device.Type.CPU, "Portable");
    Device gpu = DescribedDevices.nvidia(0, 1, Backend.OPENCL);

    assertThat(cpu.kernels()).isEqualTo(KernelChoice.WIDE);
    assertThat(cpu.isFpga()).isFalse();
    assertThat(gpu.kernels()).isEqualTo(KernelChoice.WORKGROUP);
    assertThat(gpu.withKernels(KernelChoice.WIDE).kernels()).isEqualTo(KernelChoice.WIDE);
  }

  @ParameterizedTest
  @EnumSource(names = {"CUDA", "PTX"})
  void whereVectorsOf16CannotBeCompiledTheWideKernelsAreRefused(Backend backend) {
    Device gpu = DescribedDevices.nvidia(2, 0, backend);

    assertRefused(
        () -> gpu.withKernels(KernelChoice.WIDE),
        "wide",
        "2:0",
        backend + " backend",
        "vectors of 16",
        "workgroup");
    assertThat(gpu.kernels()).isEqualTo(KernelChoice.WORKGROUP);
  }

  @Test
  void cublasIsCudas() {
    Device gpu = DescribedDevices.nvidia(0, 1, Backend.OPENCL);

    for (KernelChoice choice :
        List.of(KernelChoice.CUBLAS, KernelChoice.CUBLAS_TF32, KernelChoice.CUBLAS_BF16)) {
      assertRefused(() -> gpu.withKernels(choice), "cublas", "CUDA", "0:1", "workgroup");
    }
  }

  /** A stand-in for it, say. */
  @Test
  void cublasMayHaveNoProductsInBfloat16() {
    Device device = Device.fastest();
    assumeTrue(
        device.backend() == Backend.CUDA
            && NvidiaLibrary.cublas().isPresent()
            && !NvidiaLibrary.hasExtendedProduct(),
        "a cuBLAS that has less");

    assertRefused(
        () -> device.withKernels(KernelChoice.CUBLAS_BF16),
        "cublas-bf16",
        NvidiaLibrary.EXTENDED_PRODUCT,
        "cublas-tf32");
    assertThat(device.withKernels(KernelChoice.CUBLAS_TF32).kernels())
        .isEqualTo(KernelChoice.CUBLAS_TF32);
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCELERATOR", "FPGA"})
  void anFpgaHasNoWorkGroups(Device.Type type) {
    Device fpga = DescribedDevices.device(0, 1, Backend.OPENCL, type, "FPGA SDK");

    assertRefused(() -> fpga.withKernels(KernelChoice.WORKGROUP), "workgroup", "0:1", "annotated");
    assertThat(fpga.kernels()).isEqualTo(KernelChoice.ANNOTATED);
    assertThat(fpga.isFpga()).isTrue();
  }

  /** Skipped for the sets that do not run here: nothing is tested with them, for that reason. */
  @ParameterizedTest
  @EnumSource
  void theTestsOnThisDeviceUseEverySet(KernelChoice choice) {
    assumeFalse(DeviceTests.leavesOut(choice), "GroupKernelsTest has its products");
    try {
      assertThat(DeviceTests.withEveryKernelSet()).contains(Device.fastest().withKernels(choice));
    } catch (InvalidInputException e) {
      abort(e.getMessage());
    }
  }
}
