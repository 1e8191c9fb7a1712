package org.tornadogru;

import org.tornadogru.device.Device;
import org.tornadogru.graph.GruPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;

/**
 * A GRU that is fed one step at a time, as data arrives; its state stays on the device.
 *
 * <pre>{@code
 * try (GruStream stream = new GruStream(weights, 1, device)) {
 *   while (sensor.hasNext()) {
 *     float[][] y = stream.step(new float[][] {sensor.next()});     // [1][I] in, [1][O] out
 *   }
 * }
 * }</pre>
 */
public final class GruStream implements AutoCloseable {

  private final GruConfig config;
  private final int batch;
  private final GruPlan plan;
  private float[] start;
  private boolean started;

  /**
   * A stream of several sequences side by side, from zero states.
   *
   * @param batch N
   * @throws InvalidInputException if the GRU walks backwards: it would have to know the end
   */
  public GruStream(Weights weights, int batch, Device device) {
    config = weights.config();
    this.batch = batch;
    if (config.direction() != Direction.FORWARD) {
      throw new InvalidInputException(
          "a stream has no end to begin from: the direction must be FORWARD, not "
              + config.direction());
    }
    plan =
        new GruPlan(
            weights,
            new SequenceShape(1, batch),
            new GruPlan.Use(false, false),
            Placement.on(device));
  }

  /**
   * One step of vectors.
   *
   * @param x [N][I]
   * @return outputs, [N][O]
   */
  public float[][] step(float[][] x) {
    return step(Sequences.of(new float[][][] {x}));
  }

  /**
   * One step of token ids.
   *
   * @param ids [N]
   * @return outputs, [N][O]
   */
  public float[][] step(int... ids) {
    return step(Sequences.ofTokens(new int[][] {ids}));
  }

  private float[][] step(Sequences sequences) {
    Shapes.requireFit(config, sequences);
    if (sequences.batch() != batch) {
      throw new InvalidInputException(
          "the step is of %d sequences but the stream of %d".formatted(sequences.batch(), batch));
    }
    plan.forward(sequences, start, started, 0, 0);
    started = true;
    start = null;
    return GruOutput.nested(plan.outputs(), 1, batch, config.outputSize())[0];
  }

  /** The states behind the last step, [L][N][H]. */
  public float[][][] state() {
    return GruOutput.nested(plan.finalState(), config.walks(), batch, config.hiddenSize());
  }

  /** Begins anew at zero. */
  public void reset() {
    started = false;
    start = null;
  }

  /**
   * Begins anew at a given state.
   *
   * @param state [L][N][H]
   */
  public void reset(float[][][] state) {
    start = Shapes.state(config, state, batch);
    started = false;
  }

  @Override
  public void close() {
    plan.close();
  }
}
