package org.tornadogru.graph;

import java.nio.BufferOverflowException;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.ModelLayout;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A GRU with a linear layer on a device, for batches of one shape: predicts, measures and trains.
 *
 * <pre>
 *  predict:   {@link GruStage} ──▶ {@link LinearStage} ──▶ outputs
 *  evaluate:  {@link GruStage} ──▶ {@link LinearStage} ──▶ {@link LossStage} ──▶ meanLoss
 *  train:     the same with dropout, and back ──▶ clip ──▶ descend ──▶ parameters
 * </pre>
 *
 * The parameters are uploaded once, for predict; the other graphs work on its memory. In each
 * execution: inputs and targets; the order of the walks if steps are masked.
 */
public final class SequencePlan implements AutoCloseable {

  private static final int PREDICT = 0;
  private static final int EVALUATE = 1;
  private static final int TRAIN = 2;

  /**
   * What a plan is for.
   *
   * @param ofLast whether the linear layer sees the final states alone, or every output
   * @param loss what training minimizes
   * @param masked whether steps may be left out
   * @param carried whether a batch may begin where the previous one ended
   */
  public record Use(boolean ofLast, Loss loss, boolean masked, boolean carried) {}

  private final Weights weights;
  private final ModelLayout layout;
  private final DeviceShape shape;
  private final int steps;
  private final GruStage gru;
  private final LinearStage linear;
  private final LossStage loss;
  private final IntArray targets;
  private final ExecutionPlan plan;
  private boolean resident;

  /**
   * A plan that starts from given weights.
   *
   * @param initial they are copied
   * @throws InvalidInputException if a training step has more tasks than a graph holds
   */
  public SequencePlan(
      Weights initial, SequenceShape sequence, Use use, SgdConfig sgd, Placement placement) {
    weights = initial.copy();
    layout = weights.layout();
    shape = new DeviceShape(sequence, placement.kernels());
    steps = use.ofLast ? 1 : sequence.steps();
    GruStage.Start start = use.carried ? GruStage.Start.GIVEN_OR_CARRIED : GruStage.Start.FIXED;
    gru = new GruStage(layout, shape, new GruStage.Use(true, use.masked, start), sequence.steps());
    linear =
        new LinearStage(
            layout, shape, use.ofLast ? gru.last() : gru.outputs(), steps * shape.batch());
    targets = shape.tokens(steps);
    loss = new LossStage(layout, shape, linear, use.loss, steps, targets, 0);

    FloatArray parameters = weights.parameters();
    PlanGraph predict = new PlanGraph("predict").uploadOnce(parameters);
    gru.addForward(predict, parameters, false);
    linear.addForward(predict, parameters);
    predict.download(linear.outputs).persist(parameters);

    PlanGraph evaluate = new PlanGraph("evaluate").consume(parameters);
    addLoss(evaluate, parameters, false);
    evaluate.persist(parameters);

    PlanGraph train = new PlanGraph("train").consume(parameters);
    addTraining(train, parameters, use, sgd);
    try {
      plan = new ExecutionPlan(placement, predict, evaluate, train);
    } catch (BufferOverflowException tooMany) {
      throw new InvalidInputException(
          "training %d layers of direction %s takes more tasks than a graph of TornadoVM holds: choose fewer layers, or less of dropout, masks and merging"
              .formatted(layout.config().layers(), layout.config().direction()),
          tooMany);
    }
  }

  private void addTraining(PlanGraph train, FloatArray parameters, Use use, SgdConfig sgd) {
    addLoss(train, parameters, true);
    Gradients gradients = new Gradients(layout, shape);
    GruStage.Backward backward =
        gru.backward(
            gradients,
            !use.ofLast,
            use.ofLast ? GruStage.Finals.LAST : GruStage.Finals.NONE,
            false);
    linear.addBackward(
        train, parameters, use.ofLast ? backward.lastGradients() : backward.outputGradients());
    backward.addTo(train, parameters);
    linear.addWeightGradients(train, gradients);
    gradients.addCombine(train);
    gradients.addUpdate(train, parameters, loss.count, sgd);
    train.downloadOnDemand(parameters).persist(parameters);
  }

  private void addLoss(PlanGraph graph, FloatArray parameters, boolean dropout) {
    gru.addForward(graph, parameters, dropout);
    linear.addForward(graph, parameters);
    graph.upload(targets);
    loss.addTo(graph);
  }

  /**
   * Gives the next execution its inputs.
   *
   * @param sequences of the plan's shape
   * @param carried whether to begin where the previous execution of the same graph ended
   */
  public void load(Sequences sequences, boolean carried) {
    gru.load(sequences);
    gru.carryStates(carried);
  }

  /**
   * Gives the next execution its targets.
   *
   * @param classes [steps][N], steps being 1 for final states; negative where nothing counts
   * @param values [steps][N][outputs] for a regression, otherwise null
   */
  public void loadTargets(int[] classes, float[] values) {
    shape.load(classes, targets);
    if (values != null) {
      shape.upload(values, 0, steps, loss.values, Columns.ofLinear(layout));
    }
  }

  /**
   * Runs the model.
   *
   * @return the linear layer's outputs, [steps][N][outputs], steps being 1 for final states
   */
  public float[] predict() {
    plan.execute(PREDICT);
    resident = true;
    return shape.download(Rows.of(linear.outputs), Columns.ofLinear(layout), steps);
  }

  /** The mean loss with the weights as they are now. */
  public float evaluate() {
    return execute(EVALUATE);
  }

  /**
   * One update.
   *
   * @param seed of dropout
   * @param execution counted by the caller: each draws other masks
   * @return the mean loss before the update
   */
  public float train(int seed, int execution) {
    gru.drawDropout(seed, execution);
    return execute(TRAIN);
  }

  private float execute(int graph) {
    if (!resident) {
      predict();
    }
    plan.execute(graph);
    return loss.meanLoss.get(0);
  }

  /** The weights as they are now, downloaded. */
  public Weights weights() {
    plan.download(TRAIN, weights.parameters());
    return weights.copy();
  }

  /** What crossed so far. */
  public Transfers transfers() {
    return plan.transfers();
  }

  @Override
  public void close() {
    plan.close();
  }
}
