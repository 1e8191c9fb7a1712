package org.tornadogru.graph;

import java.nio.BufferOverflowException;
import java.util.ArrayList;
import java.util.List;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Target;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A GRU with a linear layer on a device, for batches of one shape: predicts, measures and trains.
 *
 * <pre>
 *  predict:   {@link GruStage} ──▶ {@link LinearStage} ──▶ outputs
 *  evaluate:  {@link GruStage} ──▶ {@link LinearStage} ──▶ {@link LossStage} ──▶ meanLoss
 *  measure:   the same, and {@link LossStage#measures}
 *  train:     the same with dropout, and back ──▶ clip ──▶ descend ──▶ parameters
 * </pre>
 *
 * Whichever is executed first uploads the parameters, once; each leaves them on the device for the
 * next. TornadoVM compiles a graph when it is executed first, so what is not asked for costs
 * nothing, and without an optimizer nothing is kept for the way back.
 *
 * <p>In each execution: inputs and targets; the order of the walks if steps are masked. The targets
 * of a language model are its inputs: tokens [T + 1][batch].
 */
public final class ModelPlan implements AutoCloseable {

  static final int PREDICT = 0;
  static final int EVALUATE = 1;
  static final int MEASURE = 2;
  static final int TRAIN = 3;

  /**
   * What a plan is for.
   *
   * @param head of the model
   * @param masked whether steps may be left out
   * @param carried whether a batch may begin where the previous one ended
   * @param optimizer of a plan that trains, otherwise null
   */
  public record Use(Head head, boolean masked, boolean carried, SgdConfig optimizer) {}

  private final Placement placement;
  private final Use use;
  private final Weights initial;
  private final Parameters packed;
  final FloatArray parameters;
  private final ModelLayout layout;
  final DeviceShape shape;
  final GruStage gru;
  private final LinearStage linear;
  final LossStage loss;

  /** [steps][batch]; null if the tokens are the targets. */
  private final IntArray targets;

  /** Null before the first execution. */
  private ExecutionPlan plan;

  /**
   * A plan that starts from given weights.
   *
   * @throws InvalidInputException if the head does not fit the weights
   */
  public ModelPlan(Weights initial, SequenceShape sequence, Use use, Placement placement) {
    use.head.requireFit(initial);
    this.placement = placement;
    this.use = use;
    this.initial = initial;
    packed = Parameters.pack(initial);
    parameters = packed.array();
    layout = packed.layout();
    shape = new DeviceShape(sequence, placement.kernels());
    boolean nextToken = use.head.target() == Target.NEXT_TOKEN;
    int steps = use.head.steps(sequence.steps());
    GruStage.Start start = use.carried ? GruStage.Start.GIVEN_OR_CARRIED : GruStage.Start.FIXED;
    gru =
        new GruStage(
            layout,
            shape,
            new GruStage.Use(use.optimizer != null, use.masked, start),
            sequence.steps() + (nextToken ? 1 : 0));
    linear = new LinearStage(layout, shape, features(), steps * shape.batch());
    targets = nextToken ? null : shape.tokens(steps);
    loss =
        new LossStage(
            layout,
            shape,
            linear,
            use.head.loss(),
            steps,
            nextToken ? gru.tokens() : targets,
            nextToken ? shape.batch() : 0);
  }

  /** What the linear layer sees. */
  private Rows features() {
    return use.head.ofLast() ? gru.last() : gru.outputs();
  }

  /**
   * Builds the graphs.
   *
   * @param first the one that is executed before the others
   * @throws InvalidInputException if a training step has more tasks than a graph holds
   */
  ExecutionPlan start(int first) {
    List<PlanGraph> graphs =
        new ArrayList<>(List.of(predictGraph(), evaluateGraph(), measureGraph()));
    if (use.optimizer != null) {
      graphs.add(trainGraph());
    }
    for (int index = 0; index < graphs.size(); index++) {
      PlanGraph graph = graphs.get(index).persist(parameters);
      if (index == first) {
        graph.uploadOnce(parameters);
      } else {
        graph.consume(parameters);
      }
    }
    try {
      return new ExecutionPlan(placement, graphs.toArray(PlanGraph[]::new));
    } catch (BufferOverflowException tooMany) {
      throw new InvalidInputException(
          "training %d layers of direction %s takes more tasks than a graph of TornadoVM holds: choose fewer layers, or less of dropout, masks and merging"
              .formatted(layout.config().layers(), layout.config().direction()),
          tooMany);
    }
  }

  private PlanGraph predictGraph() {
    PlanGraph predict = new PlanGraph("predict");
    gru.addForward(predict, parameters, false);
    linear.addForward(predict, parameters);
    return predict.download(linear.outputs);
  }

  private PlanGraph evaluateGraph() {
    PlanGraph evaluate = new PlanGraph("evaluate");
    addLoss(evaluate, false, false);
    return evaluate;
  }

  private PlanGraph measureGraph() {
    PlanGraph measure = new PlanGraph("measure");
    addLoss(measure, false, true);
    return measure;
  }

  /** A training step, but for what brings the parameters to the device. */
  PlanGraph trainGraph() {
    PlanGraph train = new PlanGraph("train");
    Gradients gradients = new Gradients(layout, shape);
    addGradients(train, gradients);
    gradients.addUpdate(train, parameters, loss.count, use.optimizer);
    return train.downloadOnDemand(parameters);
  }

  /** Adds the tasks up to the sum of the gradients. */
  GruStage.Backward addGradients(PlanGraph train, Gradients gradients) {
    addLoss(train, true, false);
    boolean ofLast = use.head.ofLast();
    GruStage.Finals finals = ofLast ? GruStage.Finals.LAST : GruStage.Finals.NONE;
    GruStage.Backward backward = gru.backward(gradients, !ofLast, finals, false);
    linear.addBackward(
        train, parameters, ofLast ? backward.lastGradients() : backward.outputGradients());
    backward.addTo(train, parameters);
    linear.addWeightGradients(train, gradients);
    gradients.addCombine(train);
    return backward;
  }

  private void addLoss(PlanGraph graph, boolean dropout, boolean measures) {
    gru.addForward(graph, parameters, dropout);
    linear.addForward(graph, parameters);
    if (targets != null) {
      graph.upload(targets);
    }
    if (measures) {
      loss.addMeasures(graph);
    }
    loss.addTo(graph);
  }

  /**
   * Gives the next execution its inputs.
   *
   * @param sequences of the plan's shape; where the next token is the target, with a step more,
   *     padding negative
   * @param carried whether to begin where the previous execution of the same graph ended
   */
  public void load(Sequences sequences, boolean carried) {
    gru.load(sequences);
    gru.carryStates(carried);
  }

  /** Gives the next execution its targets: one per sequence or per step, as the head wants them. */
  public void load(Labels labels) {
    int rows = labels.batch();
    for (int step = 0; step < labels.steps(); step++) {
      for (int row = 0; row < rows; row++) {
        targets.set(step * shape.batch() + row, labels.at(step * rows + row));
      }
    }
    labels
        .values()
        .ifPresent(y -> shape.upload(y, 0, labels.steps(), loss.values, Columns.ofLinear(layout)));
  }

  /** Runs the model. */
  public void predict() {
    execute(PREDICT);
  }

  /** What the linear layer made in the last {@link #predict}: [T][N][outputs], or [N][outputs]. */
  public Tensor outputs() {
    int steps = use.head.steps(shape.steps());
    Tensor outputs =
        shape.download("outputs", Rows.of(linear.outputs), Columns.ofLinear(layout), steps);
    return use.head.ofLast()
        ? outputs.reshaped(shape.sequence().batch(), layout.outputs())
        : outputs;
  }

  /** The mean loss with the weights as they are now. */
  public float evaluate() {
    execute(EVALUATE);
    return loss.meanLoss.get(0);
  }

  /**
   * What a batch was measured to have, with the weights as they are now.
   *
   * @param meanLoss as of {@link #evaluate}
   * @param first over the labels that count, the sum of the first of {@link LossStage#measures}
   * @param second that of the second
   */
  public record Measured(float meanLoss, float first, float second) {}

  /** The mean loss and the measures with the weights as they are now. */
  public Measured measure() {
    execute(MEASURE);
    return new Measured(loss.meanLoss.get(0), loss.measures.get(0), loss.measures.get(1));
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
    execute(TRAIN);
    return loss.meanLoss.get(0);
  }

  private void execute(int graph) {
    if (plan == null) {
      plan = start(graph);
    }
    plan.execute(graph);
  }

  /** The weights as they are now, downloaded if they were trained. */
  public Weights weights() {
    if (plan == null || use.optimizer == null) {
      return initial;
    }
    plan.download(TRAIN, parameters);
    return packed.unpack();
  }

  /** What crossed so far. */
  public Transfers transfers() {
    return plan == null ? Transfers.NONE : plan.transfers();
  }

  @Override
  public void close() {
    if (plan != null) {
      plan.close();
    }
  }
}
