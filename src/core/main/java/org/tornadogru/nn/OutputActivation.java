package org.tornadogru.nn;

/** What becomes of a model's outputs, each vector of them by itself. */
public enum OutputActivation {
  /** Nothing: scores, or values. */
  LINEAR,
  /** {@code exp(xᵢ) / Σⱼ exp(xⱼ)}. */
  SOFTMAX,
  /** {@code xᵢ − log Σⱼ exp(xⱼ)}. */
  LOG_SOFTMAX,
  /** {@code 1 / (1 + exp(−xᵢ))}. */
  SIGMOID;

  /**
   * The function of every vector.
   *
   * @param x [any][…][size]
   */
  public Tensor of(Tensor x) {
    int size = x.shape().getLast();
    return switch (this) {
      case LINEAR -> x;
      case SIGMOID ->
          Tensor.of(x.name(), x.shape(), place -> (float) (1 / (1 + Math.exp(-x.at(place)))));
      case SOFTMAX, LOG_SOFTMAX -> {
        double[] logSums = new double[x.size() / size];
        for (int row = 0; row < logSums.length; row++) {
          logSums[row] = logSum(x, row * size, size);
        }
        yield Tensor.of(
            x.name(),
            x.shape(),
            place -> {
              double log = x.at(place) - logSums[place / size];
              return (float) (this == SOFTMAX ? Math.exp(log) : log);
            });
      }
    };
  }

  /** log Σ exp, without overflow. */
  private static double logSum(Tensor x, int from, int size) {
    double most = Double.NEGATIVE_INFINITY;
    for (int place = from; place < from + size; place++) {
      most = Math.max(most, x.at(place));
    }
    double sum = 0;
    for (int place = from; place < from + size; place++) {
      sum += Math.exp(x.at(place) - most);
    }
    return most + Math.log(sum);
  }
}
