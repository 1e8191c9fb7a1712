package org.tornadogru.nn;

/**
 * Which of its gates a layer uses. The gate that is left out keeps its rows of the weights; they
 * have no effect, and their gradient is 0.
 *
 * @see <a href="https://d2l.ai/chapter_recurrent-modern/gru.html#exercises">d2l, exercises 3 and
 *     4</a>
 */
public enum Gating {
  /** A GRU. */
  FULL,
  /** r alone: {@code h' = n}, as with z = 0. */
  RESET_ONLY,
  /** z alone: as with r = 1. */
  UPDATE_ONLY,
  /** A plain recurrent network: {@code h' = tanh(W_in x + b_in + W_hn h + b_hn)}. */
  NONE;

  /** Whether r acts. */
  public boolean resets() {
    return this == FULL || this == RESET_ONLY;
  }

  /** Whether z acts. */
  public boolean updates() {
    return this == FULL || this == UPDATE_ONLY;
  }
}
