package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.Transfers;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Rates;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Every byte that crosses is accounted for, and what is resident stays. */
class TransfersTest {

  private static final int STEPS = 5;
  private static final int BATCH = 16; // a whole number of every set's row tiles
  private static final GruConfig CONFIG = GruConfig.ofTokens(28, 20, ResetPlacement.AFTER);

  static List<KernelSet> sets() {
    return DeviceProbe.everyKernelSet();
  }

  private static Weights weights() {
    return Weights.initial(CONFIG, CONFIG.inputSize(), Initialization.UNIFORM, 1);
  }

  private static ModelPlan training(Weights weights, KernelSet kernels) {
    ModelPlan plan =
        new ModelPlan(
            weights,
            new SequenceShape(STEPS, BATCH),
            new ModelPlan.Use(Head.nextToken(28), false, false, Optimization.sgd(1, 1)),
            new Placement(Device.fastest(), kernels));
    int[] tokens = IntStream.range(0, (STEPS + 1) * BATCH).map(i -> i * 7 % 28).toArray();
    plan.load(Sequences.ofTokens(BATCH, tokens), false);
    return plan;
  }

  private static long bytes(FloatArray array) {
    return array.getNumBytesOfSegmentWithHeader();
  }

  private static long ints(int size) {
    return new IntArray(size).getNumBytesOfSegmentWithHeader();
  }

  private static long floats(int size) {
    return new FloatArray(size).getNumBytesOfSegmentWithHeader();
  }

  private static void assertMoved(Transfers actual, int executions, long in, long out) {
    assertThat(actual).isEqualTo(new Transfers(executions * in, executions * out));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void weightsCrossOnceInAHundredSteps(KernelSet kernels) {
    Weights weights = weights();
    try (ModelPlan plan = training(weights, kernels)) {
      plan.train(0, 0);
      Transfers first = plan.transfers();
      assertThat(first.toDevice()).isGreaterThan(bytes(Parameters.pack(weights).array()));
      for (int step = 1; step < 100; step++) {
        plan.train(0, 0);
      }
      long rates = floats(Rates.SIZE);
      assertMoved(plan.transfers().minus(first), 99, ints((STEPS + 1) * BATCH) + rates, floats(1));

      Transfers before = plan.transfers();
      plan.weights();
      assertThat(plan.transfers().minus(before))
          .isEqualTo(new Transfers(0, bytes(Parameters.pack(weights).array())));
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void evaluationUsesTheWeightsThatTrainingLeftOnTheDevice(KernelSet kernels) {
    try (ModelPlan plan = training(weights(), kernels)) {
      float untrained = plan.train(0, 0);
      plan.evaluate();
      Transfers before = plan.transfers();
      float first = plan.evaluate();
      float second = plan.evaluate();

      assertMoved(plan.transfers().minus(before), 2, ints((STEPS + 1) * BATCH), floats(1));
      assertThat(first).isEqualTo(second).isLessThan(untrained);
      plan.measure();
      before = plan.transfers();
      assertThat(plan.measure().meanLoss()).isEqualTo(first);
      assertMoved(
          plan.transfers().minus(before), 1, ints((STEPS + 1) * BATCH), floats(1) + floats(2));
      // And training goes on from where it was.
      assertThat(plan.train(0, 0)).isEqualTo(first);
      assertThat(plan.evaluate()).isLessThan(first);
    }
  }

  /** A dense input of 16 features, and a class for every row: nothing is padded. */
  @Test
  void aClassifierOfMaskedSequencesUploadsItsWeightsOnceToo() {
    GruConfig config =
        GruConfig.builder(16, 20).layers(2).direction(Direction.BIDIRECTIONAL).build();
    Weights weights = Weights.initial(config, 3, Initialization.UNIFORM, 1);
    int[] lengths = new int[BATCH];
    Arrays.fill(lengths, STEPS);
    try (ModelPlan plan =
        new ModelPlan(
            weights,
            new SequenceShape(STEPS, BATCH),
            new ModelPlan.Use(Head.classifyLast(3), true, false, Optimization.sgd(1, 1)),
            Placement.on(Device.fastest()))) {
      plan.load(Sequences.of(new float[STEPS][BATCH][16]).withLengths(lengths), false);
      plan.load(Labels.classes(new int[BATCH]));
      plan.train(0, 0);
      Transfers before = plan.transfers();
      plan.train(0, 1);
      plan.train(0, 2);
      long orders = 2 * (ints(STEPS * BATCH) + ints((STEPS + 1) * BATCH));
      long in = floats(STEPS * BATCH * 16) + orders + ints(BATCH) + floats(Rates.SIZE);
      assertMoved(plan.transfers().minus(before), 2, in, floats(1));
    }
  }

  @Test
  void generationMovesTheRequestAndTheTextAlone() {
    int length = 8;
    try (GenerationPlan plan =
        new GenerationPlan(weights(), length, Placement.on(Device.fastest()))) {
      int[] tokens = {1, 2, 3, 4, 5, 6, 7, 8};
      plan.execute(true, tokens, 1f, 1, 0);
      Transfers before = plan.transfers();
      plan.execute(false, tokens, 1f, 1, 0);
      assertMoved(
          plan.transfers().minus(before),
          1,
          ints(TextGeneration.HEADER + length) + floats(1),
          ints(length));
    }
  }

  /** TornadoVM counts a call frame for each task on top, and what it uploads unasked at first. */
  @ParameterizedTest
  @MethodSource("sets")
  void theProfilerCountsTheSameArrays(KernelSet kernels) throws TornadoExecutionPlanException {
    Placement placement = new Placement(Device.fastest(), kernels);
    // TornadoVM's CUDA backend does not count copies to the host.
    boolean countsBoth = placement.device().backend() != Device.Backend.CUDA;
    GruConfig config =
        GruConfig.builder(16, 20)
            .layers(2)
            .direction(Direction.BIDIRECTIONAL)
            .dropout(0.5f)
            .build();
    Parameters packed = Parameters.pack(Weights.initial(config, 0, Initialization.UNIFORM, 1));
    DeviceShape shape = new DeviceShape(new SequenceShape(STEPS, BATCH), placement);
    GruStage gru =
        new GruStage(
            packed.layout(),
            shape,
            new GruStage.Use(true, false, true, GruStage.Start.GIVEN_OR_CARRIED),
            STEPS);
    PlanGraph graph = new PlanGraph("forward").uploadOnce(packed.array());
    gru.addForward(graph, packed.array(), true);
    graph.download(gru.downloads());

    Grids grids = new Grids(placement);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.build(grids, false))) {
      plan.withDevice(placement.handle()).withProfiler(ProfilerMode.SILENT);
      grids.applyTo(plan);
      TornadoProfilerResult first = plan.execute().getProfilerResult();
      assertThat(first.getTotalBytesCopyIn())
          .isGreaterThan(graph.transfers().plus(graph.firstTransfers()).toDevice());
      TornadoProfilerResult second = plan.execute().getProfilerResult();
      Transfers expected = graph.transfers();
      long frames = 24L * graph.tasks().size();
      assertThat(second.getTotalBytesCopyIn()).isEqualTo(expected.toDevice() + frames);
      assertThat(second.getTotalBytesCopyOut()).isEqualTo(countsBoth ? expected.fromDevice() : 0L);
    }
  }
}
