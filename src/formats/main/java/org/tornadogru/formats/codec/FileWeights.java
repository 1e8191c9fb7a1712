package org.tornadogru.formats.codec;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/** Weights from a file's tensors, which nobody has checked. */
public final class FileWeights {

  /** A model has at most this many times the values that its file has. */
  private static final int LARGEST_EXPANSION = 16;

  private FileWeights() {}

  /**
   * Weights of a GRU, and of what stands around it.
   *
   * @param config with the table's sizes if there is one
   * @param gru with PyTorch's names
   * @param table of the vectors that the GRU's inputs are, or null
   * @param head the layers behind it
   * @throws InvalidInputException if they do not fit, or a value is not finite; before anything is
   *     allocated that the tensors do not back
   */
  public static Weights of(
      GruConfig config, List<Tensor> gru, EmbeddingTable table, HeadWeights head) {
    List<Tensor> tensors = new ArrayList<>(gru);
    if (table != null) {
      tensors.add(table.rows().named("embedding.weight"));
    }
    LinearWeights linear = head.linear();
    int outputs = linear == null ? 0 : linear.outputs();
    for (int layer = 0; layer < head.hidden().size(); layer++) {
      LinearWeights dense = head.hidden().get(layer).linear();
      tensors.add(dense.weight().named("dense_" + layer + ".weight"));
      tensors.add(dense.bias().named("dense_" + layer + ".bias"));
    }
    if (linear != null) {
      if (!config.tied()) {
        tensors.add(linear.weight().named("linear.weight"));
      }
      tensors.add(linear.bias().named("linear.bias"));
    }
    checkSize(config, outputs, tensors);
    tensors.forEach(FileWeights::checkFinite);
    return Weights.of(config, outputs, tensors);
  }

  /** Whether a linear layer has the values of a table, as one that is tied to it has. */
  public static boolean areTied(EmbeddingTable table, LinearWeights linear) {
    return haveSameValues(table.rows(), linear.weight());
  }

  /** Whether two tensors have one shape and one set of values. */
  public static boolean haveSameValues(Tensor one, Tensor other) {
    return one.named("").equals(other.named(""));
  }

  private static void checkSize(GruConfig config, int outputs, List<Tensor> tensors) {
    long values = tensors.stream().mapToLong(Tensor::size).sum();
    long needed = Parameter.count(config, outputs);
    if (needed > LARGEST_EXPANSION * (values + 1024.0)) {
      throw new InvalidInputException(
          "a model of %d inputs, %d hidden units and %d outputs has %d weights but the file has %d: tensors are missing or have other shapes"
              .formatted(config.inputSize(), config.hiddenSize(), outputs, needed, values));
    }
  }

  private static void checkFinite(Tensor tensor) {
    for (int place = 0; place < tensor.size(); place++) {
      if (!Float.isFinite(tensor.at(place))) {
        throw new InvalidInputException(
            "tensor %s holds %s: the model diverged or the file is damaged"
                .formatted(Quoted.oneLine(tensor.name()), tensor.at(place)));
      }
    }
  }
}
