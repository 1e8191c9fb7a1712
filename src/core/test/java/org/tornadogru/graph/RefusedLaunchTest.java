package org.tornadogru.graph;

import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;

/**
 * A launch that the driver refuses ends the run. TornadoVM's own flags ask for a group that no
 * device has: it prints the driver's refusal and goes on.
 */
class RefusedLaunchTest {

  /** The others are two loops, one inside the other. */
  private static final Set<String> SINGLE_LOOPS =
      Set.of(
          "forward_l0",
          "softmax",
          "sumByStep",
          "mean",
          "backward_l0",
          "combine",
          "clip",
          "descend");

  private static final int STEPS = 3;
  private static final int BATCH = 4;

  static List<String> tasks() {
    List<String> all = step().tasks();
    boolean compilesFast = Device.fastest().backend() != Device.Backend.OPENCL;
    return compilesFast ? all : List.of(all.getFirst(), "softmax", all.getLast());
  }

  /** A training step of a language model, whose parameters start on the host. */
  private static PlanGraph step() {
    Weights weights =
        Weights.initial(
            GruConfig.ofTokens(7, 5, ResetPlacement.AFTER), 7, Initialization.UNIFORM, 1);
    ModelPlan plan =
        new ModelPlan(
            weights,
            new SequenceShape(STEPS, BATCH),
            new ModelPlan.Use(Head.nextToken(7), false, false, Optimization.sgd(1, 1)),
            new Placement(Device.fastest(), KernelSet.ANNOTATED));
    int[] tokens = IntStream.range(0, (STEPS + 1) * BATCH).map(i -> i % 7).toArray();
    plan.load(Sequences.ofTokens(BATCH, tokens), false);
    return plan.stage().addTrain(new PlanGraph("train").uploadOnce(plan.residents().parameters()));
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void noTaskCanBeLeftOutUnnoticed(String task) {
    Device target = Device.fastest();
    assumeTrue(!target.isPlainJvm(), "a plain JVM refuses nothing");
    String size = SINGLE_LOOPS.contains(task) ? "8192" : "1,8192";
    List<String> flags =
        List.of(
            "train." + task + ".local.workgroup.size", "train." + task + ".global.workgroup.size");
    flags.forEach(flag -> System.setProperty(flag, size));
    try (ExecutionPlan plan =
        new ExecutionPlan(new Placement(target, KernelSet.ANNOTATED), step())) {
      assertRefused(() -> plan.execute(0), target.id(), target.backend().toString(), "graph train");
    } finally {
      flags.forEach(System::clearProperty);
    }
  }
}
