package org.tornadogru.bench;

import java.util.List;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.Sequences;
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
  default float train(int[] tokens) {
    throw new UnsupportedOperationException();
  }

  /** The weights as they are now, as PyTorch's tensors. */
  default List<Tensor> weights() {
    throw new UnsupportedOperationException();
  }

  /**
   * Computes the scores of the next token after each token, from the zero state, and leaves them in
   * the library's own host memory.
   *
   * @param tokens [steps][batch]
   */
  default void score(int[] tokens) {
    throw new UnsupportedOperationException();
  }

  /** The scores computed last, [steps][batch][vocabulary]. */
  default float[] logits() {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads a token from the zero state and goes on with the likeliest one, over and over.
   *
   * @param count tokens to write
   */
  default int[] write(int first, int count) {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs the layers from the zero state, and leaves the outputs in the library's own host memory.
   *
   * @param sequences vectors, [steps][batch][inputs]
   */
  default void forward(Sequences sequences) {
    throw new UnsupportedOperationException();
  }

  /**
   * Multiplies two square matrices, and leaves the product in the library's own host memory.
   *
   * @param left [1][n][n]
   * @param right [1][n][n]
   */
  default void multiply(Tensor left, Tensor right) {
    throw new UnsupportedOperationException();
  }

  /**
   * What the last {@link #forward}, {@link #differentiate} or {@link #multiply} computed,
   * [steps][batch][outputs].
   */
  default float[] outputs() {
    throw new UnsupportedOperationException();
  }

  /**
   * Runs the layers forward and backward, and leaves the gradients in the library's own host
   * memory. The weights count as changed since the last time.
   *
   * @param sequences vectors, [steps][batch][inputs]
   * @param outputGradients ∂L/∂y, [steps][batch][outputs]
   */
  default void differentiate(Sequences sequences, Tensor outputGradients) {
    throw new UnsupportedOperationException();
  }

  /**
   * The gradients of the last {@link #differentiate}: ∂L/∂x, called {@code inputs}, and those of
   * the parameters as PyTorch's tensors.
   */
  default List<Tensor> gradients() {
    throw new UnsupportedOperationException();
  }

  /** What crossed between host and device so far; nothing where there is no device. */
  default Transfers transfers() {
    return Transfers.NONE;
  }

  @Override
  void close();
}
