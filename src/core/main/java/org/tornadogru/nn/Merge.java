package org.tornadogru.nn;

/** What a bidirectional layer makes of its two outputs of a step. */
public enum Merge {
  /** Side by side, forward first, [2H]: PyTorch, Keras' default. */
  CONCAT,
  /** Their sum, [H]. */
  SUM,
  /** Their mean, [H]. */
  AVERAGE,
  /** Their product, element by element, [H]. */
  MULTIPLY;

  /** Features of the merged output. */
  public int size(int hiddenSize, int walks) {
    return this == CONCAT ? walks * hiddenSize : hiddenSize;
  }
}
