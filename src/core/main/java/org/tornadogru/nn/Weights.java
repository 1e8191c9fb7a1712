package org.tornadogru.nn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The weights of a GRU, of the embedding in front of it and of the dense layers and the linear
 * layer behind it if there are such; {@link Parameter} has their names and shapes. They never
 * change.
 */
public final class Weights {

  private final GruConfig config;
  private final int outputs;
  private final List<Tensor> tensors;

  private Weights(GruConfig config, int outputs, List<Tensor> tensors) {
    this.config = config;
    this.outputs = outputs;
    this.tensors = List.copyOf(tensors);
  }

  /**
   * Weights that are all zero.
   *
   * @param outputs of the linear layer, 0 for none
   */
  public static Weights zeros(GruConfig config, int outputs) {
    return computed(config, outputs, each -> Tensor.of(each.name(), each.shape(), place -> 0));
  }

  /**
   * Random weights; the same seed gives the same bits.
   *
   * @param outputs of the linear layer, 0 for none
   */
  public static Weights initial(
      GruConfig config, int outputs, Initializers initializers, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    return computed(
        config,
        outputs,
        each ->
            new Tensor(
                each.name(),
                each.shape(),
                initializers
                    .of(each.kind())
                    .values(each.rows(), each.columns(), each.fan(), random)));
  }

  /** Weights that a function makes one by one, in PyTorch's order. */
  private static Weights computed(
      GruConfig config, int outputs, Function<Parameter, Tensor> tensor) {
    return new Weights(
        config, outputs, Parameter.of(config, outputs).stream().map(tensor).toList());
  }

  /**
   * Takes weights from PyTorch's tensors, in any order.
   *
   * @param outputs of the linear layer, 0 for none
   * @throws InvalidInputException if one is missing or has another shape; tensors of other names
   *     are refused too, since a model with more layers would silently lose them
   */
  public static Weights of(GruConfig config, int outputs, List<Tensor> tensors) {
    Map<String, Tensor> named = new HashMap<>();
    for (Tensor tensor : Objects.requireNonNull(tensors, "tensors")) {
      Tensor other = named.put(tensor.name(), tensor);
      if (other != null) {
        throw new InvalidInputException(
            "tensor %s is there twice, with shapes %s and %s"
                .formatted(tensor.name(), other.shape(), tensor.shape()));
      }
    }
    List<Tensor> ordered = new ArrayList<>();
    for (Parameter parameter : Parameter.of(config, outputs)) {
      Tensor tensor = named.remove(parameter.name());
      if (tensor == null) {
        throw new InvalidInputException("tensor %s is missing".formatted(parameter.name()));
      }
      if (!tensor.shape().equals(parameter.shape())) {
        throw new InvalidInputException(
            "tensor %s has shape %s but the model needs %s"
                .formatted(parameter.name(), tensor.shape(), parameter.shape()));
      }
      ordered.add(tensor);
    }
    if (!named.isEmpty()) {
      throw new InvalidInputException(
          "tensor %s does not belong to a GRU of layers %d, direction %s, biases %s, embedding size %d%s, dense %s, outputs %d"
              .formatted(
                  named.keySet().stream().sorted().findFirst().orElseThrow(),
                  config.layers(),
                  config.direction(),
                  config.biases(),
                  config.embeddingSize(),
                  config.tied() ? " tied to the output layer" : "",
                  config.dense(),
                  outputs));
    }
    return new Weights(config, outputs, ordered);
  }

  public GruConfig config() {
    return config;
  }

  /** Features behind the linear layer; 0 if there is none. */
  public int outputs() {
    return outputs;
  }

  /** PyTorch's tensors, in PyTorch's order. */
  public List<Tensor> tensors() {
    return tensors;
  }

  /** How many weights there are, biases included. */
  public int count() {
    return tensors.stream().mapToInt(Tensor::size).sum();
  }

  /**
   * The same without what is behind the GRU; a table that is tied to it stays, for the embedding.
   */
  public Weights withoutLinearLayer() {
    int gru = Parameter.of(config, 0).size();
    return new Weights(config, 0, tensors.subList(0, gru));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Weights that
        && config.equals(that.config)
        && outputs == that.outputs
        && tensors.equals(that.tensors);
  }

  @Override
  public int hashCode() {
    return Objects.hash(config, outputs, tensors);
  }

  @Override
  public String toString() {
    return "Weights[%s, outputs=%d]".formatted(config, outputs);
  }
}
