package org.tornadogru.study;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.tornadogru.Gru;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * How much of a gradient arrives at a state some steps back: the root mean square, over places in a
 * text, of {@code ‖∂(v · h_t) / ∂h_(t − k)‖}, v being a random direction. For k = 0 it is 1.
 */
public final class Gradients {

  /** Places in the text. */
  private static final int PLACES = 32;

  private Gradients() {}

  /**
   * The norms for k from 1 on.
   *
   * <p>One batch has all of them. Its row of a lag k begins at the state of k steps before the end,
   * and stands still, masked, until there are k steps left; then the gradient of its initial state
   * is that of the state k steps back.
   *
   * @param weights of a GRU over tokens, of one layer in one direction
   * @param tokens to read, at least {@code 2 · lags}
   * @param lags the largest k
   */
  public static List<Double> norms(Weights weights, int[] tokens, int lags, Device device) {
    int hidden = weights.config().hiddenSize();
    int[] starts = new int[PLACES];
    for (int place = 0; place < PLACES; place++) {
      starts[place] = (int) ((long) place * (tokens.length - 2 * lags) / PLACES);
    }
    int rows = PLACES * lags;
    int[][] read = new int[lags][rows];
    boolean[][] counted = new boolean[lags][rows];
    for (int step = 0; step < lags; step++) {
      for (int row = 0; row < rows; row++) {
        read[step][row] = tokens[starts[row % PLACES] + lags + step];
        counted[step][row] = step >= lags - lag(row);
      }
    }
    float[] directions = directions(hidden);
    try (Gru gru = new Gru(weights, device)) {
      Tensor states = states(gru, tokens, starts, lags);
      Tensor begin =
          Tensor.of(
              "the states k steps back",
              List.of(1, rows, hidden),
              place -> {
                int row = place / hidden;
                return states.get(2 * lags - lag(row) - 1, row % PLACES, place % hidden);
              });
      Tensor ends =
          Tensor.of(
              "the gradient of the last states",
              List.of(1, rows, hidden),
              place -> directions[place % directions.length]);
      gru.forwardForTraining(Sequences.ofTokens(read).withMask(counted), begin);
      return norms(gru.backward(null, ends).initialStates(), lags);
    }
  }

  private static int lag(int row) {
    return row / PLACES + 1;
  }

  /** The states at the steps of each place, [2 · lags][places][H]. */
  private static Tensor states(Gru gru, int[] tokens, int[] starts, int lags) {
    int[][] read = new int[2 * lags][PLACES];
    for (int step = 0; step < read.length; step++) {
      for (int place = 0; place < PLACES; place++) {
        read[step][place] = tokens[starts[place] + step];
      }
    }
    return gru.forward(Sequences.ofTokens(read)).outputs();
  }

  /** Unit vectors, [places][H]. */
  private static float[] directions(int hidden) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    float[] directions = new float[PLACES * hidden];
    for (int place = 0; place < PLACES; place++) {
      double square = 0;
      for (int unit = 0; unit < hidden; unit++) {
        double value = random.nextGaussian();
        directions[place * hidden + unit] = (float) value;
        square += value * value;
      }
      for (int unit = 0; unit < hidden; unit++) {
        directions[place * hidden + unit] /= (float) Math.sqrt(square);
      }
    }
    return directions;
  }

  private static List<Double> norms(Tensor gradients, int lags) {
    int perLag = gradients.size() / lags;
    List<Double> norms = new ArrayList<>();
    for (int lag = 0; lag < lags; lag++) {
      double square = 0;
      for (int place = lag * perLag; place < (lag + 1) * perLag; place++) {
        square += (double) gradients.at(place) * gradients.at(place);
      }
      norms.add(Math.sqrt(square / PLACES));
    }
    return norms;
  }
}
