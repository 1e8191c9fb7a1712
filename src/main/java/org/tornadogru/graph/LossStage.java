package org.tornadogru.graph;

import org.tornadogru.kernels.CrossEntropy;
import org.tornadogru.nn.ModelLayout;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What training and evaluation share: tokens in, loss out.
 *
 * <pre>
 *  tokens ──┬──▶ {@link ForwardStage} ──▶ softmax ──▶ sumByStep ──▶ mean ──▶ meanLoss
 *           └─────── targets ──────────────▲│
 *                                           └──▶ dLogits, for training
 * </pre>
 *
 * In each execution: tokens [T + 1][batch] ints, a negative id being padding. Out: the mean loss,
 * one float. Resident: everything else.
 */
final class LossStage {

  private final ModelLayout layout;
  private final DeviceShape shape;

  final ForwardStage forward;

  /** [1], nats per target. */
  final FloatArray meanLoss = new FloatArray(1);

  /** [1], how many targets were not padding. */
  final FloatArray targets = new FloatArray(1);

  private final FloatArray losses;
  private final FloatArray sums;

  LossStage(ModelLayout layout, DeviceShape shape) {
    this.layout = layout;
    this.shape = shape;
    forward =
        new ForwardStage(
            layout,
            shape,
            shape.steps() + 1,
            ForwardStage.Gates.KEPT,
            shape.floats(shape.positions(), layout.outputColumns()));
    losses = shape.floats(shape.positions(), 1);
    sums = shape.floats(2, shape.steps());
  }

  /** Adds the tasks to a graph that already has the parameters. */
  TaskGraph addTo(TaskGraph graph, WorkGroups groups, FloatArray parameters) {
    int steps = shape.steps();
    int batch = shape.batch();
    return forward
        .addTo(graph, groups, parameters)
        .task(
            "softmax",
            shape.kernels().softmax(),
            forward.logits,
            forward.tokens,
            losses,
            shape.positions(),
            batch,
            layout.outputs(),
            layout.outputColumns())
        .task("sumByStep", CrossEntropy::sumByStep, losses, forward.tokens, sums, steps, batch)
        .task("mean", CrossEntropy::mean, sums, meanLoss, targets, steps)
        .transferToHost(DataTransferMode.EVERY_EXECUTION, meanLoss);
  }

  /**
   * Gives the next execution its tokens.
   *
   * @param tokens [T + 1][rows], as many rows as the user's shape has
   */
  void load(int[] tokens) {
    shape.load(tokens, forward.tokens);
  }
}
