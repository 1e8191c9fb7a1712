package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.exceptions.TornadoBailoutRuntimeException;

@Tag("plain-jvm")
class RefusalTest {

  @Test
  void theInnermostReasonIsWhatTheUserReads() {
    String message =
        """
        \u001b[31mBailout is disabled.\s
        Reason: \u001b[31mUnable to compile task train.inputTable_l0 - addBias
        The internal error is: \u001b[31mCUDA backend does not support vector width 16.\u001b[0m
        Stacktrace: [tornado.drivers.cuda/CUDAKind.getCUDATypeName(CUDAKind.java:550)]
        """;
    assertThat(Refusal.reason(new TornadoBailoutRuntimeException(message)))
        .isEqualTo("CUDA backend does not support vector width 16");
  }

  @Test
  void aReasonInOneLineStaysAsItIs() {
    RuntimeException cause = new IllegalStateException("Code generator Failed");
    assertThat(Refusal.reason(new RuntimeException("outer", cause)))
        .isEqualTo("Code generator Failed");
    assertThat(
            Refusal.reason(
                new TornadoBailoutRuntimeException(
                    "Bailout is disabled. \nReason: Code generator Failed")))
        .isEqualTo("Code generator Failed");
  }

  @Test
  void aFailureWithoutAMessageIsNamed() {
    assertThat(Refusal.reason(new IllegalStateException()))
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void whatTheVirtualMachineRunsOutOfIsNotTheDevices() {
    assertThat(Refusal.isTornadoVms(new OutOfMemoryError())).isFalse();
  }
}
