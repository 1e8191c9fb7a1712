package org.tornadogru.spark;

import java.io.Serializable;

/**
 * What a worker comes to: a model, or why all have stopped.
 *
 * @param worker which one
 * @param model as a safetensors file; null if they have stopped
 * @param summary null if they have stopped
 * @param failure null if they have not
 */
@SuppressWarnings("ArrayRecordComponent") // travels, and is never compared
record Outcome(int worker, byte[] model, TrainingSummary summary, String failure)
    implements Serializable {

  /** Whether it is the first worker's; the others have the same. */
  boolean isOfFirst() {
    return worker == 0;
  }
}
