package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.tornadogru.nn.Refusals.assertRefused;

import org.junit.jupiter.api.Test;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Weights;

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
    ModelPlan.Use use = new ModelPlan.Use(Head.predictLast(2), true, true, new SgdConfig(1, 1));
    new ModelPlan(weights(layers), SHAPE, use, PLACEMENT).start(ModelPlan.TRAIN).close();
  }

  @Test
  void theDeepestLayerFitsIntoItsTwoGraphs() {
    assertThatCode(
            () -> new GruPlan(weights(5), SHAPE, new GruPlan.Use(true, true), PLACEMENT).close())
        .doesNotThrowAnyException();
  }

  /** TornadoVM has 8 KB for the description of a graph; the plain JVM has no such bound. */
  @Test
  void aModelThatDoesNotFitIntoOneGraphIsRefusedInOneLine() {
    assertThatCode(() -> plan(3)).doesNotThrowAnyException();
    if (PLACEMENT.device().isPlainJvm()) {
      assertThatCode(() -> plan(5)).doesNotThrowAnyException();
    } else {
      assertRefused(() -> plan(5), "training 5 layers of direction BIDIRECTIONAL takes more tasks");
    }
  }
}
