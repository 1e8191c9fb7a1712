package org.tornadogru.text;

import org.tornadogru.nn.InvalidInputException;

/**
 * How the next character is chosen from the model's scores.
 *
 * @param temperature positive; the scores are divided by it, so below 1 likely characters become
 *     likelier still
 * @param topK how many of the likeliest characters to choose from, at least 1; {@link #ALL} for all
 * @param seed of the random numbers; the same seed gives the same text
 */
public record Sampling(float temperature, int topK, long seed) {

  /** Every character may be chosen. */
  public static final int ALL = Integer.MAX_VALUE;

  /**
   * Checks the values.
   *
   * @throws InvalidInputException if one is out of range
   */
  public Sampling {
    if (!(temperature > 0) || Float.isInfinite(temperature)) {
      throw new InvalidInputException(
          "the temperature must be positive and finite, not " + temperature);
    }
    if (topK < 1) {
      throw new InvalidInputException("top-k must be at least 1, not " + topK);
    }
  }

  /** Always the likeliest character, as d2l predicts. */
  public static Sampling greedy() {
    return new Sampling(1f, 1, 0);
  }
}
