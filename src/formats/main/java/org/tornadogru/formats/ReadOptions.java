package org.tornadogru.formats;

import java.util.List;
import java.util.Optional;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.InvalidInputException;

/**
 * What a file leaves open that holds more than one model, or does not say which layer is which.
 *
 * @param embedding the name of the layer of vectors for tokens; in PyTorch's files
 * @param head the name of the last linear layer behind the GRU; in PyTorch's files
 * @param activations behind the linear layers but the last one, in their order; in PyTorch's files
 *     and in weights of Keras
 * @param output the name of the graph's output that counts; in ONNX models
 */
public record ReadOptions(
    Optional<String> embedding,
    Optional<String> head,
    List<ActivationFunction> activations,
    Optional<String> output) {

  /** Nothing is told: a file that leaves something open is refused. */
  public static final ReadOptions NONE =
      new ReadOptions(Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  public ReadOptions {
    activations = List.copyOf(activations);
  }

  /** The same with a name of the embedding. */
  public ReadOptions withEmbedding(String name) {
    return new ReadOptions(Optional.of(name), head, activations, output);
  }

  /** The same with a name of the last linear layer. */
  public ReadOptions withHead(String name) {
    return new ReadOptions(embedding, Optional.of(name), activations, output);
  }

  /** The same with what is between the linear layers. */
  public ReadOptions withActivations(List<ActivationFunction> functions) {
    return new ReadOptions(embedding, head, functions, output);
  }

  /** The same with a name of the output that counts. */
  public ReadOptions withOutput(String name) {
    return new ReadOptions(embedding, head, activations, Optional.of(name));
  }

  /** Refuses to be told what a format has not. */
  void requireFit(ModelFormat format) {
    if (format != ModelFormat.SAFETENSORS && (embedding.isPresent() || head.isPresent())) {
      throw new InvalidInputException(
          "a model in %s says itself what its layers are: only those in %s may be told"
              .formatted(format.ending(), ModelFormat.SAFETENSORS.ending()));
    }
    if (format != ModelFormat.SAFETENSORS
        && format != ModelFormat.KERAS_WEIGHTS
        && !activations.isEmpty()) {
      throw new InvalidInputException(
          "a model in %s says itself what is between its layers: only those in %s and %s may be told"
              .formatted(
                  format.ending(),
                  ModelFormat.SAFETENSORS.ending(),
                  ModelFormat.KERAS_WEIGHTS.ending()));
    }
    if (format != ModelFormat.ONNX && output.isPresent()) {
      throw new InvalidInputException(
          "a model in %s has no outputs to choose from: only those in %s have"
              .formatted(format.ending(), ModelFormat.ONNX.ending()));
    }
  }
}
