package org.tornadogru;

import java.util.List;
import org.tornadogru.device.Device;
import org.tornadogru.graph.Access;
import org.tornadogru.graph.ModelPlan.Kind;
import org.tornadogru.graph.ModelValues;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Target;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.WeightPrecision;
import org.tornadogru.nn.Weights;

/**
 * A GRU that is fed one step at a time, as data arrives, alone or with the linear layer behind it;
 * its state stays on the device.
 *
 * <pre>{@code
 * try (GruStream stream = new GruStream(weights, Head.predictEachStep(1), 1, device)) {
 *   while (sensor.hasNext()) {
 *     Tensor y = stream.step(new float[][] {sensor.next()});     // [1][I] in, [1][outputs] out
 *   }
 * }
 * }</pre>
 *
 * <p>For one thread at a time: another one that calls it meanwhile is refused.
 */
public final class GruStream implements AutoCloseable {

  /** What takes the steps. */
  private interface Steps {

    /** [N][outputs]. */
    Tensor take(Sequences sequences);

    /** [L][N][H]. */
    Tensor state();

    void beginAt(Tensor state);

    void close();
  }

  private final Access access = new Access("GruStream");
  private final GruConfig config;
  private final int batch;
  private final Steps steps;

  /**
   * A stream of several sequences side by side, from zero states, whose outputs are those of the
   * GRU.
   *
   * @param batch N
   * @throws InvalidInputException if the GRU walks backwards: it would have to know the end
   */
  public GruStream(Weights weights, int batch, Device device) {
    this(weights, batch, WeightPrecision.F32, device);
  }

  /**
   * The same with matrices that are rounded.
   *
   * @param batch N
   * @param precision of the matrices, those of an embedding too; with {@link WeightPrecision#BF16}
   *     kernels {@code simd} also read half the bytes for a single sequence, of a GRU whose cell is
   *     the standard one and whose embedding is not tied
   * @throws InvalidInputException if the GRU walks backwards: it would have to know the end
   */
  public GruStream(Weights weights, int batch, WeightPrecision precision, Device device) {
    this(weights, batch, precision, Placement.on(device));
  }

  GruStream(Weights weights, int batch, WeightPrecision precision, Placement placement) {
    this(
        weights.config(),
        requireFit(batch),
        new OfGru(precision.round(weights), placement.reading(precision, weights.config(), batch)));
  }

  /**
   * A stream of several sequences side by side, from zero states, whose outputs are those of the
   * linear layer: at every step, whatever the head's target is.
   *
   * @param batch N
   * @throws InvalidInputException if the head does not fit the weights, or the GRU walks backwards:
   *     it would have to know the end
   */
  public GruStream(Weights weights, Head head, int batch, Device device) {
    this(weights, head, batch, WeightPrecision.F32, device);
  }

  /**
   * The same with matrices that are rounded.
   *
   * @param batch N
   * @param precision of the matrices, as of the {@linkplain #GruStream(Weights, int,
   *     WeightPrecision, Device) GRU alone}, and of the layers behind it
   * @throws InvalidInputException if the head does not fit the weights, or the GRU walks backwards:
   *     it would have to know the end
   */
  public GruStream(
      Weights weights, Head head, int batch, WeightPrecision precision, Device device) {
    this(weights, head, batch, precision, Placement.on(device));
  }

  GruStream(Weights weights, Head head, int batch, WeightPrecision precision, Placement placement) {
    this(
        weights.config(),
        requireFit(batch),
        OfModel.of(
            precision.round(weights), head, placement.reading(precision, weights.config(), batch)));
  }

  /** Asked before anything is compiled; also one step of them has to fit an array. */
  private static int requireFit(int batch) {
    return new SequenceShape(1, batch).batch();
  }

  private GruStream(GruConfig config, int batch, Steps steps) {
    if (config.direction() != Direction.FORWARD) {
      throw new InvalidInputException(
          "a stream has no end to begin from: the direction must be FORWARD, not "
              + config.direction());
    }
    this.config = config;
    this.batch = batch;
    this.steps = steps;
    reset();
  }

  /**
   * One step of vectors.
   *
   * @param x [N][I]
   * @return outputs, [N][O]
   */
  public Tensor step(float[][] x) {
    return step(Sequences.of(new float[][][] {x}));
  }

  /**
   * One step of token ids.
   *
   * @param ids [N]
   * @return outputs, [N][O]
   */
  public Tensor step(int... ids) {
    return step(Sequences.ofTokens(new int[][] {ids}));
  }

  private Tensor step(Sequences sequences) {
    if (sequences.batch() != batch) {
      throw new InvalidInputException(
          "the step is of %d sequences but the stream of %d".formatted(sequences.batch(), batch));
    }
    return access.open(() -> steps.take(sequences));
  }

  /** The states behind the last step, [L][N][H]. */
  public Tensor state() {
    return access.open(steps::state);
  }

  /** Begins anew at zero. */
  public void reset() {
    List<Integer> shape = List.of(config.walks(), batch, config.hiddenSize());
    reset(Tensor.of("zero states", shape, place -> 0));
  }

  /**
   * Begins anew at a given state.
   *
   * @param state [L][N][H]
   */
  public void reset(Tensor state) {
    Shapes.requireState(config, state, batch);
    access.open(() -> steps.beginAt(state));
  }

  /** Frees the device's memory; the second time without effect. */
  @Override
  public void close() {
    access.close(steps::close);
  }

  private static final class OfGru implements Steps {
    private final Gru gru;
    private Tensor state;

    OfGru(Weights weights, Placement placement) {
      gru = Gru.stateful(weights, placement);
    }

    @Override
    public Tensor take(Sequences sequences) {
      GruOutput output = gru.forward(sequences);
      state = output.finalStates();
      return output.last();
    }

    @Override
    public Tensor state() {
      return state;
    }

    @Override
    public void beginAt(Tensor begin) {
      state = begin;
      gru.resetState(begin);
    }

    @Override
    public void close() {
      gru.close();
    }
  }

  private record OfModel(BatchRunner runner) implements Steps {

    static OfModel of(Weights weights, Head head, Placement placement) {
      head.requireFit(weights);
      Head last = head.withTarget(Target.LAST); // which of one step is that step
      ModelValues values = new ModelValues(weights, null, placement);
      return new OfModel(new BatchRunner(values, last, null, ShapePolicy.EXACT, true, placement));
    }

    @Override
    public Tensor take(Sequences sequences) {
      return runner.predict(sequences);
    }

    @Override
    public Tensor state() {
      return runner.carried(Kind.PREDICT).orElseThrow();
    }

    @Override
    public void beginAt(Tensor state) {
      runner.beginAt(Kind.PREDICT, state);
    }

    @Override
    public void close() {
      runner.close();
    }
  }
}
