package org.tornadogru.graph;

import org.tornadogru.nn.Loss;
import org.tornadogru.nn.ModelLayout;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What the plans of a language model share: a GRU over tokens, scores for the next one, the loss
 * against it, and the way back.
 *
 * <pre>
 *  tokens ──┬──▶ {@link GruStage} ──▶ {@link LinearStage} ──▶ {@link LossStage} ──▶ meanLoss
 *           └────── targets ──────────────────▲
 * </pre>
 *
 * In each execution: tokens [T + 1][batch] ints, the target of a position being the token one step
 * later, negative for padding.
 */
final class LanguageModelStages {

  private final ModelLayout layout;
  private final DeviceShape shape;
  final GruStage gru;
  final LinearStage linear;
  final LossStage loss;

  LanguageModelStages(ModelLayout layout, DeviceShape shape) {
    layout.requireLanguageModel();
    this.layout = layout;
    this.shape = shape;
    gru =
        new GruStage(
            layout, shape, new GruStage.Use(true, false, GruStage.Start.FIXED), shape.steps() + 1);
    linear = new LinearStage(layout, shape, gru.outputs(), shape.positions());
    loss =
        new LossStage(
            layout, shape, linear, Loss.CROSS_ENTROPY, shape.steps(), gru.tokens(), shape.batch());
  }

  /** Adds the way to the loss. */
  void addLoss(PlanGraph graph, FloatArray parameters, boolean dropout) {
    gru.addForward(graph, parameters, dropout);
    linear.addForward(graph, parameters);
    loss.addTo(graph);
  }

  /** The way back. */
  Backward backward() {
    return new Backward();
  }

  /** The backward pass, with its buffers. */
  final class Backward {
    final Gradients gradients = new Gradients(layout, shape);
    final GruStage.Backward gruBackward =
        gru.backward(gradients, true, GruStage.Finals.NONE, false);

    /** Adds the tasks, up to the sum of the gradients. */
    void addTo(PlanGraph graph, FloatArray parameters) {
      linear.addBackward(graph, parameters, gruBackward.outputGradients());
      gruBackward.addTo(graph, parameters);
      linear.addWeightGradients(graph, gradients);
      gradients.addCombine(graph);
    }
  }

  /**
   * Gives the next execution its tokens.
   *
   * @param tokens [T + 1][rows], as many rows as the user's shape has
   */
  void load(int[] tokens) {
    shape.load(tokens, gru.tokens());
  }
}
