package org.tornadogru.study;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.tornadogru.Gru;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * How much of a gradient arrives at a state some steps back: the root mean square, over sequences,
 * of {@code ‖∂(v · h_T) / ∂h_(T − k)‖}, v being a random direction. For k = 0 it is 1.
 */
public final class Gradients {

  /** Places in a text. */
  private static final int PLACES = 32;

  private Gradients() {}

  /**
   * Sequences from all over a text, [2 · lags][places], of which the first half leads up to states
   * that are usual in it.
   */
  public static Sequences places(int[] tokens, int lags) {
    int[][] read = new int[2 * lags][PLACES];
    for (int place = 0; place < PLACES; place++) {
      int start = (int) ((long) place * (tokens.length - read.length) / PLACES);
      for (int step = 0; step < read.length; step++) {
        read[step][place] = tokens[start + step];
      }
    }
    return Sequences.ofTokens(read);
  }

  /**
   * The norms for k from 1 on.
   *
   * <p>One batch has all of them. Its row of a lag k begins at the state of k steps before the end,
   * and stands still, masked, until there are k steps left; then the gradient of its initial state
   * is that of the state k steps back.
   *
   * @param weights of a GRU of one layer in one direction
   * @param read to the end, [T][N]
   * @param lags the largest k, below T
   */
  public static List<Double> norms(Weights weights, Sequences read, int lags, Device device) {
    int steps = read.steps();
    int batch = read.batch();
    int hidden = weights.config().hiddenSize();
    int[] sequences = IntStream.range(0, batch * lags).map(row -> row % batch).toArray();
    boolean[][] counted = new boolean[steps][sequences.length];
    for (int step = 0; step < steps; step++) {
      for (int row = 0; row < sequences.length; row++) {
        counted[step][row] = step >= steps - lag(row, batch);
      }
    }
    List<Integer> shape = List.of(1, sequences.length, hidden);
    float[] directions = directions(batch, hidden);
    try (Gru gru = new Gru(weights, device)) {
      Tensor states = gru.forward(read).outputs();
      Tensor begin =
          Tensor.of(
              "the states k steps back",
              shape,
              place -> {
                int row = place / hidden;
                return states.get(steps - lag(row, batch) - 1, sequences[row], place % hidden);
              });
      Tensor ends =
          Tensor.of(
              "the gradient of the last states",
              shape,
              place -> directions[place % directions.length]);
      gru.forwardForTraining(read.rows(sequences).withMask(counted), begin);
      return norms(gru.backward(null, ends).initialStates(), lags, batch);
    }
  }

  private static int lag(int row, int batch) {
    return row / batch + 1;
  }

  /** Unit vectors, [N][H]. */
  private static float[] directions(int batch, int hidden) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    float[] directions = new float[batch * hidden];
    for (int row = 0; row < batch; row++) {
      double square = 0;
      for (int place = row * hidden; place < (row + 1) * hidden; place++) {
        double value = random.nextGaussian();
        directions[place] = (float) value;
        square += value * value;
      }
      for (int place = row * hidden; place < (row + 1) * hidden; place++) {
        directions[place] /= (float) Math.sqrt(square);
      }
    }
    return directions;
  }

  private static List<Double> norms(Tensor gradients, int lags, int batch) {
    int perLag = gradients.size() / lags;
    List<Double> norms = new ArrayList<>();
    for (int lag = 0; lag < lags; lag++) {
      double square = 0;
      for (int place = lag * perLag; place < (lag + 1) * perLag; place++) {
        square += (double) gradients.at(place) * gradients.at(place);
      }
      norms.add(Math.sqrt(square / batch));
    }
    return norms;
  }
}
