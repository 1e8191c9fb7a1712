package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.device.DescribedDevices;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Touch;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomTexts;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** What the work-groups do beyond the shapes of {@link KernelSetsTest}. */
class WorkGroupsTest {

  /** More units than a group has work-items, and not a multiple of those. */
  private static final int MANY_UNITS = 273;

  @ParameterizedTest
  @EnumSource
  void layersLargerThanAGroupHaveTheReferencesGradients(ResetPlacement reset) {
    KernelSetsTest.assertGradients(
        new DeviceProbe(Device.fastest().withKernels(KernelChoice.WORKGROUP)),
        RandomTexts.text(3, 6, MANY_UNITS, 3, reset, 7));
  }

  @ParameterizedTest
  @EnumSource
  void generationSamplesWhatTheAnnotatedLoopSamples(ResetPlacement reset) {
    assertThat(sampled(WorkgroupKernels.WORKGROUP, reset))
        .isEqualTo(sampled(KernelSet.ANNOTATED, reset))
        .doesNotHaveDuplicates();
  }

  @Test
  void aDeviceWithTooLittleLocalMemoryIsNamedBeforeItRuns() {
    TaskPackage task = new TaskPackage("forward", Touch::ints, new IntArray(1), new IntArray(1));
    PlanGraph graph =
        new PlanGraph("train")
            .add(WorkgroupKernels.WORKGROUP.recurrence().launch(task, 1, 1, 1024));
    Device small = DescribedDevices.nvidia(0, 1, Device.Backend.CUDA);
    Grids grids = new Grids(new Placement(small, WorkgroupKernels.WORKGROUP));

    assertRefused(() -> graph.build(grids, false), "49,152 bytes", "0:1", "32,768", "annotated");
  }

  /** Three executions: one that starts a text, one that goes on with it, one that starts anew. */
  private static List<List<Integer>> sampled(KernelSet kernels, ResetPlacement reset) {
    int symbols = 29;
    int length = 9;
    GruConfig config =
        GruConfig.builder(symbols, MANY_UNITS).tokens().layers(2).reset(reset).build();
    RandomLayer model = RandomTexts.text(1, 1, config, 5).model();
    SplittableRandom random = new SplittableRandom(11);
    List<List<Integer>> texts = new ArrayList<>();
    try (GenerationPlan plan =
        new GenerationPlan(
            DeviceProbe.weights(model, model.tensors(true, 0.2)),
            length,
            new Placement(Device.fastest(), kernels))) {
      for (int execution = 0; execution < 3; execution++) {
        int[] tokens = new int[length];
        for (int turn = 0; turn < length; turn++) {
          tokens[turn] = turn < 4 ? random.nextInt(symbols) : TextGeneration.CONTINUE;
        }
        List<Integer> text = new ArrayList<>();
        for (int token : plan.execute(execution != 1, tokens, 0.8f, 7, execution)) {
          text.add(token);
        }
        texts.add(text);
      }
    }
    return texts;
  }
}
