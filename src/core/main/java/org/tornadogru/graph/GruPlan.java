package org.tornadogru.graph;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * A GRU on a device for batches of one shape. The parameters are uploaded once.
 *
 * <pre>
 *  forward:   {@link GruStage} ──▶ outputs, final states
 *  backward:  dOutputs, dFinals ──▶ {@link GruStage.Backward} ──▶ combine ──▶ dInputs, dStates, dParameters
 * </pre>
 *
 * Forward, in each execution: inputs, initial states, the order of the walks if steps are masked.
 * Backward works on what forward left on the device.
 */
public final class GruPlan implements AutoCloseable {

  private static final int FORWARD = 0;
  private static final int BACKWARD = 1;

  /**
   * What a plan is for.
   *
   * @param training whether dropout acts and a backward pass may follow
   * @param gates whether {@link #gates} is asked for
   * @param masked whether steps may be left out
   */
  public record Use(boolean training, boolean gates, boolean masked) {}

  private final ModelLayout layout;
  private final GruConfig config;
  private final DeviceShape shape;
  private final GruStage gru;
  private final GruStage.Backward backward;
  private final TotalGradient total;
  private final ExecutionPlan plan;

  /**
   * A plan for weights that stay as they are.
   *
   * @param model a linear layer behind the GRU is left out
   */
  public GruPlan(Weights model, SequenceShape sequence, Use use, Placement placement) {
    Parameters packed = Parameters.pack(model.withoutLinearLayer(), placement.kernels().packing());
    layout = packed.layout();
    config = layout.config();
    shape = new DeviceShape(sequence, placement);
    gru =
        new GruStage(
            layout,
            shape,
            new GruStage.Use(use.training, use.gates, use.masked, GruStage.Start.GIVEN_OR_CARRIED),
            sequence.steps());
    FloatArray parameters = packed.array();
    PlanGraph forward = new PlanGraph("forward").uploadOnce(parameters);
    gru.addForward(forward, parameters, use.training);
    forward.download(gru.downloads());
    if (use.gates) {
      forward.download(gru.statesAndGates());
    }
    if (!use.training) {
      total = null;
      backward = null;
      plan = new ExecutionPlan(placement, forward);
      return;
    }
    Object[] kept = gru.kept();
    forward.persist(parameters).persist(kept);
    total = new TotalGradient(layout, shape.kernels(), null);
    Gradients gradients = new Gradients(shape, total);
    backward = gru.backward(gradients, true, GruStage.Finals.ALL, gru.isDense());
    PlanGraph back =
        new PlanGraph("backward")
            .consumeFrom("forward", parameters)
            .consumeFrom("forward", kept)
            .upload(backward.uploads());
    backward.addTo(back, parameters);
    gradients.addCombine(back);
    back.download(total.values()).download(backward.downloads());
    plan = new ExecutionPlan(placement, forward, back);
  }

  /**
   * Runs the GRU.
   *
   * @param sequences of the plan's shape
   * @param initialState [L·D][N][H], or null for zeros
   * @param carried whether to begin where the previous execution ended instead
   * @param seed of dropout
   * @param execution counted by the caller: each draws other masks
   */
  public void forward(
      Sequences sequences, Tensor initialState, boolean carried, long seed, int execution) {
    gru.load(sequences);
    gru.beginAt(initialState);
    gru.carryStates(carried);
    gru.drawDropout(seed, execution);
    plan.execute(FORWARD);
  }

  /** The outputs of the last {@link #forward}, [T][N][O]. */
  public Tensor outputs() {
    return shape.download("outputs", gru.outputs(), Columns.ofOutputs(layout), shape.steps());
  }

  /** Its final states, merged as the outputs are, [N][O]. */
  public Tensor last() {
    return shape
        .download("last outputs", gru.last(), Columns.ofOutputs(layout), 1)
        .reshaped(shape.sequence().batch(), config.outputSize());
  }

  /** Its final states, [L·D][N][H]. */
  public Tensor finalStates() {
    return gru.finalStates();
  }

  /** What its gates did, layer by layer, forward before reverse. */
  public List<Gates> gates() {
    return gru.gates();
  }

  private Tensor states(
      String name, Function<WalkLayout, Rows> rows, Function<WalkLayout, Columns> columns) {
    float[] states = new float[config.walks() * stateSize()];
    int at = 0;
    for (WalkLayout walk : layout.walks()) {
      shape.download(rows.apply(walk), columns.apply(walk), 1, states, at);
      at += stateSize();
    }
    int batch = shape.sequence().batch();
    return new Tensor(name, List.of(config.walks(), batch, config.hiddenSize()), states);
  }

  /**
   * Backpropagates through the last {@link #forward}.
   *
   * @param outputGradients ∂L/∂y, [T][N][O], or null for zeros
   * @param finalGradients ∂L/∂ the final states, [L·D][N][H], or null for zeros
   */
  public void backward(Tensor outputGradients, Tensor finalGradients) {
    if (outputGradients == null) {
      backward.outputGradients().init(0f);
    } else {
      shape.upload(
          outputGradients, 0, shape.steps(), backward.outputGradients(), Columns.ofOutputs(layout));
    }
    for (int walk = 0; walk < config.walks(); walk++) {
      WalkLayout of = layout.walks().get(walk);
      upload(
          finalGradients, walk, backward.finalGradients(of.layer()), Columns.ofFinals(layout, of));
    }
    plan.execute(BACKWARD);
  }

  /** ∂L/∂x of the last {@link #backward}, [T][N][I]; empty for token ids. */
  public Optional<Tensor> inputGradients() {
    return Optional.ofNullable(gru.isDense() ? backward.inputGradients : null)
        .map(x -> shape.download("inputs", Rows.of(x), Columns.ofInputs(layout), shape.steps()));
  }

  /** ∂L/∂h₀ of the last {@link #backward}, [L·D][N][H]. */
  public Tensor initialStateGradients() {
    return states(
        "initial states",
        walk -> Rows.of(backward.initialStateGradient(walk.layer(), walk.walk())),
        walk -> Columns.ofStates(layout, walk));
  }

  /** ∂L/∂ the parameters of the last {@link #backward}, by their names. */
  public Weights parameterGradients() {
    return new Parameters(layout, total.values()).unpack();
  }

  /** Floats of one walk's states, N·H. */
  private int stateSize() {
    return shape.sequence().batch() * config.hiddenSize();
  }

  /** One walk's part of [L·D][N][H], or zeros. */
  private void upload(Tensor states, int walk, FloatArray buffer, Columns columns) {
    if (states == null) {
      buffer.init(0f);
    } else {
      shape.upload(states, walk * stateSize(), 1, buffer, columns);
    }
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
