package org.tornadogru.graph;

import org.tornadogru.kernels.DenseLayer;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A hidden dense layer behind a GRU, forward and backward.
 *
 * <pre>
 *  features ──▶ {@link LinearStage} ──▶ activate ──▶ values
 *  dFeatures ◀── {@link LinearStage} ◀── activateBackward ◀── dValues
 * </pre>
 */
final class DenseStage {

  private final LinearLayout layout;
  private final ActivationFunction activation;
  private final String suffix;
  private final LinearStage linear;
  private final int positions;

  /** [positions][columns]. */
  private final FloatArray values;

  /** [positions][columns], ∂L/∂ the values. */
  final FloatArray valueGradients;

  /**
   * A dense layer.
   *
   * @param suffix of the names of its tasks
   * @param features [positions][rows]
   */
  DenseStage(
      LinearLayout layout,
      Dense dense,
      String suffix,
      DeviceShape shape,
      Rows features,
      int positions) {
    this.layout = layout;
    this.suffix = suffix;
    this.positions = positions;
    activation = dense.activation();
    linear = new LinearStage(layout, suffix, shape, features, positions);
    values = shape.floats(positions, layout.columns());
    valueGradients = shape.floats(positions, layout.columns());
  }

  /** What the next layer takes. */
  Rows values() {
    return Rows.of(values);
  }

  /** Adds the tasks of the forward pass. */
  void addForward(PlanGraph graph, FloatArray parameters) {
    linear.addForward(graph, parameters);
    graph.loop(
        positions,
        layout.columns(),
        new TaskPackage(
            "activate" + suffix,
            DenseLayer::activate,
            linear.outputs,
            values,
            positions,
            layout.columns(),
            layout.outputs(),
            activation.kind().code(),
            activation.alpha(),
            activation.beta()));
  }

  /**
   * Adds the gradients of the features and of the layer's own parameters.
   *
   * @param featureGradients out, [positions][rows]
   */
  void addBackward(
      PlanGraph graph, FloatArray parameters, FloatArray featureGradients, Gradients gradients) {
    graph.loop(
        positions,
        layout.columns(),
        new TaskPackage(
            "activateBackward" + suffix,
            DenseLayer::activateBackward,
            linear.outputs,
            valueGradients,
            positions,
            layout.columns(),
            activation.kind().code(),
            activation.alpha(),
            activation.beta()));
    linear.addBackward(graph, parameters, featureGradients);
    linear.addWeightGradients(graph, gradients);
  }
}
