package org.tornadogru.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A parameter of a model: those of an {@code nn.Embedding} called {@code embedding}, of {@code
 * nn.GRU}, and of {@code nn.Linear}s called {@code dense_0}, {@code dense_1} … and {@code linear}.
 * For layer k:
 *
 * <pre>
 *   embedding.weight [V, E]
 *   weight_ih_l{k}  [3H, in]   weight_hh_l{k}  [3H, H]   linear.weight [out, in]
 *   bias_ih_l{k}    [3H]       bias_hh_l{k}    [3H]      linear.bias   [out]
 *
 *   dense_{k}.weight [size, in]     dense_{k}.bias [size]
 * </pre>
 *
 * and the same with {@code _reverse} for the walk from the last step. A layer with one bias has no
 * {@code bias_hh}, one without biases has neither. An output layer tied to the embedding has no
 * weight of its own: {@code embedding.weight} is that too, once, and its gradient is the sum of
 * both.
 *
 * @param name PyTorch's
 * @param shape outermost first
 * @param fan n of U(−1/√n, 1/√n), with which PyTorch begins: H, or behind a dense layer and in it
 *     the features that the layer takes
 */
public record Parameter(String name, ParameterKind kind, List<Integer> shape, int fan) {

  public Parameter {
    shape = List.copyOf(Objects.requireNonNull(shape, "shape"));
  }

  /**
   * The parameters of a model, in PyTorch's order.
   *
   * @param outputs of the linear layer, 0 for none
   * @throws InvalidInputException if they are more than an array can hold, or the outputs of a
   *     layer tied to the embedding are not one for each token
   */
  public static List<Parameter> of(GruConfig config, int outputs) {
    requireFit(config, outputs);
    List<Parameter> all = new ArrayList<>();
    if (config.hasEmbedding()) {
      List<Integer> table = List.of(config.inputSize(), config.embeddingSize());
      all.add(
          new Parameter("embedding.weight", ParameterKind.EMBEDDING, table, config.hiddenSize(0)));
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      int hidden = config.hiddenSize(layer);
      for (int walk = 0; walk < config.direction().walks(); walk++) {
        String suffix = suffix(layer, config.direction().isReverse(walk));
        List<Integer> input = List.of(3 * hidden, config.inputSize(layer));
        all.add(new Parameter("weight_ih" + suffix, ParameterKind.INPUT_WEIGHT, input, hidden));
        List<Integer> recurrent = List.of(3 * hidden, hidden);
        all.add(
            new Parameter("weight_hh" + suffix, ParameterKind.RECURRENT_WEIGHT, recurrent, hidden));
        List<Integer> bias = List.of(3 * hidden);
        if (config.biases() != Biases.NONE) {
          all.add(new Parameter("bias_ih" + suffix, ParameterKind.BIAS, bias, hidden));
        }
        if (config.biases() == Biases.TWO) {
          all.add(new Parameter("bias_hh" + suffix, ParameterKind.BIAS, bias, hidden));
        }
      }
    }
    if (outputs > 0) {
      addHead(config, outputs, all);
    }
    return all;
  }

  private static void addHead(GruConfig config, int outputs, List<Parameter> all) {
    int last = config.dense().size();
    for (int layer = 0; layer <= last; layer++) {
      String name = layer < last ? "dense_" + layer : "linear";
      int size = layer < last ? config.dense().get(layer).size() : outputs;
      int inputs = config.denseInputSize(layer);
      int fan = last == 0 ? config.hiddenSize(config.layers() - 1) : inputs;
      if (layer < last || !config.tied()) {
        List<Integer> weight = List.of(size, inputs);
        all.add(new Parameter(name + ".weight", ParameterKind.LINEAR_WEIGHT, weight, fan));
      }
      all.add(new Parameter(name + ".bias", ParameterKind.LINEAR_BIAS, List.of(size), fan));
    }
  }

  /** How the names of a walk's parameters end. */
  public static String suffix(int layer, boolean reverse) {
    return "_l" + layer + (reverse ? "_reverse" : "");
  }

  private static void requireFit(GruConfig config, int outputs) {
    if (outputs < 0) {
      throw new InvalidInputException("a model has 0 or more outputs, not " + outputs);
    }
    if (config.tied() && outputs > 0 && outputs != config.inputSize()) {
      throw new InvalidInputException(
          "an output layer tied to the embedding has an output for each of the %d tokens, not %d"
              .formatted(config.inputSize(), outputs));
    }
    if (count(config, outputs) > Integer.MAX_VALUE / Float.BYTES) {
      throw new InvalidInputException(
          "a GRU of %d inputs, %d hidden units and %d outputs has more parameters than one array can hold: choose fewer"
              .formatted(config.inputSize(), config.hiddenSize(), outputs));
    }
  }

  /** How many values all parameters have, however many they are. */
  public static long count(GruConfig config, int outputs) {
    double count = outputs * (config.tied() ? 1.0 : config.linearInputSize() + 1.0);
    for (int layer = 0; outputs > 0 && layer < config.dense().size(); layer++) {
      count += config.dense().get(layer).size() * (config.denseInputSize(layer) + 1.0);
    }
    count += (double) config.inputSize() * config.embeddingSize();
    int biases =
        switch (config.biases()) {
          case NONE -> 0;
          case ONE -> 1;
          case TWO -> 2;
        };
    for (int layer = 0; layer < config.layers(); layer++) {
      double hidden = config.hiddenSize(layer);
      double columns = config.inputSize(layer) + hidden + biases;
      count += 3 * config.direction().walks() * hidden * columns;
    }
    return (long) count;
  }

  /** Rows of the matrix, or values of the vector. */
  int rows() {
    return shape.getFirst();
  }

  /** Columns of the matrix; a vector has one. */
  int columns() {
    return shape.size() == 1 ? 1 : shape.get(1);
  }
}
