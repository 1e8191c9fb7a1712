package org.tornadogru.graph;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Losses;
import org.tornadogru.kernels.Measures;
import org.tornadogru.kernels.Sums;
import org.tornadogru.kernels.ValueLoss;
import org.tornadogru.nn.Loss;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What training and evaluation share: outputs in, the mean loss out, and the outputs' gradient in
 * their place.
 *
 * <pre>
 *  outputs ──▶ softmax, weightedSoftmax or compare ──▶ sumByStep ──▶ mean ──▶ meanLoss
 *  targets ──────────▲│                                               └────▶ count
 *                     └──▶ dOutputs, for training
 *
 *  outputs ──▶ measure ──▶ sumMeasuresByStep ──▶ sumMeasures ──▶ measures, before they are replaced
 *  targets ───────▲
 * </pre>
 *
 * Out, in each execution: the mean loss, one float; where asked for, the measures, two. Resident:
 * what the loss has for each output.
 */
final class LossStage {

  private final ModelLayout layout;
  private final DeviceShape shape;

  /** [positions][O']. */
  private final FloatArray outputs;

  private final Loss loss;
  private final IntArray targets;
  private final int firstTarget;
  private final int steps;
  private final int positions;

  /** [positions][O'], what outputs are compared with; null for classes. */
  final FloatArray values;

  /** [1], per target; nats for classes. */
  final FloatArray meanLoss = HostArrays.floats(1);

  /** [1], how many targets counted, or the weight of their classes. */
  final FloatArray count = HostArrays.floats(1);

  /** [2], the sums of {@link Measures} over the targets that count. */
  final FloatArray measures = HostArrays.floats(2);

  /** [O'], of each output a class' weight, a quantile's level or Huber's δ. */
  private final FloatArray constants;

  /** Losses, and where {@link #weighs} the weights of their targets, [1 or 2][positions]. */
  private final FloatArray losses;

  private final FloatArray stepSums;

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
      FloatArray outputs,
      Loss loss,
      int steps,
      IntArray targets,
      int firstTarget) {
    this.layout = layout;
    this.shape = shape;
    this.outputs = outputs;
    this.loss = loss;
    this.targets = targets;
    this.firstTarget = firstTarget;
    this.steps = steps;
    positions = steps * shape.batch();
    values = loss.ofClasses() ? null : shape.floats(positions, layout.outputColumns());
    constants = shape.floats(1, layout.outputColumns());
    for (int output = 0; output < layout.outputs(); output++) {
      constants.set(output, constant(loss, output));
    }
    losses = shape.floats(weighs() ? 2 : 1, positions);
    stepSums = shape.floats(2, steps);
  }

  private static float constant(Loss loss, int output) {
    return switch (loss) {
      case Loss.CrossEntropy entropy -> entropy.weightOf(output);
      case Loss.Huber huber -> huber.delta();
      case Loss.Quantile quantile -> quantile.levels().get(output);
      case Loss.AbsoluteError absolute -> 0;
      case Loss.BinaryCrossEntropy binary -> 0;
      case Loss.SquaredError squared -> 0;
    };
  }

  /** Whether targets are weighed on the device, not counted. */
  private boolean weighs() {
    return loss instanceof Loss.CrossEntropy entropy && !entropy.isPlain();
  }

  /** Adds the tasks. The targets are the caller's to upload. */
  void addTo(PlanGraph graph) {
    graph.add(losses());
    if (values != null) {
      graph.upload(values);
    }
    if (values != null || weighs()) {
      graph.uploadOnce(constants);
    }
    if (weighs()) {
      addRowSums(graph, "sumByStep", losses, stepSums, 2 * steps, shape.batch());
    } else {
      graph.add(
          sums()
              .byStep()
              .launch("sumByStep", losses, targets, stepSums, steps, shape.batch(), firstTarget));
    }
    graph.add(sums().mean().launch("mean", stepSums, meanLoss, count, steps));
    graph.download(meanLoss);
  }

  private Sums sums() {
    return shape.kernels().sums();
  }

  private Launch losses() {
    Losses kernels = shape.kernels().losses();
    return switch (loss) {
      case Loss.CrossEntropy entropy when entropy.isPlain() ->
          kernels
              .softmax()
              .launch(
                  "softmax",
                  outputs,
                  targets,
                  losses,
                  positions,
                  firstTarget,
                  layout.outputs(),
                  layout.outputColumns());
      case Loss.CrossEntropy entropy ->
          kernels
              .weightedSoftmax()
              .launch(
                  "weightedSoftmax",
                  outputs,
                  targets,
                  constants,
                  losses,
                  positions,
                  firstTarget,
                  layout.outputs(),
                  layout.outputColumns(),
                  entropy.labelSmoothing());
      case Loss.SquaredError squared -> compare(ValueLoss.SQUARED);
      case Loss.AbsoluteError absolute -> compare(ValueLoss.ABSOLUTE);
      case Loss.Huber huber -> compare(ValueLoss.HUBER);
      case Loss.Quantile quantile -> compare(ValueLoss.PINBALL);
      case Loss.BinaryCrossEntropy binary -> compare(ValueLoss.BINARY);
    };
  }

  private Launch compare(int kind) {
    return Launch.loop(
        positions,
        new TaskPackage(
            "compare",
            ValueLoss::compare,
            outputs,
            values,
            targets,
            constants,
            losses,
            positions,
            layout.outputs(),
            layout.outputColumns(),
            kind));
  }

  /** Adds what else a model is measured by, before {@link #addTo}, which replaces the outputs. */
  void addMeasures(PlanGraph graph) {
    FloatArray ofPositions = shape.floats(2, positions);
    FloatArray ofSteps = shape.floats(2, steps);
    graph.add(measures(ofPositions));
    addRowSums(graph, "sumMeasuresByStep", ofPositions, ofSteps, 2 * steps, shape.batch());
    addRowSums(graph, "sumMeasures", ofSteps, measures, 2, steps);
    graph.download(measures);
  }

  private Launch measures(FloatArray ofPositions) {
    return values == null
        ? shape
            .kernels()
            .losses()
            .measureClasses()
            .launch(
                "measure",
                outputs,
                targets,
                ofPositions,
                positions,
                firstTarget,
                layout.outputs(),
                layout.outputColumns())
        : Launch.loop(
            positions,
            new TaskPackage(
                "measure",
                Measures::measureValues,
                outputs,
                values,
                targets,
                ofPositions,
                positions,
                layout.outputs(),
                layout.outputColumns(),
                loss instanceof Loss.BinaryCrossEntropy ? 1 : 0));
  }

  private void addRowSums(
      PlanGraph graph, String name, FloatArray addends, FloatArray sums, int rows, int columns) {
    graph.add(sums().rows().launch(name, addends, sums, rows, columns));
  }
}
