package org.tornadogru.formats;

import java.util.Optional;
import org.tornadogru.nn.InvalidInputException;

/**
 * What a file leaves open that holds more than one model, or does not say which layer is which.
 *
 * @param embedding the name of the layer of vectors for tokens; in PyTorch's files
 * @param head the name of the linear layer behind the GRU; in PyTorch's files
 * @param output the name of the graph's output that counts; in ONNX models
 */
public record ReadOptions(
    Optional<String> embedding, Optional<String> head, Optional<String> output) {

  /** Nothing is told: a file that leaves something open is refused. */
  public static final ReadOptions NONE =
      new ReadOptions(Optional.empty(), Optional.empty(), Optional.empty());

  /** Refuses to be told what a format has not. */
  void requireFit(ModelFormat format) {
    if (format != ModelFormat.SAFETENSORS && (embedding.isPresent() || head.isPresent())) {
      throw new InvalidInputException(
          "a model in %s says itself what its layers are: only those in %s may be told"
              .formatted(format.ending(), ModelFormat.SAFETENSORS.ending()));
    }
    if (format != ModelFormat.ONNX && output.isPresent()) {
      throw new InvalidInputException(
          "a model in %s has no outputs to choose from: only those in %s have"
              .formatted(format.ending(), ModelFormat.ONNX.ending()));
    }
  }
}
