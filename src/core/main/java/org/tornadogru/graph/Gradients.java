package org.tornadogru.graph;

import org.tornadogru.kernels.GradientDescent;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.WeightGradients;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.SgdConfig;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The gradients of all parameters, and the update.
 *
 * <pre>
 *  …Gradient tasks of every {@link WalkStage} and of {@link LinearStage}
 *         │ slices
 *         └──▶ [freeze…] ──▶ combine ──▶ clip ──▶ descend ──▶ parameters
 * </pre>
 *
 * Gradients are of the sum of the losses; clip makes the mean of it.
 */
final class Gradients {

  /** Bounds the partial sums: at most this many floats, or a single slice. */
  private static final int LARGEST_PARTIALS = 1 << 22;

  private final ModelLayout layout;
  private final KernelSet kernels;
  private final int positions;

  /** [parameters], of the summed loss, in the layout of the parameters. */
  final FloatArray gradient;

  private final FloatArray partials;
  private final FloatArray squares;

  /** [2]: what gradients are multiplied by, and a sign that the update was made. */
  private final FloatArray factor = HostArrays.floats(2);

  private final int slices;

  Gradients(ModelLayout layout, DeviceShape shape) {
    this.layout = layout;
    kernels = shape.kernels();
    positions = shape.positions();
    int most = Math.clamp(LARGEST_PARTIALS / layout.size(), 1, kernels.slices());
    slices = Math.ceilDiv(positions, Math.ceilDiv(positions, most));
    gradient = shape.floats(1, layout.size());
    partials = shape.floats(slices, layout.size());
    squares = shape.floats(1, kernels.lanes());
  }

  /** An operand: the row of the first position begins at {@code at}, the next a stride later. */
  record Operand(FloatArray array, int at, int stride) {}

  /** Adds the gradient of {@code y = x W + b}, W and b being in tiles at {@code parametersAt}. */
  void addAffine(
      PlanGraph graph,
      String name,
      Operand inputs,
      Operand outputGradients,
      int parametersAt,
      int positions,
      int rows,
      int columns) {
    graph.loop(
        slices * (rows + 1),
        columns,
        new TaskPackage(
            name,
            kernels.affineGradient(),
            inputs.array,
            outputGradients.array,
            partials,
            inputs.at,
            inputs.stride,
            outputGradients.at,
            outputGradients.stride,
            parametersAt,
            layout.size(),
            positions,
            rows,
            columns,
            slices,
            Math.ceilDiv(positions, slices)));
  }

  /** Adds the gradient of input weights whose rows are picked by tokens. */
  void addLookUp(
      PlanGraph graph, String name, IntArray tokens, FloatArray gateGradients, WalkLayout walk) {
    graph.loop(
        slices,
        layout.gateColumns(),
        new TaskPackage(
            name,
            kernels.lookUpGradient(),
            tokens,
            gateGradients,
            partials,
            walk.inputAt(),
            layout.size(),
            positions,
            walk.inputs(),
            layout.hidden(),
            slices,
            Math.ceilDiv(positions, slices)));
  }

  /** Adds what leaves the biases of a walk that the configuration does without at zero. */
  void addFrozenBiases(PlanGraph graph, WalkLayout walk) {
    Biases biases = layout.config().biases();
    String inputBias = "freezeInputBias" + walk.suffix();
    if (biases != Biases.TWO) {
      String recurrentBias = "freezeRecurrentBias" + walk.suffix();
      addFrozenInTiles(graph, recurrentBias, walk.recurrentAt(), layout.hidden());
    }
    if (biases == Biases.NONE && walk.lookUp()) {
      int at = walk.inputAt() + walk.inputs() * layout.gateColumns();
      addFrozen(graph, inputBias, at, Tiles.LANES);
    } else if (biases == Biases.NONE) {
      addFrozenInTiles(graph, inputBias, walk.inputAt(), walk.inputs());
    }
  }

  private void addFrozenInTiles(PlanGraph graph, String name, int weightsAt, int rows) {
    addFrozen(graph, name, weightsAt + rows * Tiles.LANES, (rows + 1) * Tiles.LANES);
  }

  private void addFrozen(PlanGraph graph, String name, int at, int stride) {
    int columns = layout.gateColumns();
    graph.loop(
        slices,
        columns,
        new TaskPackage(
            name,
            WeightGradients::freezeBias,
            partials,
            at,
            stride,
            layout.size(),
            columns,
            slices));
  }

  /** Adds the sum over the slices. */
  void addCombine(PlanGraph graph) {
    graph.loop(
        kernels.lanes(),
        new TaskPackage(
            "combine",
            kernels.combine(),
            partials,
            gradient,
            squares,
            slices,
            layout.size(),
            kernels.lanes()));
  }

  /**
   * Adds the tasks that clip the gradients and update the parameters.
   *
   * @param targets [1], what the gradients were summed over
   */
  void addUpdate(PlanGraph graph, FloatArray parameters, FloatArray targets, SgdConfig sgd) {
    graph.loop(
        1,
        new TaskPackage(
            "clip", GradientDescent::clip, squares, targets, factor, kernels.lanes(), sgd.clip()));
    graph.loop(
        layout.size(),
        new TaskPackage(
            "descend",
            kernels.descend(),
            parameters,
            gradient,
            factor,
            layout.size(),
            sgd.learningRate()));
    graph.downloadOnDemand(factor);
  }
}
