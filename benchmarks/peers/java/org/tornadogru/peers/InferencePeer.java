package org.tornadogru.peers;

/** Scores the next token after each token of a batch, from the zero state. */
public non-sealed interface InferencePeer extends Peer {

  /**
   * Computes the logits, and leaves them in the library's own host memory.
   *
   * @param tokens [steps][batch]
   */
  void infer(int[] tokens);

  /** The logits computed last, [steps][batch][vocabulary]. */
  float[] logits();
}
