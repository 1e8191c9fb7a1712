package org.tornadogru.graph;

import java.nio.BufferOverflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tornadogru.device.Transfers;
import org.tornadogru.kernels.GradientSum;
import org.tornadogru.kernels.WeightUpdate;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A GRU with a linear layer on a device: predicts, measures and trains batches of some shapes.
 *
 * <pre>
 *  load:      {@link Residents} ──▶ device
 *  predict, evaluate, measure, train, accumulate:   {@link ModelStage}, for each shape
 *  resume:    gradients from elsewhere ──▶ sum of several batches
 *  update:    sum of several batches ──▶ {@link UpdateStage}
 *  exchange:  parameters ◀──▶ their average
 * </pre>
 *
 * The residents are uploaded once; each graph leaves them on the device for the next. TornadoVM
 * compiles a graph when it is executed first, so what is not asked for costs nothing, and without
 * an optimizer nothing is kept for the way back.
 */
public final class ModelPlan implements AutoCloseable {

  private static final String LOAD = "load";
  private static final String RESUME = "resume";
  private static final String UPDATE = "update";
  private static final String EXCHANGE = "exchange";

  /**
   * What a plan is for.
   *
   * @param head of the model
   * @param masked whether steps may be left out
   * @param carried whether a batch may begin where the previous one ended
   * @param optimization of a plan that trains, otherwise null
   */
  public record Use(Head head, boolean masked, boolean carried, Optimization optimization) {}

  /** What may be done with a batch: each is a graph, with states of its own. */
  public enum Kind {
    PREDICT,
    EVALUATE,
    MEASURE,
    TRAIN,
    ACCUMULATE;

    public boolean trains() {
      return this == TRAIN || this == ACCUMULATE;
    }

    String graph() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Placement placement;
  private final List<SequenceShape> shapes;
  private final ModelValues values;
  private final List<ModelStage> stages = new ArrayList<>();

  /** Null without optimizer. */
  private final UpdateStage update;

  private final TotalGradient total;

  /** Null before the first execution. */
  private ExecutionPlan plan;

  /** The names of its graphs. */
  private List<String> graphs = List.of();

  private ModelStage current;

  /** The one of the last batch trained on; null before. */
  private ModelStage learned;

  /** Whether the device has had the values. */
  private boolean loaded;

  /**
   * A plan for values that may go from one plan to another.
   *
   * @param shapes of the batches, all different
   * @throws InvalidInputException if a batch is larger than an array can be
   */
  public ModelPlan(ModelValues values, List<SequenceShape> shapes, Use use, Placement placement) {
    this.placement = placement;
    this.values = values;
    this.shapes = List.copyOf(shapes);
    ModelLayout layout = values.layout();
    boolean trains = use.optimization != null;
    total = trains ? new TotalGradient(layout, placement.kernels(), values.trained()) : null;
    update =
        trains
            ? new UpdateStage(
                layout, placement.kernels(), use.optimization, values.residents(), total)
            : null;
    for (SequenceShape shape : shapes) {
      String suffix = stages.isEmpty() ? "" : "_%dx%d".formatted(shape.steps(), shape.batch());
      stages.add(
          new ModelStage(layout, shape, use, placement, suffix, values.residents(), update, total));
    }
    current = stages.getFirst();
  }

  /**
   * A plan of its own values, for batches of one shape.
   *
   * @throws InvalidInputException if the head does not fit the weights
   */
  public ModelPlan(Weights weights, SequenceShape shape, Use use, Placement placement) {
    this(values(weights, use, placement), List.of(shape), use, placement);
  }

  private static ModelValues values(Weights weights, Use use, Placement placement) {
    use.head.requireFit(weights);
    return new ModelValues(weights, use.optimization, placement);
  }

  /**
   * Builds the graphs.
   *
   * @throws InvalidInputException if a part of one is more than TornadoVM describes
   */
  ExecutionPlan start() {
    List<PlanGraph> all = new ArrayList<>(List.of(values.residents().loadGraph()));
    if (update != null) {
      all.add(resumeGraph());
      all.add(updateGraph());
    }
    if (values.residents().averages() != null) {
      all.add(exchangeGraph());
    }
    for (ModelStage stage : stages) {
      stage.graphs().forEach(all::add);
    }
    graphs = all.stream().map(PlanGraph::name).toList();
    try {
      return new ExecutionPlan(placement, all.toArray(PlanGraph[]::new));
    } catch (BufferOverflowException tooMuch) {
      throw new InvalidInputException(
          "a graph of this model is more than TornadoVM describes in %s bytes: give java -Dtornado.tvm.maxbytecodesize=65536 or more"
              .formatted(System.getProperty("tornado.tvm.maxbytecodesize")),
          tooMuch);
    }
  }

  private PlanGraph resumeGraph() {
    PlanGraph graph =
        values
            .residents()
            .passThrough(new PlanGraph(RESUME))
            .upload(values.sumBefore, values.targetsBefore);
    values.residents().addClear(graph);
    return graph.loop(
        values.sumBefore.getSize(),
        new TaskPackage(
            "addBefore",
            GradientSum::accumulate,
            values.sumBefore,
            values.targetsBefore,
            values.residents().sum(),
            values.residents().summedTargets(),
            values.sumBefore.getSize()));
  }

  private PlanGraph updateGraph() {
    Residents residents = values.residents();
    PlanGraph graph = residents.passThrough(new PlanGraph(UPDATE));
    total.addCombine(graph, residents.sum(), 1);
    update.addTo(graph, residents.summedTargets());
    residents.addClear(graph);
    return graph;
  }

