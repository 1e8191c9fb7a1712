package org.tornadogru;

import java.util.List;
import java.util.Objects;
import org.tornadogru.device.Device;
import org.tornadogru.graph.Access;
import org.tornadogru.graph.GruPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * A GRU on a device: layers, directions, masks and all that {@link GruConfig} knows. The weights
 * are uploaded once for each shape of batch that it meets, and the last shape's stay.
 *
 * <pre>{@code
 * GruConfig config = GruConfig.builder(3, 5).layers(2).direction(Direction.BIDIRECTIONAL).build();
 * Weights weights = Weights.initial(config, 0, Initialization.UNIFORM, seed);
 * try (Gru gru = new Gru(weights, Device.fastest())) {
 *   GruOutput output = gru.forward(Sequences.ofBatchFirst(x).withLengths(4, 2));
 *   float[][][] y = output.outputsBatchFirst().to3d();    // [N][T][2·5]
 *   Tensor state = output.finalStates();                  // [2·2][N][5]
 * }
 * }</pre>
 *
 * <p>For one thread at a time: another one that calls it meanwhile is refused.
 */
public final class Gru implements AutoCloseable {

  private final Access access = new Access("Gru");
  private final Weights weights;
  private final GruConfig config;
  private final Placement placement;
  private final boolean stateful;
  private Prepared prepared;
  private boolean training;

  /** Where the last batch of a stateful GRU ended; null at the zero state. */
  private Tensor carried;

  /** Whether {@link #carried} is what the plan has on the device. */
  private boolean resident;

  private long seed;
  private int execution;

  /** What a run of the GRU is for. */
  private enum Pass {
    FORWARD,
    GATES,
    TRAINING
  }

  /** A plan, and what it was made for. */
  private record Prepared(SequenceShape shape, GruPlan.Use use, GruPlan plan) {}

  /** A GRU that begins every batch at the state it is given, zero unless told. */
  public Gru(Weights weights, Device device) {
    this(weights, Placement.on(device), false);
  }

  private Gru(Weights weights, Placement placement, boolean stateful) {
    this.weights = Objects.requireNonNull(weights, "weights");
    this.placement = placement;
    this.stateful = stateful;
    config = weights.config();
  }

  /**
   * A GRU that begins every batch where the previous one ended: sequence n goes on in row n of the
   * next batch. Gradients stop at the border, which is truncated backpropagation through time.
   */
  public static Gru stateful(Weights weights, Device device) {
    return stateful(weights, Placement.on(device));
  }

  /** The same on a device with the kernels of a placement. */
  static Gru stateful(Weights weights, Placement placement) {
    return new Gru(weights, placement, true);
  }

  public GruConfig config() {
    return config;
  }

  /** Dropout draws from this seed from now on. */
  public void seed(long value) {
    access.open(
        () -> {
          seed = value;
          execution = 0;
        });
  }

  /**
   * Runs the GRU, without dropout.
   *
   * @throws InvalidInputException if the sequences do not fit the configuration
   */
  public GruOutput forward(Sequences sequences) {
    return access.open(() -> run(sequences, null, Pass.FORWARD));
  }

  /**
   * Runs the GRU from a given state, without dropout.
   *
   * @param initialState h₀, [L·D][N][H]: layer by layer, forward before reverse
   * @throws InvalidInputException if the sequences or the state do not fit the configuration
   */
  public GruOutput forward(Sequences sequences, Tensor initialState) {
    return access.open(() -> run(sequences, initialState, Pass.FORWARD));
  }

  /**
   * Runs the GRU without dropout, and brings back what its gates did, which takes the memory and
   * the time of four more tensors of each layer: {@link GruOutput#gates}.
   *
   * @param initialState h₀, [L·D][N][H], or null for zeros
   * @throws InvalidInputException if the sequences or the state do not fit the configuration
   */
  public GruOutput forwardWithGates(Sequences sequences, Tensor initialState) {
    return access.open(() -> run(sequences, initialState, Pass.GATES));
  }

