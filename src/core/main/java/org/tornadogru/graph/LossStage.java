package org.tornadogru.graph;

import org.tornadogru.kernels.CrossEntropy;
import org.tornadogru.kernels.SquaredError;
import org.tornadogru.nn.Loss;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What training and evaluation share: outputs in, the mean loss out, and the outputs' gradient in
 * their place.
 *
 * <pre>
 *  outputs ──▶ softmax or difference ──▶ sumByStep ──▶ mean ──▶ meanLoss
 *  targets ──────────▲│
 *                     └──▶ dOutputs, for training
 * </pre>
 *
 * Out, in each execution: the mean loss, one float.
 */
final class LossStage {

  private final ModelLayout layout;
  private final DeviceShape shape;
  private final LinearStage linear;
  private final IntArray targets;
  private final int firstTarget;
  private final int steps;

  /** [positions][O'], targets of a regression; null for classes. */
  final FloatArray values;

  /** [1], per target; nats for classes. */
  final FloatArray meanLoss = HostArrays.floats(1);

  /** [1], how many targets counted. */
  final FloatArray count = HostArrays.floats(1);

  private final FloatArray losses;
  private final FloatArray sums;

  /**
   * The loss of a linear layer's outputs.
   *
   * @param steps T, or 1 for the last output alone
   * @param targets classes, or for a regression anything; negative where nothing counts, [steps]
   *     [batch] from element {@code firstTarget} on
   */
  LossStage(
      ModelLayout layout,
      DeviceShape shape,
      LinearStage linear,
      Loss loss,
      int steps,
      IntArray targets,
      int firstTarget) {
    this.layout = layout;
    this.shape = shape;
    this.linear = linear;
    this.targets = targets;
    this.firstTarget = firstTarget;
    this.steps = steps;
    int positions = steps * shape.batch();
    values = loss == Loss.SQUARED_ERROR ? shape.floats(positions, layout.outputColumns()) : null;
    losses = shape.floats(positions, 1);
    sums = shape.floats(2, steps);
  }

  /** Adds the tasks. The targets are the caller's to upload. */
  void addTo(PlanGraph graph) {
    int batch = shape.batch();
    int positions = steps * batch;
    if (values == null) {
      graph.loop(
          positions,
          new TaskPackage(
              "softmax",
              shape.kernels().softmax(),
              linear.outputs,
              targets,
              losses,
              positions,
              firstTarget,
              layout.outputs(),
              layout.outputColumns()));
    } else {
      graph.upload(values);
      graph.loop(
          positions,
          new TaskPackage(
              "difference",
              SquaredError::difference,
              linear.outputs,
              values,
              targets,
              losses,
              positions,
              layout.outputs(),
              layout.outputColumns()));
    }
    graph.loop(
        steps,
        new TaskPackage(
            "sumByStep",
            CrossEntropy::sumByStep,
            losses,
            targets,
            sums,
            steps,
            batch,
            firstTarget));
    graph.loop(1, new TaskPackage("mean", CrossEntropy::mean, sums, meanLoss, count, steps));
    graph.download(meanLoss);
  }
}
