package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.device.DescribedDevices;
import org.tornadogru.device.Device;

class CandidateTest {

  @ParameterizedTest
  @EnumSource(names = {"CUDA", "PTX"})
  void kernelsThatADeviceRefusesAreNotCompared(Device.Backend backend) {
    Candidate candidate = Candidate.of(DescribedDevices.nvidia(1, 0, backend));

    assertThat(candidate.available())
        .filteredOn(set -> !set.equals("cublas")) // which depends on this machine
        .containsExactly("workgroup", "annotated");
    assertThat(candidate.usual()).containsExactly("annotated", "workgroup");
    assertThat(candidate.fastest()).isEqualTo("workgroup");
  }
}
