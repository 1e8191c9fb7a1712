package org.tornadogru.bench;

import java.util.SplittableRandom;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Weights;

/** A problem size, with weights and tokens for it: the same ones every time. */
public enum Shape {
  /** For a quick look. */
  SMALL(28, 32, 64, 16),
  /** d2l's default run. */
  D2L(28, 32, 1024, 32),
  H256(128, 256, 64, 64),
  H512(128, 512, 64, 64);

  private static final long SEED = 1;

  final int vocabulary;
  final int hidden;
  final int batch;
  final int steps;

  Shape(int vocabulary, int hidden, int batch, int steps) {
    this.vocabulary = vocabulary;
    this.hidden = hidden;
    this.batch = batch;
    this.steps = steps;
  }

  Weights weights(ResetPlacement reset) {
    return Weights.initial(
        GruConfig.ofTokens(vocabulary, hidden, reset), vocabulary, Initialization.UNIFORM, SEED);
  }

  /** [rows][batch]. */
  int[] tokens(int rows) {
    return new SplittableRandom(SEED).ints((long) rows * batch, 0, vocabulary).toArray();
  }
}
