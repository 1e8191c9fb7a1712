package org.tornadogru.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.tornadogru.InvalidInputException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a character language model, a one-layer GRU and an output layer, as the kernels
 * read them: transposed, with the bias as the last row.
 *
 * <p>Outside they are PyTorch's tensors: those of {@code nn.GRU(V, H)}, and of an {@code
 * nn.Linear(H, V)} called {@code linear}.
 *
 * <pre>
 *   weight_ih_l0  [3H, V]   weight_hh_l0  [3H, H]   linear.weight [V, H]
 *   bias_ih_l0    [3H]      bias_hh_l0    [3H]      linear.bias   [V]
 * </pre>
 *
 * @param config V symbols in and out, H hidden units
 * @param input [V + 1][3H]
 * @param recurrent [H + 1][3H]
 * @param output [H + 1][V]
 */
public record LanguageModelWeights(
    GruConfig config, FloatArray input, FloatArray recurrent, FloatArray output) {

  /** Weights that are all zero. */
  public static LanguageModelWeights zeros(GruConfig config) {
    return new LanguageModelWeights(
        config,
        zeros(config.inputSize(), config.gateColumns()),
        zeros(config.hiddenSize(), config.gateColumns()),
        zeros(config.hiddenSize(), config.inputSize()));
  }

  /** Random weights; the same seed gives the same bits. */
  public static LanguageModelWeights initial(
      GruConfig config, Initialization initialization, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int hidden = config.hiddenSize();
    return draw(
        config,
        spec ->
            spec.bias
                ? initialization.bias(random, hidden)
                : initialization.weight(random, hidden));
  }

  /**
   * Takes weights from PyTorch's tensors.
   *
   * @throws InvalidInputException if one is missing or has another shape; tensors of other names
   *     are refused too, since a model with more layers would silently lose them
   */
  public static LanguageModelWeights of(GruConfig config, List<Tensor> tensors) {
    Map<String, Tensor> named =
        tensors.stream().collect(Collectors.toMap(Tensor::name, Function.identity()));
    LanguageModelWeights weights = zeros(config);
    for (Part part : weights.parts()) {
      Tensor tensor = named.remove(part.name);
      if (tensor == null) {
        throw new InvalidInputException("tensor %s is missing".formatted(part.name));
      }
      if (!tensor.shape().equals(part.shape())) {
        throw new InvalidInputException(
            "tensor %s has shape %s but the model needs %s"
                .formatted(part.name, tensor.shape(), part.shape()));
      }
      part.read(tensor.values());
    }
    if (!named.isEmpty()) {
      throw new InvalidInputException(
          "tensor %s does not belong to a one-layer GRU language model"
              .formatted(named.keySet().stream().sorted().findFirst().orElseThrow()));
    }
    return weights;
  }

  /** A copy as PyTorch's tensors. */
  public List<Tensor> tensors() {
    return parts().stream().map(Part::tensor).toList();
  }

  /** How many weights there are, biases included. */
  public int count() {
    return input.getSize() + recurrent.getSize() + output.getSize();
  }

  private static LanguageModelWeights draw(GruConfig config, ToDoubleFunction<Part> value) {
    LanguageModelWeights weights = zeros(config);
    for (Part part : weights.parts()) {
      float[] values = new float[part.rows * part.columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) value.applyAsDouble(part);
      }
      part.read(values);
    }
    return weights;
  }

  private static FloatArray zeros(int rows, int columns) {
    FloatArray array = new FloatArray((rows + 1) * columns);
    array.init(0f);
    return array;
  }

  /** Where each of PyTorch's tensors lives, in PyTorch's order. */
  private List<Part> parts() {
    int inputs = config.inputSize();
    int hidden = config.hiddenSize();
    int gates = config.gateColumns();
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("weight_ih_l0", input, 0, gates, inputs, false));
    parts.add(new Part("weight_hh_l0", recurrent, 0, gates, hidden, false));
    parts.add(new Part("bias_ih_l0", input, inputs, gates, 1, true));
    parts.add(new Part("bias_hh_l0", recurrent, hidden, gates, 1, true));
    parts.add(new Part("linear.weight", output, 0, inputs, hidden, false));
    parts.add(new Part("linear.bias", output, hidden, inputs, 1, true));
    return parts;
  }

  /**
   * A tensor [rows][columns] of PyTorch that is stored transposed, from row {@code first} of an
   * array whose own rows are {@code rows} long. A bias is a tensor of one column.
   */
  private record Part(
      String name, FloatArray array, int first, int rows, int columns, boolean bias) {

    List<Integer> shape() {
      return bias ? List.of(rows) : List.of(rows, columns);
    }

    Tensor tensor() {
      float[] values = new float[rows * columns];
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          values[row * columns + column] = array.get((first + column) * rows + row);
        }
      }
      return new Tensor(name, shape(), values);
    }

    void read(float[] values) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          array.set((first + column) * rows + row, values[row * columns + column]);
        }
      }
    }
  }
}