  private PlanGraph exchangeGraph() {
    Residents residents = values.residents();
    int size = residents.parameters().getSize();
    FloatArray done = HostArrays.floats(1);
    return residents
        .passThrough(new PlanGraph(EXCHANGE))
        .loop(
            size,
            new TaskPackage(
                "exchange",
                WeightUpdate::exchange,
                residents.parameters(),
                residents.averages(),
                done,
                size))
        .download(done);
  }

  /** The model over batches of the first shape. */
  ModelStage stage() {
    return stages.getFirst();
  }

  Residents residents() {
    return values.residents();
  }

  /**
   * Gives the next execution its inputs.
   *
   * @param shape one of the plan's
   * @param sequences of this shape; where the next token is the target, with a step more, padding
   *     negative
   * @param carried whether to begin where the previous execution of the same graph ended
   */
  public void load(SequenceShape shape, Sequences sequences, boolean carried) {
    current = stages.get(shapes.indexOf(shape));
    current.load(sequences, carried);
  }

  /** Gives the next execution its inputs, of the shape of the execution before. */
  public void load(Sequences sequences, boolean carried) {
    current.load(sequences, carried);
  }

  /** Gives the next execution its targets: one per sequence or per step, as the head wants them. */
  public void load(Labels labels) {
    current.load(labels);
  }

  /** Begins the next execution, whose inputs are loaded, at these states: [L·D][N][H]. */
  public void beginAt(Tensor states) {
    current.beginAt(states);
  }

  /** Where the last batch of a shape ended, of those of a kind: [L·D][N][H]. */
  public Tensor carried(SequenceShape shape, Kind kind) {
    ModelStage stage = stages.get(shapes.indexOf(shape));
    String graph = stage.name(kind);
    for (Object finals : stage.gru.finals()) {
      download(graph, (FloatArray) finals);
    }
    return stage.gru.finalStates();
  }

  /** Runs the model. */
  public void predict() {
    run(current.name(Kind.PREDICT));
  }

  /** What the linear layer made in the last {@link #predict}: [T][N][outputs], or [N][outputs]. */
  public Tensor outputs() {
    return current.outputs();
  }

  /** The mean loss with the weights as they are now. */
  public float evaluate() {
    run(current.name(Kind.EVALUATE));
    return current.meanLoss();
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
    run(current.name(Kind.MEASURE));
    FloatArray measures = current.loss.measures;
    return new Measured(current.meanLoss(), measures.get(0), measures.get(1));
  }

  /**
   * One update by the gradient of a batch.
   *
   * @param seed of dropout
   * @param draw counted by the caller: each draws other masks
   * @return the mean loss before the update
   */
  public float train(long seed, int draw) {
    current.gru.drawDropout(seed, draw);
    values.prepare(update.rates);
    run(current.name(Kind.TRAIN));
    learned = current;
    values.updated(this);
    return current.meanLoss();
  }

  /**
   * Adds the gradient of a batch to those since the last update.
   *
   * @return the mean loss of the batch
   */
  public float accumulate(long seed, int draw) {
    current.gru.drawDropout(seed, draw);
    run(current.name(Kind.ACCUMULATE));
    values.summed();
    return current.meanLoss();
  }

  /** One update by the gradients that were added up. */
  public void update() {
    values.prepare(update.rates);
    run(UPDATE);
    values.updated(null);
  }

  /** Exchanges the weights for their average, or back. */
  public void exchange() {
    run(EXCHANGE);
    values.changed();
  }

  private void run(String graph) {
    if (plan == null) {
      plan = start();
    }
    if (values.goTo(this)) {
      loaded = false;
      execute(LOAD);
      if (values.isSumming()) {
        execute(RESUME);
      }
      loaded = true;
    }
    execute(graph);
  }

  /** Whether the device has the values. */
  boolean isLoaded() {
    return loaded;
  }

  private void execute(String graph) {
    plan.execute(graphs.indexOf(graph));
  }

  /** Brings what this plan has changed back to the host. */
  void save() {
    for (FloatArray each : values.residents().kept()) {
      download(LOAD, each);
    }
  }

  /** Takes what the host has as the sum of gradients. */
  void resume() {
    execute(RESUME);
  }

  /** The gradients that were added up since the last update. */
  ModelValues.Gradient sum() {
    Residents residents = values.residents();
    download(LOAD, residents.sum());
    download(LOAD, residents.summedTargets());
    return new ModelValues.Gradient(residents.sum(), residents.summedTargets().get(0));
  }

  /** The gradient of the last batch trained on. */
  ModelValues.Gradient ofBatch() {
    String graph = learned.name(Kind.TRAIN);
    download(graph, total.values());
    download(graph, learned.count());
    return new ModelValues.Gradient(total.values(), learned.count().get(0));
  }

  private void download(String graph, FloatArray array) {
    plan.download(graphs.indexOf(graph), array);
  }

  /** The weights as they are now, downloaded if they were trained. */
  public Weights weights() {
    return values.weights();
  }

  /** How many graphs were compiled so far. */
  public int compilations() {
    return plan == null ? 0 : plan.compiled();
  }

  /** What crossed so far. */
  public Transfers transfers() {
    return plan == null ? Transfers.NONE : plan.transfers();
  }

  /** Frees the device's memory. What the plan has changed is to be saved before. */
  @Override
  public void close() {
    values.closed(this);
    if (plan != null) {
      plan.close();
    }
  }
}
