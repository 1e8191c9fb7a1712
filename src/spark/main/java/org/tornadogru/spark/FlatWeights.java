package org.tornadogru.spark;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * All numbers of a model's weights, or of its gradients, one after the other.
 *
 * @param config of the model
 * @param outputs of its linear layer
 */
record FlatWeights(GruConfig config, int outputs) {

  /** How many there are. */
  int size() {
    return Weights.zeros(config, outputs).count();
  }

  /**
   * The numbers, times a factor.
   *
   * @param more places behind them
   */
  float[] of(Weights weights, double factor, int more) {
    float[] flat = new float[weights.count() + more];
    int at = 0;
    for (Tensor tensor : weights.tensors()) {
      for (int place = 0; place < tensor.size(); place++) {
        flat[at++] = (float) (tensor.at(place) * factor);
      }
    }
    return flat;
  }

  /** Weights of the numbers, divided. */
  Weights weights(float[] flat, float divisor) {
    List<Tensor> tensors = new ArrayList<>();
    int start = 0;
    for (Parameter parameter : Parameter.of(config, outputs)) {
      int first = start;
      Tensor tensor =
          Tensor.of(parameter.name(), parameter.shape(), place -> flat[first + place] / divisor);
      tensors.add(tensor);
      start += tensor.size();
    }
    return Weights.of(config, outputs, tensors);
  }
}
