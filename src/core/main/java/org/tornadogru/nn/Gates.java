package org.tornadogru.nn;

/**
 * What the gates of one walk did, a layer in one direction, at each step of a batch. All tensors
 * are [T][N][H], in the order of the input whatever the walk's is, H being the layer's own size.
 *
 * <pre>{@code
 * try (Gru gru = new Gru(weights, device)) { // a linear layer behind it is left out
 *   for (Gates gates : gru.forwardWithGates(sequences, null).gates()) {
 *     float z = gates.update().get(3, 0, 1); // step, sequence, unit
 *   }
 * }
 * }</pre>
 *
 * <p>With h the state behind the step that the walk took before, at first its initial state, each
 * step has {@code h' = (1 − z) ⊙ n + z ⊙ h}. At a step that does not count the walk stands still: z
 * is 1, r and n are 0, and h' is h. Of a layer that does without one of its gates ({@link Gating}),
 * r is 1, and z is 0, at all steps that count.
 *
 * @param layer counted from 0
 * @param reverse whether the walk begins at the last step
 * @param reset r
 * @param update z
 * @param candidate n
 * @param states h'
 * @see GruConfig
 */
public record Gates(
    int layer, boolean reverse, Tensor reset, Tensor update, Tensor candidate, Tensor states) {

  /** T. */
  public int steps() {
    return states.shape().get(0);
  }

  /** N. */
  public int batch() {
    return states.shape().get(1);
  }

  /** H of the layer. */
  public int units() {
    return states.shape().get(2);
  }
}
