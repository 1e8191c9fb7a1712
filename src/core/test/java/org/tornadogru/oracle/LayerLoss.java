package org.tornadogru.oracle;

import org.tornadogru.nn.Loss;

/** A number to be differentiated. */
// Arrays as record components: these records carry values and are never compared.
@SuppressWarnings("ArrayRecordComponent")
public sealed interface LayerLoss {

  /** What the linear layer is applied to. */
  enum Head {
    /** The output of every step: S = T. */
    EACH_STEP,
    /** The merged final states: S = 1. */
    LAST
  }

  /**
   * {@code Σ dY ⊙ y + Σ dH ⊙ h_n + Σ dLast ⊙ last}, so that the weights are the gradients of what
   * follows.
   *
   * @param y dY, [T][N][O]; null is zero
   * @param finalStates dH, [L·D][N][H]; null is zero
   * @param last dLast, [N][O]; null is zero
   */
  record WeightedSum(double[][][] y, double[][][] finalStates, double[][] last)
      implements LayerLoss {}

  /**
   * The mean of −log softmax(scores)[target] over the targets that are not negative, with the
   * weights and the smoothing of the loss; 0 if all are.
   *
   * @param targets [S][N]
   */
  record CrossEntropy(Head head, int[][] targets, Loss.CrossEntropy loss) implements LayerLoss {
    CrossEntropy(Head head, int[][] targets) {
      this(head, targets, Loss.crossEntropy());
    }
  }

  /**
   * The mean of a loss over the scores of the positions that count; 0 if none does.
   *
   * @param targets [S][N][outputs]
   * @param counted [S][N]; null is everywhere
   */
  record OfValues(Head head, double[][][] targets, boolean[][] counted, Loss loss)
      implements LayerLoss {}
}
