package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.DescribedDevices;
import org.tornadogru.device.Device;
import org.tornadogru.kernels.Launch;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.RandomTexts;

/** In which form a cell of another kind is launched. */
@Tag("plain-jvm")
class VariantCellTest {

  @Test
  void aLargeLayerGoesThroughTimeInALaunchPerStep() {
    assertThat(walks(16))
        .extracting(VariantCellTest::id)
        .containsExactly("forward_l0", "backward_l0");
    assertThat(walks(2000))
        .extracting(VariantCellTest::id)
        .contains("forward0_l0", "forward1_l0", "backward0_l0", "backward1_l0");
    assertThat(walks(2000)).allMatch(Launch.Groups.class::isInstance);
  }

  private static String id(Launch launch) {
    return launch.task().getId();
  }

  /** The walks of a training step, on a GPU with 32 KiB of local memory. */
  private static List<Launch> walks(int hidden) {
    Device gpu = DescribedDevices.nvidia(0, 1, Device.Backend.CUDA);
    GruConfig clipped = GruConfig.builder(3, hidden).tokens().clip(1).build();
    ModelPlan plan =
        new DeviceProbe(gpu).plan(RandomTexts.text(2, 1, clipped, 7), Optimization.sgd(1, 1));
    return plan.stage().addTrain(new PlanGraph("train")).launches.stream()
        .filter(launch -> launch.task().getId().matches("(forward|backward)[0-9]*_.*"))
        .toList();
  }
}
