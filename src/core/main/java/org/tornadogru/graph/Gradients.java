package org.tornadogru.graph;

import org.tornadogru.kernels.GradientSum;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.WeightGradients;
import org.tornadogru.nn.Biases;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The gradients of all parameters over the positions of a batch.
 *
 * <pre>
 *  …Gradient tasks of every {@link WalkStage} and of {@link HeadStage}
 *         │ slices
 *         └──▶ [freeze…] ──▶ combine ──▶ {@link TotalGradient}
 * </pre>
 */
final class Gradients {

  /** Bounds the partial sums: at most this many floats, or a single slice. */
  private static final int LARGEST_PARTIALS = 1 << 22;

  private final ModelLayout layout;
  private final KernelSet kernels;
  private final int positions;

  private final TotalGradient total;
  private final FloatArray partials;
  private final int slices;

  /**
   * The gradients of a batch.
   *
   * @param total what their sum becomes
   */
  Gradients(DeviceShape shape, TotalGradient total) {
    this.total = total;
    layout = total.layout();
    kernels = shape.kernels();
    positions = shape.positions();
    int wanted = kernels.slices().of(layout.size(), positions);
    int most = Math.clamp(LARGEST_PARTIALS / layout.size(), 1, wanted);
    slices = Math.ceilDiv(positions, Math.ceilDiv(positions, most));
    partials = shape.floats(slices, layout.size());
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
    graph.add(
        kernels
            .affineGradient()
            .launch(
                name,
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
    graph.add(
        kernels
            .lookUpGradient()
            .launch(
                name,
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

  /**
   * Adds the gradient of an embedding's table; if it is the linear layer's too, on top of its.
   *
   * @param inputGradients [T · batch][E']
   */
  void addTable(PlanGraph graph, IntArray tokens, FloatArray inputGradients) {
    graph.add(
        kernels
            .embedBackward()
            .launch(
                "embedBackward",
                tokens,
                inputGradients,
                partials,
                layout.embeddingAt(),
                layout.size(),
                positions,
                Tiles.padded(layout.config().inputSize()),
                layout.embeddingHeight(),
                layout.embeddingColumns(),
                slices,
                Math.ceilDiv(positions, slices),
                layout.sharesTable() ? 1 : 0));
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

  /** Adds the sum over the slices, which leaves out what is frozen. */
  void addCombine(PlanGraph graph) {
    if (total.trained() != null) {
      graph.uploadOnce(total.trained());
      graph.loop(
          layout.size(),
          new TaskPackage(
              "freeze", GradientSum::freeze, partials, total.trained(), layout.size(), slices));
    }
    total.addCombine(graph, partials, slices);
  }
}
