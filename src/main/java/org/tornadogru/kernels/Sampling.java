package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Choosing a token by its score, inlined into the kernels that generate. */
public final class Sampling {

  private Sampling() {}

  /**
   * Draws from {@code softmax(scores / temperature)} restricted to the top-k scores, by inverting
   * the cumulative distribution. Equal scores rank by their index; top-k of 1 is greedy.
   */
  public static int draw(
      FloatArray scores, int scoresAt, float temperature, int topK, float uniform, int vocabulary) {
    float largest = scores.get(scoresAt);
    for (int symbol = 1; symbol < vocabulary; symbol++) {
      largest = TornadoMath.max(largest, scores.get(scoresAt + symbol));
    }
    // Walks down the ranks to the last score that is kept.
    float last = largest;
    int lastSymbol = vocabulary;
    if (topK < vocabulary) {
      last = Float.MAX_VALUE;
      lastSymbol = -1;
      for (int rank = 0; rank < topK; rank++) {
        float best = -Float.MAX_VALUE;
        int bestSymbol = 0;
        for (int symbol = 0; symbol < vocabulary; symbol++) {
          float score = scores.get(scoresAt + symbol);
          boolean below = score < last || (score == last && symbol > lastSymbol);
          if (below && score > best) {
            best = score;
            bestSymbol = symbol;
          }
        }
        last = best;
        lastSymbol = bestSymbol;
      }
    } else {
      last = -Float.MAX_VALUE;
    }
    float sum = 0f;
    for (int symbol = 0; symbol < vocabulary; symbol++) {
      float score = scores.get(scoresAt + symbol);
      if (score > last || (score == last && symbol <= lastSymbol)) {
        sum += TornadoMath.exp((score - largest) / temperature);
      }
    }
    float target = uniform * sum;
    float cumulative = 0f;
    int chosen = -1;
    int fallback = 0;
    for (int symbol = 0; symbol < vocabulary; symbol++) {
      float score = scores.get(scoresAt + symbol);
      if (score > last || (score == last && symbol <= lastSymbol)) {
        cumulative += TornadoMath.exp((score - largest) / temperature);
        fallback = symbol;
        if (chosen < 0 && cumulative > target) {
          chosen = symbol;
        }
      }
    }
    return chosen < 0 ? fallback : chosen;
  }
}
