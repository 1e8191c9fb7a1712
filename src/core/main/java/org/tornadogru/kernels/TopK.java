package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Choosing a token by its score, inlined into the kernels that generate. */
public final class TopK {

  private TopK() {}

  /**
   * Draws from {@code softmax(scores / temperature)} restricted to the top-k scores, by inverting
   * the cumulative distribution. Equal scores rank by their index; top-k of 1 is greedy.
   */
  public static int draw(
      FloatArray scores, float temperature, int topK, float uniform, int vocabulary) {
    float largest = -Float.MAX_VALUE;
    int likeliest = 0;
    for (int symbol = 0; symbol < vocabulary; symbol++) {
      float score = scores.get(symbol);
      if (score > largest) {
        largest = score;
        likeliest = symbol;
      }
    }
    // Walks down the ranks to the last score that is kept.
    float last = topK < vocabulary ? Float.MAX_VALUE : -Float.MAX_VALUE;
    int lastSymbol = topK < vocabulary ? -1 : vocabulary;
    int ranks = topK < vocabulary ? topK : 0;
    for (int rank = 0; rank < ranks; rank++) {
      float best = -Float.MAX_VALUE;
      int bestSymbol = 0;
      for (int symbol = 0; symbol < vocabulary; symbol++) {
        float score = scores.get(symbol);
        if (ranksAfter(score, symbol, last, lastSymbol) * (score > best ? 1 : 0) == 1) {
          best = score;
          bestSymbol = symbol;
        }
      }
      last = best;
      lastSymbol = bestSymbol;
    }
    float sum = 0f;
    for (int symbol = 0; symbol < vocabulary; symbol++) {
      sum += weight(scores.get(symbol), symbol, largest, temperature, last, lastSymbol);
    }
    float target = uniform * sum;
    float cumulative = 0f;
    int passed = 0;
    for (int symbol = 0; symbol < vocabulary; symbol++) {
      cumulative += weight(scores.get(symbol), symbol, largest, temperature, last, lastSymbol);
      passed += cumulative > target ? 0 : 1;
    }
    // Rounding may keep the sum from exceeding a target next to it.
    return passed < vocabulary ? passed : likeliest;
  }

  /** 0 for scores beyond the last that is kept. */
  public static float weight(
      float score, int symbol, float largest, float temperature, float last, int lastSymbol) {
    int isLeftOut = ranksAfter(score, symbol, last, lastSymbol);
    return isLeftOut == 1 ? 0f : TornadoMath.exp((score - largest) / temperature);
  }

  /**
   * 1 if a symbol ranks after another one, else 0. Arithmetic, since the compiler for devices loses
   * the second half of a condition of two parts.
   */
  public static int ranksAfter(float score, int symbol, float last, int lastSymbol) {
    int lower = score < last ? 1 : 0;
    int equal = score == last ? 1 : 0;
    int later = symbol > lastSymbol ? 1 : 0;
    return lower + equal * later;
  }
}
