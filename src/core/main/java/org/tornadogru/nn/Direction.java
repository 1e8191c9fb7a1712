package org.tornadogru.nn;

/** In which order a layer walks through a sequence. */
public enum Direction {
  /** From the first step to the last. */
  FORWARD,
  /** From the last step to the first, with parameters called {@code …_reverse}. */
  REVERSE,
  /** Both, with parameters for each. */
  BIDIRECTIONAL;

  /** D, how many walks there are. */
  public int walks() {
    return this == BIDIRECTIONAL ? 2 : 1;
  }

  /** Whether a walk, counted from 0, begins at the last step. */
  public boolean isReverse(int walk) {
    return this == REVERSE || walk == 1;
  }
}
