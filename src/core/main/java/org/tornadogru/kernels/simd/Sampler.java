package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.tornadogru.kernels.TopK;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twin of {@link TopK#draw}: the same token from the same scores, in one pass over them instead of
 * one for each that is kept, and with one exponential for each that is kept.
 */
final class Sampler {

  private final FloatArray scores;
  private final float[] array;
  private final int at;
  private final int vocabulary;
  private final int topK;

  /** Symbols to choose from; of one alone nothing is chosen, and nothing is here. */
  private final int[] kept;

  private final float[] weights;

  /**
   * A sampler of scores that change from one draw to the next.
   *
   * @param topK from 1 on
   */
  Sampler(FloatArray scores, int topK, int vocabulary) {
    this.scores = scores;
    Floats floats = Floats.of(scores);
    array = floats.array();
    at = floats.at();
    this.vocabulary = vocabulary;
    this.topK = Math.min(topK, vocabulary);
    boolean isGreedy = this.topK == 1;
    kept = new int[isGreedy ? 0 : this.topK];
    weights = new float[kept.length];
  }

  /** A symbol, see {@link TopK#draw}. */
  int draw(float temperature, float uniform) {
    float largest = largest();
    if (!(Math.abs(largest) < Float.MAX_VALUE)) {
      return TopK.draw(scores, temperature, topK, uniform, vocabulary); // NaN and infinities
    }
    int likeliest = 0;
    while (array[at + likeliest] != largest) {
      likeliest++;
    }
    if (kept.length == 0) {
      return likeliest;
    }
    keep();
    float sum = 0f;
    for (int i = 0; i < kept.length; i++) {
      float score = array[at + kept[i]];
      weights[i] = TopK.weight(score, kept[i], largest, temperature, -Float.MAX_VALUE, vocabulary);
      sum += weights[i];
    }
    float target = uniform * sum;
    float cumulative = 0f;
    for (int i = 0; i < kept.length; i++) {
      cumulative += weights[i];
      if (cumulative > target) {
        return kept[i];
      }
    }
    return likeliest;
  }

  private float largest() {
    FloatVector maxima = broadcast(Float.NEGATIVE_INFINITY);
    int symbol = 0;
    for (; symbol + Vectors.LENGTH <= vocabulary; symbol += Vectors.LENGTH) {
      maxima = maxima.max(load(array, at + symbol));
    }
    float largest = maxima.reduceLanes(VectorOperators.MAX);
    for (; symbol < vocabulary; symbol++) {
      largest = Math.max(largest, array[at + symbol]);
    }
    return largest;
  }

  /** Those of the highest ranks, in the order of their numbers. */
  private void keep() {
    Arrays.setAll(kept, symbol -> symbol);
    if (kept.length == vocabulary) {
      return;
    }
    // A heap whose root ranks last; a later symbol of the same score would rank behind it.
    for (int place = kept.length / 2 - 1; place >= 0; place--) {
      sink(place);
    }
    for (int symbol = kept.length; symbol < vocabulary; symbol++) {
      if (array[at + symbol] > array[at + kept[0]]) {
        kept[0] = symbol;
        sink(0);
      }
    }
    Arrays.sort(kept);
  }

  /** Restores the heap below a place whose symbol may rank before those there. */
  private void sink(int place) {
    int symbol = kept[place];
    int parent = place;
    for (int child = 2 * parent + 1; child < kept.length; child = 2 * parent + 1) {
      if (child + 1 < kept.length && ranksAfter(kept[child + 1], kept[child])) {
        child++;
      }
      if (!ranksAfter(kept[child], symbol)) {
        break;
      }
      kept[parent] = kept[child];
      parent = child;
    }
    kept[parent] = symbol;
  }

  private boolean ranksAfter(int symbol, int other) {
    return TopK.ranksAfter(array[at + symbol], symbol, array[at + other], other) == 1;
  }
}
