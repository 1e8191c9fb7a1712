package org.tornadogru;

import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Loss;

/**
 * What a model is asked for: a linear layer behind the GRU, and the loss that it is trained by.
 *
 * @param ofLast whether it is asked once per sequence, of the final state, or at every step
 * @param loss cross-entropy for a classifier, squared error for a regression
 * @param outputs classes, or values to predict
 */
public record Head(boolean ofLast, Loss loss, int outputs) {

  public Head {
    if (outputs < 1) {
      throw new InvalidInputException("a head has at least one output, not " + outputs);
    }
  }

  /** One class per sequence. */
  public static Head classifyLast(int classes) {
    return new Head(true, Loss.CROSS_ENTROPY, classes);
  }

  /** One class per step. */
  public static Head classifyEachStep(int classes) {
    return new Head(false, Loss.CROSS_ENTROPY, classes);
  }

  /** Values per sequence. */
  public static Head predictLast(int values) {
    return new Head(true, Loss.SQUARED_ERROR, values);
  }

  /** Values per step. */
  public static Head predictEachStep(int values) {
    return new Head(false, Loss.SQUARED_ERROR, values);
  }
}
