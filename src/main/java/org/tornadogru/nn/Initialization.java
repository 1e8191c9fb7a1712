package org.tornadogru.nn;

import java.util.random.RandomGenerator;

/** How weights begin. */
public enum Initialization {
  /** Weights N(0, 0.01²), biases 0: d2l from scratch. */
  NORMAL {
    @Override
    float weight(RandomGenerator random, int hiddenSize) {
      return (float) (0.01 * random.nextGaussian());
    }

    @Override
    float bias(RandomGenerator random, int hiddenSize) {
      return 0f;
    }
  },
  /** Weights and biases U(−1/√H, 1/√H): PyTorch, and so d2l concise. */
  UNIFORM {
    @Override
    float weight(RandomGenerator random, int hiddenSize) {
      double bound = 1 / Math.sqrt(hiddenSize);
      return (float) (bound * (2 * random.nextDouble() - 1));
    }

    @Override
    float bias(RandomGenerator random, int hiddenSize) {
      return weight(random, hiddenSize);
    }
  };

  abstract float weight(RandomGenerator random, int hiddenSize);

  abstract float bias(RandomGenerator random, int hiddenSize);
}
