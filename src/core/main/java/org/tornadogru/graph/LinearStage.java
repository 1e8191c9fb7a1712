package org.tornadogru.graph;

import org.tornadogru.kernels.KernelSet;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A linear layer behind a GRU, forward and backward.
 *
 * <pre>
 *  features ──▶ linear ──▶ outputs
 *  dFeatures ◀── linearBackward ◀── dOutputs ──▶ linearGradient ──▶ {@link Gradients}
 * </pre>
 */
final class LinearStage {

  private final LinearLayout layout;
  private final String suffix;
  private final KernelSet kernels;
  private final Rows features;
  private final int positions;

  /** [positions][columns]. */
  final FloatArray outputs;

  private final FloatArray transposed;

  /**
   * A linear layer.
   *
   * @param suffix of the names of its tasks
   * @param features [positions][rows]
   */
  LinearStage(LinearLayout layout, String suffix, DeviceShape shape, Rows features, int positions) {
    this.layout = layout;
    this.suffix = suffix;
    this.features = features;
    this.positions = positions;
    kernels = shape.kernels();
    outputs = shape.floats(positions, layout.columns());
    transposed = shape.floats(layout.rows(), layout.columns());
  }

  /** Adds the task of the forward pass. */
  void addForward(PlanGraph graph, FloatArray parameters) {
    graph.add(
        kernels
            .linear()
            .launch(
                "linear" + suffix,
                features.array(),
                parameters,
                outputs,
                layout.at(),
                positions,
                features.first(),
                layout.rows(),
                layout.columns()));
  }

  /**
   * Adds the gradient of the features; the outputs have become their own gradient.
   *
   * @param featureGradients out, [positions][rows]
   */
  void addBackward(PlanGraph graph, FloatArray parameters, FloatArray featureGradients) {
    graph.add(
        kernels
            .transpose()
            .launch(
                "transposeLinear" + suffix,
                parameters,
                transposed,
                layout.at(),
                layout.rows(),
                layout.columns()));
    graph.add(
        kernels
            .linearBackward()
            .launch(
                "linearBackward" + suffix,
                outputs,
                transposed,
                featureGradients,
                positions,
                layout.rows(),
                layout.columns(),
                layout.columns()));
  }

  /** Adds the gradient of the layer's own parameters. */
  void addWeightGradients(PlanGraph graph, Gradients gradients) {
    gradients.addAffine(
        graph,
        "linearGradient" + suffix,
        new Gradients.Operand(features.array(), features.first() * layout.rows(), layout.rows()),
        new Gradients.Operand(outputs, 0, layout.columns()),
        layout.at(),
        positions,
        layout.rows(),
        layout.columns());
  }
}
