package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.LayerProbe;
import org.tornadogru.device.DescribedDevices;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.device.Transfers;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomTexts;
import org.tornadogru.oracle.RandomTexts.Text;

/** The ways of work-groups through time, where tiles, chunks of units and repetitions end. */
class WalkWayTest {

  private static final double CLOSE = 1e-5;

  private final Device device = Device.fastest().withKernels(KernelChoice.WORKGROUP);

  @AfterEach
  void leaveTheChoiceToTheShape() {
    System.clearProperty(WalkWay.PROPERTY);
  }

  private static void choose(WalkWay way) {
    System.setProperty(WalkWay.PROPERTY, way == WalkWay.STEPS ? "steps" : "sequence");
  }

  static Stream<Arguments> waysAndTexts() {
    int[][] shapes = {{9, 21, 80}, {1, 1, 16}, {7, 5, 48}, {8, 64, 16}, {17, 5, 49}};
    return Arrays.stream(shapes)
        .limit(DeviceTests.areQuick() ? 1 : shapes.length)
        .flatMap(
            s ->
                Stream.of(ResetPlacement.values())
                    .map(reset -> RandomTexts.text(s[0], s[1], s[2], 5, reset, 31)))
        .flatMap(
            text ->
                Stream.of(WalkWay.values())
                    .filter(way -> !DeviceTests.areQuick() || way == WalkWay.STEPS)
                    .map(way -> Arguments.of(way, text)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("waysAndTexts")
  void gradientsMatchTheReference(WalkWay way, Text text) {
    choose(way);
    KernelSetsTest.assertGradients(new DeviceProbe(device), text);
  }

  static Stream<RandomLayer> layers() {
    GruConfig.Builder config = GruConfig.builder(5, 20);
    int[] lengths = {17, 0, 9, 16, 1};
    boolean[][] valid = new boolean[17][5];
    for (int step = 0; step < 17; step++) {
      for (int row = 0; row < 5; row++) {
        valid[step][row] = step < lengths[row];
      }
    }
    RandomLayer whole = new RandomLayer(41, config.build(), 3, 17, 5, null, null, true);
    config
        .activations(
            new ActivationFunction(ActivationFunction.Kind.HARD_SIGMOID, 0.3f, 0.4f),
            ActivationFunction.of(ActivationFunction.Kind.SOFTPLUS)) // whose value at 0 is not 0
        .clip(0.8f);
    RandomLayer variant =
        new RandomLayer(
            43,
            config.reset(ResetPlacement.BEFORE).recurrentDropout(0.4f).build(),
            3,
            17,
            5,
            lengths,
            valid,
            true);
    return Stream.of(
            whole,
            variant,
            new RandomLayer(
                44,
                config.reset(ResetPlacement.AFTER).gating(Gating.UPDATE_ONLY).build(),
                3,
                17,
                5,
                null,
                null,
                true),
            new RandomLayer(
                42,
                GruConfig.builder(5, 20).layers(2).direction(Direction.BIDIRECTIONAL).build(),
                3,
                17,
                5,
                lengths,
                valid,
                true))
        .skip(DeviceTests.areQuick() ? 1 : 0) // texts have that one
        .limit(DeviceTests.areQuick() ? 1 : 4);
  }

  /** A forward pass whose outputs are its last states, walks that are arranged, other cells. */
  @ParameterizedTest
  @MethodSource("layers")
  void layersInALaunchPerStepMatchTheReference(RandomLayer layer) {
    choose(WalkWay.STEPS);
    LayerProbe probe = new LayerProbe(device);
    probe
        .forward(layer.config(), layer.floatTensors(false), layer.input())
        .assertEquals(layer, layer.reference().forward(layer.tensors(false), layer.input()), CLOSE);
    LayerLoss.WeightedSum loss =
        new LayerLoss.WeightedSum(layer.weightedSum().y(), layer.weightedSum().finalStates(), null);
    LayerInput dropped =
        layer.input().withDropout(probe.multipliers(layer.config(), layer.steps(), layer.batch()));
    layer
        .reference()
        .gradients(layer.tensors(false), dropped, loss)
        .assertReproducedBy(
            layer,
            probe.gradients(layer.config(), layer.floatTensors(false), layer.input(), loss),
            CLOSE);
  }

  /** Each way of both passes is compiled eight times at most, and repeated without the host. */
  @Test
  @Tag("plain-jvm")
  void whatIsRepeatedMovesNothing() {
    choose(WalkWay.STEPS);
    Text text = RandomTexts.text(17, 5, 16, 5, ResetPlacement.AFTER, 31);
    ModelPlan model = new DeviceProbe(device).plan(text, Optimization.sgd(1, 1));
    PlanGraph train =
        model.stage().addTrain(new PlanGraph("train").uploadOnce(model.residents().parameters()));
    List<PlanGraph> parts = train.parts();

    assertThat(parts).extracting(PlanGraph::times).containsExactly(1, 3, 1, 3, 1);
    for (PlanGraph repeated : List.of(parts.get(1), parts.get(3))) {
      assertThat(repeated.tasks()).hasSize(6);
      assertThat(repeated.transfers().plus(repeated.firstTransfers())).isEqualTo(Transfers.NONE);
    }
    assertThat(parts.stream().map(PlanGraph::transfers).reduce(Transfers.NONE, Transfers::plus))
        .isEqualTo(train.transfers());
  }

  @Test
  @Tag("plain-jvm")
  void theShapeChoosesAndAPropertyOverrules() {
    Placement gpu =
        new Placement(
            DescribedDevices.nvidia(0, 1, Device.Backend.CUDA), WorkgroupKernels.WORKGROUP);
    assertThat(WalkWay.of(gpu, "walk", 512)).isEqualTo(WalkWay.STEPS);
    assertThat(WalkWay.of(gpu, "walk", 64)).isEqualTo(WalkWay.SEQUENCE);
    assertThat(WalkWay.of(new Placement(device, gpu.kernels()), "walk", 512))
        .isEqualTo(WalkWay.SEQUENCE);
    assertThat(WalkWay.of(new Placement(gpu.device(), KernelSet.ANNOTATED), "walk", 512))
        .isEqualTo(WalkWay.SEQUENCE);

    assertThat(WalkWay.ofText(gpu, model(28, 512))).isEqualTo(WalkWay.STEPS);
    assertThat(WalkWay.ofText(gpu, model(28, 64))).isEqualTo(WalkWay.SEQUENCE);
    assertThat(WalkWay.ofText(gpu, model(10_000, 64))).isEqualTo(WalkWay.STEPS);

    choose(WalkWay.SEQUENCE);
    assertThat(WalkWay.of(gpu, "walk", 512)).isEqualTo(WalkWay.SEQUENCE);
    assertThat(WalkWay.ofText(gpu, model(28, 512))).isEqualTo(WalkWay.SEQUENCE);

    System.setProperty(WalkWay.PROPERTY, "stairs");
    assertRefused(() -> WalkWay.of(gpu, "walk", 512), "stairs", "sequence", "steps");
  }

  private static ModelLayout model(int vocabulary, int hidden) {
    return ModelLayout.of(GruConfig.ofTokens(vocabulary, hidden, ResetPlacement.AFTER), vocabulary);
  }
}
