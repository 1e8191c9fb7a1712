package org.tornadogru.train;

import java.util.Arrays;
import org.tornadogru.device.Device;
import org.tornadogru.graph.EvaluationPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.TokenBatches;

/**
 * Measures a model on a whole text: every character but the first is predicted once.
 *
 * <p>The text is cut into windows that follow one another, each read from the zero state as in
 * training. The last window, and the last batch, are filled up with padding.
 *
 * <pre>
 *  tokens       t h e   t i m e   m a c h i n e
 *  steps = 4    └───────┘                          predicts  h e ␣ t
 *                       └───────┘                            i m e ␣
 *                               └───────┘                    m a c h …
 * </pre>
 */
public final class Evaluator {

  private static final int LARGEST_BATCH = 1024;

  private final Weights weights;
  private final Device device;

  public Evaluator(Weights weights, Device device) {
    this.weights = weights;
    this.device = device;
  }

  /**
   * The mean loss over a text.
   *
   * @param tokens [characters]
   * @param steps predictions per window, as in training
   * @throws InvalidInputException if there is nothing to predict
   */
  public Evaluation evaluate(int[] tokens, int steps) {
    if (tokens.length < 2) {
      throw new InvalidInputException(
          "the text has %d characters after encoding: at least 2 are needed to predict one"
              .formatted(tokens.length));
    }
    int characters = tokens.length - 1;
    int windowSteps = Math.min(steps, characters);
    int windows = Math.ceilDiv(characters, windowSteps);
    // Equal batches, so that little is padding.
    int batches = Math.ceilDiv(windows, LARGEST_BATCH);
    SequenceShape shape = new SequenceShape(windowSteps, Math.ceilDiv(windows, batches));
    TrainingConfig.requireFit(weights.config(), shape);
    int[] batch = new int[shape.tokens()];
    double sum = 0;
    try (EvaluationPlan plan = new EvaluationPlan(weights, shape, Placement.on(device))) {
      for (int first = 0; first < windows; first += shape.batch()) {
        int targets = fill(batch, tokens, first, shape);
        sum += (double) plan.evaluate(batch) * targets;
      }
      return new Evaluation(sum / characters, characters, plan.transfers());
    }
  }

  /** Writes windows {@code first} and following, time-major, and returns the number of targets. */
  private static int fill(int[] batch, int[] tokens, int first, SequenceShape shape) {
    Arrays.fill(batch, TokenBatches.PADDING);
    int targets = 0;
    for (int row = 0; row < shape.batch(); row++) {
      long start = (long) (first + row) * shape.steps();
      int length = (int) Math.min(shape.steps() + 1L, tokens.length - start);
      // A window of one character has nothing to predict.
      for (int time = 0; time < length && length > 1; time++) {
        batch[time * shape.batch() + row] = tokens[(int) start + time];
      }
      targets += Math.max(0, length - 1);
    }
    return targets;
  }
}
