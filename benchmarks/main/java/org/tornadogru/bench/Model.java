package org.tornadogru.bench;

import java.util.List;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.Tensor;

/**
 * The model of a work as a library has loaded it, with the memory of a device or of native code
 * that it owns. Only what its kind of work needs is asked of it.
 */
public interface Model extends AutoCloseable {

  /**
   * One update on a batch: forward, backward, clip, descend.
   *
   * @param tokens inputs are rows [0, steps), targets rows [1, steps]: [steps + 1][batch]
   * @return the mean cross-entropy before the update, in nats
   */
  float train(int[] tokens);

  /** The weights as they are now, as PyTorch's tensors. */
  List<Tensor> weights();

  /**
   * Computes the scores of the next token after each token, from the zero state, and leaves them in
   * the library's own host memory.
   *
   * @param tokens [steps][batch]
   */
  void score(int[] tokens);

  /** The scores computed last, [steps][batch][vocabulary]. */
  float[] logits();

  /**
   * Reads a token from the zero state and goes on with the likeliest one, over and over.
   *
   * @param count tokens to write
   */
  int[] write(int first, int count);

  /** What crossed between host and device so far; nothing where there is no device. */
  default Transfers transfers() {
    return Transfers.NONE;
  }

  @Override
  void close();
}
