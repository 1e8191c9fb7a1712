package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.DeviceCatalogue;
import org.tornadogru.device.Target;

class KernelChoiceTest {

  private final Target target = DeviceCatalogue.defaultTarget();

  @Tag("plain-jvm")
  @Test
  void thePlainJvmGetsTheVectorApiUnlessToldOtherwise() {
    assertThat(KernelChoice.AUTO.on(target).name()).isEqualTo("simd");
    assertThat(KernelChoice.ANNOTATED.on(target).name()).isEqualTo("annotated");
  }
}
