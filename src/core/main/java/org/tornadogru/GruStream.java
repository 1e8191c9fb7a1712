package org.tornadogru;

import java.util.List;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * A GRU that is fed one step at a time, as data arrives; its state stays on the device.
 *
 * <pre>{@code
 * try (GruStream stream = new GruStream(weights, 1, device)) {
 *   while (sensor.hasNext()) {
 *     Tensor y = stream.step(new float[][] {sensor.next()});     // [1][I] in, [1][O] out
 *   }
 * }
 * }</pre>
 */
public final class GruStream implements AutoCloseable {

  private final Gru gru;
  private final int batch;
  private Tensor state;

  /**
   * A stream of several sequences side by side, from zero states.
   *
   * @param batch N
   * @throws InvalidInputException if the GRU walks backwards: it would have to know the end
   */
  public GruStream(Weights weights, int batch, Device device) {
    this.batch = batch;
    gru = Gru.stateful(weights, device);
    if (gru.config().direction() != Direction.FORWARD) {
      throw new InvalidInputException(
          "a stream has no end to begin from: the direction must be FORWARD, not "
              + gru.config().direction());
    }
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
    GruOutput output = gru.forward(sequences);
    state = output.finalStates();
    return output.last();
  }

  /** The states behind the last step, [L][N][H]. */
  public Tensor state() {
    return state;
  }

  /** Begins anew at zero. */
  public void reset() {
    List<Integer> shape = List.of(gru.config().walks(), batch, gru.config().hiddenSize());
    reset(Tensor.of("zero states", shape, place -> 0));
  }

  /**
   * Begins anew at a given state.
   *
   * @param state [L][N][H]
   */
  public void reset(Tensor state) {
    Shapes.requireState(gru.config(), state, batch);
    this.state = state;
    gru.resetState(state);
  }

  @Override
  public void close() {
    gru.close();
  }
}
