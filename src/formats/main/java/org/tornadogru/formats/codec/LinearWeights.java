package org.tornadogru.formats.codec;

import org.tornadogru.nn.Tensor;

/**
 * The weights of a linear layer behind a GRU, as a file has them.
 *
 * @param weight [O][F]
 * @param bias [O]
 */
public record LinearWeights(Tensor weight, Tensor bias) {

  /** O. */
  public int outputs() {
    return bias.size();
  }
}
