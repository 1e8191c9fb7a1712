package org.tornadogru.nn;

/** What a model's outputs are compared with. */
public enum Target {
  /** One label per sequence, for the final state. */
  LAST,
  /** One label per step. */
  EACH_STEP,
  /** The token one step on: a language model. */
  NEXT_TOKEN
}
