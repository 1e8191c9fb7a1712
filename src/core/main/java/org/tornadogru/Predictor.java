package org.tornadogru;

import org.tornadogru.device.Device;
import org.tornadogru.device.Transfers;
import org.tornadogru.graph.Access;
import org.tornadogru.graph.ModelValues;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * A finished model: a GRU, dense layers if it has such, and a linear layer, without optimizer and
 * labels. Every sequence begins at the zero state, so that a prediction depends on nothing that was
 * predicted before.
 *
 * <pre>{@code
 * try (Predictor predictor = new Predictor(weights, Head.classifyLast(2), device)) {
 *   int[] classes = predictor.classify(sequences);
 * }
 * }</pre>
 *
 * <p>For one thread at a time: another one that calls it meanwhile is refused. Threads that share a
 * device take predictors out of a pool, each with the same {@link Weights}, which never change.
 */
public final class Predictor implements AutoCloseable {

  private final Access access = new Access("Predictor");
  private final ModelValues values;
  private final Head head;
  private final BatchRunner runner;

  /**
   * A model for batches of few shapes, each of which is compiled when it comes first.
   *
   * @throws InvalidInputException if the head does not fit the weights
   */
  public Predictor(Weights weights, Head head, Device device) {
    this(weights, head, ShapePolicy.EXACT, device);
  }

  /**
   * A model for batches of many shapes.
   *
   * @param policy which shapes are compiled
   * @throws InvalidInputException if the head does not fit the weights
   */
  public Predictor(Weights weights, Head head, ShapePolicy policy, Device device) {
    head.requireFit(weights);
    this.head = head;
    values = new ModelValues(weights, null);
    runner = new BatchRunner(values, head, null, policy, false, device);
  }

  public GruConfig config() {
    return values.config();
  }

  public Head head() {
    return head;
  }

  /**
   * The linear layer's outputs: scores of classes or tokens, or values.
   *
   * @return [N][outputs] of final states, otherwise [T][N][outputs]
   * @throws InvalidInputException if the sequences do not fit the model
   */
  public Tensor predict(Sequences sequences) {
    return access.open(() -> runner.predict(sequences));
  }

  /**
   * The likeliest class of every sequence.
   *
   * @return [N]
   * @throws InvalidInputException if the sequences do not fit the model, or the head has outputs at
   *     every step
   */
  public int[] classify(Sequences sequences) {
    return access.open(() -> runner.classify(sequences));
  }

  /** What crossed between host and device so far. */
  public Transfers transfers() {
    return access.any(runner.plans()::transfers);
  }

  /** Frees the device's memory; the second time without effect. */
  @Override
  public void close() {
    access.close(runner::close);
  }
}
