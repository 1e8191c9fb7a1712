package org.tornadogru.graph;

import org.tornadogru.kernels.KernelSet;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The linear layer behind a GRU, forward and backward.
 *
 * <pre>
 *  features ──▶ linear ──▶ outputs
 *  dFeatures ◀── linearBackward ◀── dOutputs ──▶ linearGradient ──▶ {@link Gradients}
 * </pre>
 */
final class LinearStage {

  private final ModelLayout layout;
  private final KernelSet kernels;
  private final Rows features;
  private final int positions;

  /** [positions][O']. */
  final FloatArray outputs;

  private final FloatArray transposed;

  /**
   * A linear layer.
   *
   * @param features [positions][F]
   */
  LinearStage(ModelLayout layout, DeviceShape shape, Rows features, int positions) {
    this.layout = layout;
    this.features = features;
    this.positions = positions;
    kernels = shape.kernels();
    outputs = shape.floats(positions, layout.outputColumns());
    transposed = shape.floats(layout.mergedColumns(), layout.outputColumns());
  }

  /** Adds the task of the forward pass. */
  void addForward(PlanGraph graph, FloatArray parameters) {
    graph.loop(
        positions,
        layout.outputColumns(),
        new TaskPackage(
            "linear",
            kernels.linear(),
            features.array(),
            parameters,
            outputs,
            layout.outputAt(),
            positions,
            features.first(),
            layout.mergedColumns(),
            layout.outputColumns()));
  }

  /**
   * Adds the gradient of the features; the outputs have become their own gradient.
   *
   * @param featureGradients out, [positions][F]
   */
  void addBackward(PlanGraph graph, FloatArray parameters, FloatArray featureGradients) {
    graph.loop(
        layout.outputColumns(),
        layout.mergedColumns(),
        new TaskPackage(
            "transposeLinear",
            kernels.transpose(),
            parameters,
            transposed,
            layout.outputAt(),
            layout.mergedColumns(),
            layout.outputColumns()));
    graph.loop(
        positions,
        layout.mergedColumns(),
        new TaskPackage(
            "linearBackward",
            kernels.linearBackward(),
            outputs,
            transposed,
            featureGradients,
            positions,
            layout.mergedColumns(),
            layout.outputColumns(),
            layout.outputColumns()));
  }

  /** Adds the gradient of the layer's own parameters. */
  void addWeightGradients(PlanGraph graph, Gradients gradients) {
    int rows = layout.mergedColumns();
    gradients.addAffine(
        graph,
        "linearGradient",
        new Gradients.Operand(features.array(), features.first() * rows, rows),
        new Gradients.Operand(outputs, 0, layout.outputColumns()),
        layout.outputAt(),
        positions,
        rows,
        layout.outputColumns());
  }
}
