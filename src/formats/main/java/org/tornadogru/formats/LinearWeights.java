package org.tornadogru.formats;

import java.util.List;
import org.tornadogru.nn.Tensor;

/**
 * The weights of the linear layer behind a GRU, as a file has them.
 *
 * @param outputs O
 * @param inputs F
 * @param weights [O][F]
 * @param bias [O]
 */
@SuppressWarnings("ArrayRecordComponent") // large, handed on, never compared
record LinearWeights(int outputs, int inputs, float[] weights, float[] bias) {

  List<Tensor> tensors() {
    return List.of(
        new Tensor("linear.weight", List.of(outputs, inputs), weights),
        new Tensor("linear.bias", List.of(outputs), bias));
  }
}
