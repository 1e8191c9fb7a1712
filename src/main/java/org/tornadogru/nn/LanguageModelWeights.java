package org.tornadogru.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.tornadogru.InvalidInputException;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a character language model, a one-layer GRU and an output layer, as the kernels
 * read them.
 *
 * <p>Outside they are PyTorch's tensors: those of {@code nn.GRU(V, H)}, and of an {@code
 * nn.Linear(H, V)} called {@code linear}.
 *
 * <pre>
 *   weight_ih_l0  [3H, V]   weight_hh_l0  [3H, H]   linear.weight [V, H]
 *   bias_ih_l0    [3H]      bias_hh_l0    [3H]      linear.bias   [V]
 * </pre>
 *
 * @param layout where each of them lies
 * @param parameters all of them, [layout.size]
 */
public record LanguageModelWeights(LanguageModelLayout layout, FloatArray parameters) {

  /** Weights that are all zero. */
  public static LanguageModelWeights zeros(GruConfig config) {
    LanguageModelLayout layout = LanguageModelLayout.of(config);
    FloatArray parameters = new FloatArray(layout.size());
    parameters.init(0f);
    return new LanguageModelWeights(layout, parameters);
  }

  /** Random weights; the same seed gives the same bits. */
  public static LanguageModelWeights initial(
      GruConfig config, Initialization initialization, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int hidden = config.hiddenSize();
    LanguageModelWeights weights = zeros(config);
    for (Part part : weights.parts()) {
      float[] values = new float[part.rows * part.columns];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            part.bias ? initialization.bias(random, hidden) : initialization.weight(random, hidden);
      }
      part.read(values);
    }
    return weights;
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

  public GruConfig config() {
    return layout.config();
  }

  /** A copy as PyTorch's tensors. */
  public List<Tensor> tensors() {
    return parts().stream().map(Part::tensor).toList();
  }

  /** How many weights there are, biases included and padding not. */
  public int count() {
    return parts().stream().mapToInt(part -> part.rows * part.columns).sum();
  }

  /** A copy that later changes of these weights leave alone. */
  public LanguageModelWeights copy() {
    return new LanguageModelWeights(layout, FloatArray.fromArray(parameters.toHeapArray()));
  }

  /** Where each of PyTorch's tensors lives, in PyTorch's order. */
  private List<Part> parts() {
    int vocabulary = config().inputSize();
    int hidden = config().hiddenSize();
    Place input =
        (row, column) ->
            LanguageModelLayout.INPUT_AT + row * layout.gateColumns() + gateColumn(column);
    Place recurrent =
        (row, column) ->
            layout.recurrentAt() + Tiles.at(row, gateColumn(column), layout.hidden() + 1);
    Place output = (row, column) -> layout.outputAt() + Tiles.at(row, column, layout.hidden() + 1);
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("weight_ih_l0", parameters, input, 0, 3 * hidden, vocabulary, false));
    parts.add(new Part("weight_hh_l0", parameters, recurrent, 0, 3 * hidden, hidden, false));
    parts.add(new Part("bias_ih_l0", parameters, input, vocabulary, 3 * hidden, 1, true));
    parts.add(new Part("bias_hh_l0", parameters, recurrent, layout.hidden(), 3 * hidden, 1, true));
    parts.add(new Part("linear.weight", parameters, output, 0, vocabulary, hidden, false));
    parts.add(new Part("linear.bias", parameters, output, layout.hidden(), vocabulary, 1, true));
    return parts;
  }

  /** Gates are padded one by one. */
  private int gateColumn(int column) {
    int hidden = config().hiddenSize();
    return column / hidden * layout.hidden() + column % hidden;
  }

  /** Where an element of a transposed matrix lies in the array of parameters. */
  @FunctionalInterface
  private interface Place {
    int of(int row, int column);
  }

  /**
   * A tensor [rows][columns] of PyTorch that is stored transposed, from row {@code first} of its
   * matrix on. A bias is a tensor of one column.
   */
  private record Part(
      String name, FloatArray array, Place place, int first, int rows, int columns, boolean bias) {

    List<Integer> shape() {
      return bias ? List.of(rows) : List.of(rows, columns);
    }

    Tensor tensor() {
      float[] values = new float[rows * columns];
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          values[row * columns + column] = array.get(place.of(first + column, row));
        }
      }
      return new Tensor(name, shape(), values);
    }

    void read(float[] values) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          array.set(place.of(first + column, row), values[row * columns + column]);
        }
      }
    }
  }
}