  /**
   * Runs the GRU with dropout, and keeps on the device what {@link #backward} needs.
   *
   * @param initialState h₀, [L·D][N][H], or null for zeros
   * @throws InvalidInputException if the sequences or the state do not fit the configuration
   */
  public GruOutput forwardForTraining(Sequences sequences, Tensor initialState) {
    return access.open(() -> run(sequences, initialState, Pass.TRAINING));
  }

  /**
   * Backpropagates through the last {@link #forwardForTraining}, which is then used up.
   *
   * @param outputs ∂L/∂y, [T][N][O], or null for zeros
   * @param finalStates ∂L/∂h_n, [L·D][N][H], or null for zeros
   * @throws IllegalStateException if there was none
   * @throws InvalidInputException if a gradient has another shape than what it belongs to
   */
  public GruGradients backward(Tensor outputs, Tensor finalStates) {
    return access.open(() -> runBackward(outputs, finalStates));
  }

  private GruGradients runBackward(Tensor outputs, Tensor finalStates) {
    if (prepared == null || !training) {
      throw new IllegalStateException("backward follows forwardForTraining, once");
    }
    SequenceShape shape = prepared.shape;
    if (outputs != null) {
      Shapes.require(
          "the gradient of the outputs",
          outputs,
          List.of(shape.steps(), shape.batch(), config.outputSize()),
          "[steps][batch][outputs]");
    }
    if (finalStates != null) {
      Shapes.requireState(config, finalStates, shape.batch());
    }
    GruPlan plan = prepared.plan;
    training = false; // what backward reads of the forward pass, it overwrites
    plan.backward(outputs, finalStates);
    return new GruGradients(
        plan.inputGradients(), plan.initialStateGradients(), plan.parameterGradients().tensors());
  }

  /** Forgets the carried state: the next batch begins at zero, or at the state it is given. */
  public void resetState() {
    resetState(null);
  }

  /**
   * The next batch of a stateful GRU begins at a given state.
   *
   * @param state [L·D][N][H], or null for zeros
   */
  void resetState(Tensor state) {
    access.open(
        () -> {
          carried = state;
          resident = false;
        });
  }

  private GruOutput run(Sequences sequences, Tensor initialState, Pass pass) {
    Shapes.requireFit(config, sequences, false);
    SequenceShape shape = new SequenceShape(sequences.steps(), sequences.batch());
    if (initialState != null) {
      Shapes.requireState(config, initialState, shape.batch());
    } else if (carried != null && carried.shape().get(1) != shape.batch()) {
      throw new InvalidInputException(
          "the carried state is of %d sequences but the batch has %d: reset the state first"
              .formatted(carried.shape().get(1), shape.batch()));
    }
    boolean trains = pass == Pass.TRAINING;
    boolean gates = pass == Pass.GATES;
    prepare(shape, new GruPlan.Use(trains, gates, sequences.isMasked()));
    GruPlan plan = prepared.plan;
    plan.forward(
        sequences,
        initialState == null ? carried : initialState,
        initialState == null && resident,
        seed,
        execution++);
    training = trains;
    GruOutput output =
        new GruOutput(
            config,
            plan.outputs(),
            plan.finalStates(),
            plan.last(),
            gates ? plan.gates() : List.of());
    if (stateful) {
      carried = output.finalStates();
      resident = true;
    }
    return output;
  }

  private void prepare(SequenceShape shape, GruPlan.Use use) {
    if (prepared != null && prepared.shape.equals(shape) && prepared.use.equals(use)) {
      return;
    }
    release();
    prepared = new Prepared(shape, use, new GruPlan(weights, shape, use, placement));
  }

  /** Frees the device's memory; the second time without effect. */
  @Override
  public void close() {
    access.close(this::release);
  }

  private void release() {
    if (prepared != null) {
      prepared.plan.close();
      prepared = null;
      resident = false;
    }
  }
}
