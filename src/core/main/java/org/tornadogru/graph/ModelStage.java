package org.tornadogru.graph;

import java.util.Arrays;
import java.util.stream.Stream;
import org.tornadogru.kernels.GradientSum;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Target;
import org.tornadogru.nn.Tensor;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A GRU with a head over batches of one shape, and the graphs of it.
 *
 * <pre>
 *  predict:     {@link GruStage} ──▶ {@link HeadStage} ──▶ outputs
 *  evaluate:    {@link GruStage} ──▶ {@link HeadStage} ──▶ {@link LossStage} ──▶ meanLoss
 *  measure:     the same, and {@link LossStage#measures}
 *  train:       the same with dropout, and back ──▶ {@link Gradients} ──▶ {@link UpdateStage}
 *  accumulate:  the same with dropout, and back ──▶ {@link Gradients} ──▶ sum
 * </pre>
 *
 * In each execution: inputs and targets; the order of the walks if steps are masked. The targets of
 * a language model are its inputs: tokens [T + 1][batch].
 */
final class ModelStage {

  private final ModelLayout layout;
  private final Head head;
  private final Residents residents;

  /** Whether a batch may begin where the one before ended. */
  private final boolean carries;

  /** Whether the next execution begins at states that were given. */
  private boolean givenStates;

  /** What the names of the graphs end with: those of a plan differ. */
  private final String suffix;

  final DeviceShape shape;
  final GruStage gru;
  private final HeadStage layers;
  final LossStage loss;

  /** [steps][batch]; null if the tokens are the targets. */
  private final IntArray targets;

  /** Null without optimizer. */
  private final UpdateStage update;

  private final TotalGradient total;

  private final Gradients gradients;
  private final GruStage.Backward backward;

  /**
   * A model over batches of one shape.
   *
   * @param suffix of the names of its graphs
   * @param update null for a model that is not trained; then so is {@code total}
   */
  ModelStage(
      ModelLayout layout,
      SequenceShape sequence,
      ModelPlan.Use use,
      Placement placement,
      String suffix,
      Residents residents,
      UpdateStage update,
      TotalGradient total) {
    this.layout = layout;
    this.head = use.head();
    carries = use.carried();
    this.suffix = suffix;
    this.residents = residents;
    this.update = update;
    this.total = total;
    shape = new DeviceShape(sequence, placement);
    boolean nextToken = head.target() == Target.NEXT_TOKEN;
    int steps = head.steps(sequence.steps());
    GruStage.Start start = use.carried() ? GruStage.Start.GIVEN_OR_CARRIED : GruStage.Start.FIXED;
    gru =
        new GruStage(
            layout,
            shape,
            new GruStage.Use(update != null, false, use.masked(), start),
            sequence.steps() + (nextToken ? 1 : 0));
    Rows features = head.ofLast() ? gru.last() : gru.outputs();
    layers = new HeadStage(layout, shape, features, steps * shape.batch());
    targets = nextToken ? null : shape.tokens(steps);
    loss =
        new LossStage(
            layout,
            shape,
            layers.outputs(),
            head.loss(),
            steps,
            nextToken ? gru.tokens() : targets,
            nextToken ? shape.batch() : 0);
    if (update == null) {
      gradients = null;
      backward = null;
    } else {
      GruStage.Finals finals = head.ofLast() ? GruStage.Finals.LAST : GruStage.Finals.NONE;
      gradients = new Gradients(shape, total);
      backward = gru.backward(gradients, !head.ofLast(), finals, false);
    }
  }

  /** The name of one of its graphs in the plan. */
  String name(ModelPlan.Kind kind) {
    return kind.graph() + suffix;
  }

  /** The graphs of all kinds; of those that train if there is an optimizer. */
  Stream<PlanGraph> graphs() {
    return Arrays.stream(ModelPlan.Kind.values())
        .filter(kind -> update != null || !kind.trains())
        .map(this::graph);
  }

  private PlanGraph graph(ModelPlan.Kind kind) {
    PlanGraph graph = residents.passThrough(new PlanGraph(name(kind)));
    switch (kind) {
      case PREDICT -> addPredict(graph);
      case EVALUATE -> addLoss(graph, false, false);
      case MEASURE -> addMeasure(graph);
      case TRAIN -> addTrain(graph);
      case ACCUMULATE -> addAccumulate(graph);
    }
    return carries ? graph.downloadOnDemand(gru.finals()) : graph;
  }

  private void addPredict(PlanGraph graph) {
    gru.addForward(graph, residents.parameters(), false);
    layers.addForward(graph, residents.parameters());
    graph.download(layers.outputs());
  }

  /** Adds the tasks of a measurement. */
  PlanGraph addMeasure(PlanGraph graph) {
    addLoss(graph, false, true);
    return graph;
  }

  /** Adds the tasks of a training step. */
  PlanGraph addTrain(PlanGraph graph) {
    addGradients(graph);
    update.addTo(graph, loss.count);
    return graph.downloadOnDemand(total.values(), loss.count);
  }

  private void addAccumulate(PlanGraph graph) {
    addGradients(graph);
    graph.loop(
        layout.size(),
        new TaskPackage(
            "accumulateGradient",
            GradientSum::accumulate,
            total.values(),
            loss.count,
            residents.sum(),
            residents.summedTargets(),
            layout.size()));
  }

  /** Adds the tasks up to the sum of the gradients. */
  GruStage.Backward addGradients(PlanGraph graph) {
    addLoss(graph, true, false);
    layers.addBackward( // before an embedding adds to the linear layer's gradient
        graph,
        residents.parameters(),
        head.ofLast() ? backward.lastGradients() : backward.outputGradients(),
        gradients);
    backward.addTo(graph, residents.parameters());
    gradients.addCombine(graph);
    return backward;
  }

  private void addLoss(PlanGraph graph, boolean dropout, boolean measures) {
    gru.addForward(graph, residents.parameters(), dropout);
    layers.addForward(graph, residents.parameters());
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
   * @param sequences of this shape; where the next token is the target, with a step more, padding
   *     negative
   * @param carried whether to begin where the previous execution of the same graph ended
   */
  void load(Sequences sequences, boolean carried) {
    gru.load(sequences);
    gru.carryStates(carried);
    if (carries && givenStates) {
      gru.beginAt(null);
      givenStates = false;
    }
  }

  /** Begins the next execution, whose inputs are loaded, at these states: [L·D][N][H]. */
  void beginAt(Tensor states) {
    gru.carryStates(false);
    gru.beginAt(states);
    givenStates = true;
  }

  /** Gives the next execution its targets: one per sequence or per step, as the head wants them. */
  void load(Labels labels) {
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

  /** What the linear layer made last: [T][N][outputs], or [N][outputs]. */
  Tensor outputs() {
    int steps = head.steps(shape.steps());
    Tensor outputs =
        shape.download("outputs", Rows.of(layers.outputs()), Columns.ofLinear(layout), steps);
    return head.ofLast() ? outputs.reshaped(shape.sequence().batch(), layout.outputs()) : outputs;
  }

  /** The mean loss of the last execution. */
  float meanLoss() {
    return loss.meanLoss.get(0);
  }

  /** The gradient of the sum of the losses, [parameters]. */
  FloatArray gradient() {
    return total.values();
  }

  /** What the loss was summed over, [1]. */
  FloatArray count() {
    return loss.count;
  }
}
