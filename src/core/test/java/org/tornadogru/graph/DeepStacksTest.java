package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;

/** As many layers as a configuration may have, with everything that adds tasks to a graph. */
class DeepStacksTest {

  private static final Placement PLACEMENT = Placement.on(Device.fastest());
  private static final SequenceShape SHAPE = new SequenceShape(3, 5);

  private static Weights weights(int layers) {
    return Weights.zeros(
        GruConfig.builder(3, 5)
            .layers(layers)
            .direction(Direction.BIDIRECTIONAL)
            .merge(Merge.MULTIPLY)
            .biases(Biases.NONE)
            .dropout(0.1f)
            .inputDropout(0.1f)
            .recurrentDropout(0.1f)
            .build(),
        2);
  }

  private static void plan(int layers) {
    ModelPlan.Use use = new ModelPlan.Use(Head.predictLast(2), true, true, Optimization.sgd(1, 1));
    new ModelPlan(weights(layers), SHAPE, use, PLACEMENT).start().close();
  }

  @Test
  void aLayerIsAsDeepAsItLikes() {
    assertThatCode(
            () ->
                new GruPlan(weights(10), SHAPE, new GruPlan.Use(true, false, true), PLACEMENT)
                    .close())
        .doesNotThrowAnyException();
  }

  /** TornadoVM has room for 256 tasks in a graph: more are split over several. */
  @Test
  void tenBidirectionalLayersOfEveryKindOfTaskTrain() {
    assertThatCode(() -> plan(10)).doesNotThrowAnyException();
  }
}
