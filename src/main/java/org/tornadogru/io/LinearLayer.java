package org.tornadogru.io;

import java.util.List;
import org.tornadogru.nn.Tensor;

/**
 * The linear layer behind a GRU.
 *
 * @param outputs O
 * @param inputs F
 * @param weights [O][F]
 * @param bias [O]
 */
@SuppressWarnings("ArrayRecordComponent") // large, handed on, never compared
record LinearLayer(int outputs, int inputs, float[] weights, float[] bias) {

  List<Tensor> tensors() {
    return List.of(
        new Tensor("linear.weight", List.of(outputs, inputs), weights),
        new Tensor("linear.bias", List.of(outputs), bias));
  }
}
