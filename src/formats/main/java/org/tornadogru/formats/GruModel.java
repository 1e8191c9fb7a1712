package org.tornadogru.formats;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * A GRU as files hold it, whatever their format.
 *
 * @param weights the configuration and all parameters, with or without a linear layer
 * @param metadata free text in the order of the file: a vocabulary, facts of the training; nothing
 *     of which is needed to compute with the model
 */
public record GruModel(Weights weights, Map<String, String> metadata) {

  /** Loading allocates at most this many times the values that the file has. */
  private static final int LARGEST_EXPANSION = 16;

  public GruModel {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  public GruConfig config() {
    return weights.config();
  }

  /**
   * Weights from a file's tensors.
   *
   * @param outputs of the linear layer, 0 for none
   * @throws InvalidInputException if they do not fit, or a value is not finite; before anything is
   *     allocated that the tensors do not back
   */
  static Weights weights(GruConfig config, int outputs, List<Tensor> tensors) {
    checkSize(config, outputs, tensors);
    tensors.forEach(GruModel::checkFinite);
    return Weights.of(config, outputs, tensors);
  }

  private static void checkSize(GruConfig config, int outputs, List<Tensor> tensors) {
    long values = tensors.stream().mapToLong(tensor -> tensor.values().length).sum();
    double needed = outputs * (config.outputSize() + 1.0);
    for (int layer = 0; layer < config.layers(); layer++) {
      double columns = (double) config.inputSize(layer) + config.hiddenSize() + 2;
      needed += 3.0 * config.direction().walks() * config.hiddenSize() * columns;
    }
    if (needed > LARGEST_EXPANSION * (values + 1024.0)) {
      throw new InvalidInputException(
          "a model of %d inputs, %d hidden units and %d outputs has %.0f weights but the file has %d: tensors are missing or have other shapes"
              .formatted(config.inputSize(), config.hiddenSize(), outputs, needed, values));
    }
  }

  private static void checkFinite(Tensor tensor) {
    for (float value : tensor.values()) {
      if (!Float.isFinite(value)) {
        throw new InvalidInputException(
            "tensor %s holds %s: the model diverged or the file is damaged"
                .formatted(Quoted.oneLine(tensor.name()), value));
      }
    }
  }
}
