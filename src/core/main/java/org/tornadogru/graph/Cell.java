package org.tornadogru.graph;

import java.util.stream.Stream;
import org.tornadogru.nn.GruConfig;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * How one step of a walk goes, in one kernel for all steps:
 *
 * <pre>
 *  rows, table, initial state ──▶ forward ──▶ states, gates
 *
 *  ∂L/∂ the initial state, and in place of the gates ∂L/∂ their arguments ◀── backward ◀── ∂L/∂ states
 * </pre>
 */
sealed interface Cell permits StandardCell, VariantCell {

  /** The cell that a configuration asks for. */
  static Cell of(GruStage.Shared shared, WalkBuffers walk) {
    WalkWay way = WalkWay.of(walk.shape().placement(), walk.name("walk"), walk.layout().hidden());
    return isStandard(shared.layout().config())
        ? new StandardCell(walk, way)
        : new VariantCell(shared, walk, way);
  }

  /** Whether it is one of those with a twin in each set of kernels. */
  static boolean isStandard(GruConfig config) {
    return config.isStandardCell() && config.recurrentDropout() == 0f;
  }

  /**
   * Adds the way forward through time.
   *
   * @param dropout whether recurrent dropout acts
   */
  void addForward(PlanGraph graph, FloatArray parameters, boolean dropout);

  /**
   * Adds the way back through time.
   *
   * @param transposed recurrent weights, transposed
   * @param stateGradients [T][batch][H], ∂L/∂h of the state behind each step alone
   * @param initialStateGradient [batch][H], ∂L/∂h₀
   */
  void addBackward(
      PlanGraph graph,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient);

  /** What the recurrent products of r and z multiply: [T · batch][H]. */
  Gradients.Operand operand();

  /** What the backward pass reads beside gates and states. */
  Stream<Object> kept();
}
