package org.tornadogru.graph;

import org.tornadogru.kernels.GradientDescent;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.nn.ModelLayout;
import org.tornadogru.nn.ResetPlacement;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What training adds to {@link LossStage}: gradients back through time, and the update.
 *
 * <pre>
 *  parameters ──▶ transpose* ──┐
 *                              ▼
 *  dLogits ──┬──▶ outputBackward ──▶ backward ──┬──▶ lookUpGradient ─────┬──▶ combine ──▶ clip ──▶ descend
 *            │                          ▲       ├──▶ gateGradient ───────┤
 *            │                    gates, states └──▶ candidateGradient ──┤
 *            └──▶ outputGradient ────────────────────────────────────────┘
 * </pre>
 *
 * A star stands for two tasks: Recurrent, Output. Gradients are of the sum of the losses; clip
 * makes the mean of it.
 */
final class GradientStage {

  private static final String BACKWARD = "backward";

  /** Bounds the partial sums: at most this many floats, or a single slice. */
  private static final int LARGEST_PARTIALS = 1 << 22;

  private final ModelLayout layout;
  private final DeviceShape shape;
  private final KernelSet kernels;
  private final LossStage loss;

  /** [parameters], of the summed loss, in the layout of the parameters. */
  final FloatArray gradient;

  /** [batch][H], ∂L/∂h₀ of the summed loss. */
  final FloatArray initialStateGradient;

  private final FloatArray recurrentTransposed;
  private final FloatArray outputTransposed;
  private final FloatArray stateGradients;
  private final FloatArray partials;
  private final FloatArray squares;
  private final FloatArray factor = new FloatArray(1);
  private final int slices;
  private final int sliceLength;

  GradientStage(ModelLayout layout, DeviceShape shape, LossStage loss) {
    this.layout = layout;
    this.shape = shape;
    this.loss = loss;
    kernels = shape.kernels();
    int hidden = layout.hidden();
    int positions = shape.positions();
    int most = Math.clamp(LARGEST_PARTIALS / layout.size(), 1, kernels.slices());
    sliceLength = Math.ceilDiv(positions, most);
    slices = Math.ceilDiv(positions, sliceLength);
    gradient = shape.floats(1, layout.size());
    initialStateGradient = shape.floats(shape.batch(), hidden);
    recurrentTransposed = shape.floats(hidden, layout.gateColumns());
    outputTransposed = shape.floats(hidden, layout.outputColumns());
    stateGradients = shape.floats(positions, hidden);
    partials = shape.floats(slices, layout.size());
    squares = shape.floats(1, kernels.lanes());
  }

  /** Adds the tasks that find the gradients. */
  TaskGraph addGradients(TaskGraph graph, WorkGroups groups, FloatArray parameters) {
    int positions = shape.positions();
    int hidden = layout.hidden();
    int symbols = layout.outputColumns();
    boolean after = layout.config().reset() == ResetPlacement.AFTER;
    ForwardStage forward = loss.forward;
    graph
        .task(
            "transposeRecurrent",
            kernels.transpose(),
            parameters,
            recurrentTransposed,
            layout.walks().getFirst().recurrentAt(),
            hidden,
            layout.gateColumns())
        .task(
            "transposeOutput",
            kernels.transpose(),
            parameters,
            outputTransposed,
            layout.outputAt(),
            hidden,
            symbols)
        .task(
            "outputBackward",
            kernels.outputBackward(),
            forward.logits,
            outputTransposed,
            stateGradients,
            positions,
            hidden,
            symbols);
    addBackward(graph, groups);
    graph.task(
        "lookUpGradient",
        kernels.lookUpGradient(),
        forward.tokens,
        forward.gates,
        partials,
        layout.walks().getFirst().inputAt(),
        layout.size(),
        positions,
        layout.outputs(),
        hidden,
        slices,
        sliceLength);
    Operand states = new Operand(0, hidden);
    Operand outputs = new Operand(shape.batch() * hidden, hidden);
    Operand resetAndUpdate = new Operand(0, 4 * hidden);
    Operand candidate = new Operand(2 * hidden, 4 * hidden);
    Operand product = new Operand(3 * hidden, 4 * hidden);
    int candidateAt = layout.walks().getFirst().recurrentAt() + 2 * hidden * (hidden + 1);
    addAffine(
        graph,
        "gateGradient",
        forward.states,
        states,
        forward.gates,
        resetAndUpdate,
        layout.walks().getFirst().recurrentAt(),
        2 * hidden);
    if (after) {
      addAffine(
          graph,
          "candidateGradient",
          forward.states,
          states,
          forward.gates,
          product,
          candidateAt,
          hidden);
    } else {
      addAffine(
          graph,
          "candidateGradient",
          forward.gates,
          product,
          forward.gates,
          candidate,
          candidateAt,
          hidden);
    }
    addAffine(
        graph,
        "outputGradient",
        forward.states,
        outputs,
        forward.logits,
        new Operand(0, symbols),
        layout.outputAt(),
        symbols);
    return graph.task(
        "combine",
        kernels.combine(),
        partials,
        gradient,
        squares,
        slices,
        layout.size(),
        kernels.lanes());
  }

  private void addBackward(TaskGraph graph, WorkGroups groups) {
    ForwardStage forward = loss.forward;
    boolean after = layout.config().reset() == ResetPlacement.AFTER;
    int batch = shape.batch();
    int hidden = layout.hidden();
    switch (kernels.recurrence()) {
      case Recurrence.Loops loops ->
          graph.task(
              BACKWARD,
              after ? loops.backwardAfter() : loops.backwardBefore(),
              forward.gates,
              forward.states,
              recurrentTransposed,
              stateGradients,
              initialStateGradient,
              shape.steps(),
              batch,
              hidden);
      case Recurrence.Groups grouped -> {
        groups.add(graph, BACKWARD, grouped, batch / kernels.rowTile(), hidden);
        graph.task(
            BACKWARD,
            after ? grouped.backwardAfter() : grouped.backwardBefore(),
            new KernelContext(),
            forward.gates,
            forward.states,
            recurrentTransposed,
            stateGradients,
            initialStateGradient,
            shape.steps(),
            batch,
            hidden);
      }
    }
  }

  /** Adds the tasks that clip the gradients and update the parameters. */
  TaskGraph addUpdate(TaskGraph graph, FloatArray parameters, SgdConfig sgd) {
    return graph
        .task(
            "clip",
            GradientDescent::clip,
            squares,
            loss.targets,
            factor,
            kernels.lanes(),
            sgd.clip())
        .task(
            "descend",
            kernels.descend(),
            parameters,
            gradient,
            factor,
            layout.size(),
            sgd.learningRate());
  }

  /** Adds what brings the gradients to the host. */
  TaskGraph addDownload(TaskGraph graph) {
    return graph.transferToHost(DataTransferMode.EVERY_EXECUTION, gradient, initialStateGradient);
  }

  private void addAffine(
      TaskGraph graph,
      String name,
      FloatArray inputs,
      Operand input,
      FloatArray gradients,
      Operand outputGradient,
      int parametersAt,
      int columns) {
    graph.task(
        name,
        kernels.affineGradient(),
        inputs,
        gradients,
        partials,
        input.at,
        input.stride,
        outputGradient.at,
        outputGradient.stride,
        parametersAt,
        layout.size(),
        shape.positions(),
        layout.hidden(),
        columns,
        slices,
        sliceLength);
  }

  /** Where the rows of an operand lie: the first begins at {@code at}, the next a stride later. */
  private record Operand(int at, int stride) {}
}
