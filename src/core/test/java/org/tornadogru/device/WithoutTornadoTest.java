package org.tornadogru.device;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;

class WithoutTornadoTest {

  public static void makeWeights() {
    Weights.initial(GruConfig.builder(2, 3).build(), 4, Initialization.KERAS, 1).tensors();
  }

  public static void askForADevice() {
    Device.fastest();
  }

  @Test
  void valuesNeedNoRuntime() {
    assertThatCode(() -> WithoutTornado.call(WithoutTornadoTest.class, "makeWeights"))
        .doesNotThrowAnyException();
  }

  @Test
  void theRuntimeIsReallyHidden() {
    assertThatThrownBy(() -> WithoutTornado.call(WithoutTornadoTest.class, "askForADevice"))
        .hasRootCauseInstanceOf(InvalidInputException.class);
  }
}
