package org.tornadogru.spark;

import java.io.Serializable;

/**
 * What a worker comes to: a model, or why all have stopped.
 *
 * @param model as a safetensors file; null of all workers but the first, and if they have stopped
 * @param summary null where there is no model
 * @param failure null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // travels, and is never compared
record Outcome(byte[] model, TrainingSummary summary, String failure) implements Serializable {

  static Outcome of(String failure) {
    return new Outcome(null, null, failure);
  }
}
