package org.tornadogru.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.tornadogru.device.HostArrays;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The weights of a GRU, and of the linear layer behind it if there is one, as the kernels read
 * them.
 *
 * <p>Outside they are PyTorch's tensors: those of {@code nn.GRU}, and of an {@code nn.Linear}
 * called {@code linear}. For layer k:
 *
 * <pre>
 *   weight_ih_l{k}  [3H, in]   weight_hh_l{k}  [3H, H]   linear.weight [out, in]
 *   bias_ih_l{k}    [3H]       bias_hh_l{k}    [3H]      linear.bias   [out]
 * </pre>
 *
 * and the same with {@code _reverse} for the walk from the last step. A layer with one bias has no
 * {@code bias_hh}, one without biases has neither.
 *
 * @param layout where each of them lies
 * @param parameters all of them, [layout.size]
 */
@SuppressWarnings("exports") // parameters
public record Weights(ModelLayout layout, FloatArray parameters) {

  /**
   * Weights that are all zero.
   *
   * @param outputs of the linear layer, 0 for none
   */
  public static Weights zeros(GruConfig config, int outputs) {
    ModelLayout layout = ModelLayout.of(config, outputs);
    return new Weights(layout, HostArrays.floats(layout.size()));
  }

  /**
   * Random weights; the same seed gives the same bits.
   *
   * @param outputs of the linear layer, 0 for none
   */
  public static Weights initial(
      GruConfig config, int outputs, Initializers initializers, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Weights weights = zeros(config, outputs);
    for (Part part : weights.parts()) {
      Initializer initializer = initializers.of(part.kind);
      part.read(initializer.values(part.rows, part.columns, config.hiddenSize(), random));
    }
    return weights;
  }

  /**
   * Takes weights from PyTorch's tensors.
   *
   * @param outputs of the linear layer, 0 for none
   * @throws InvalidInputException if one is missing or has another shape; tensors of other names
   *     are refused too, since a model with more layers would silently lose them
   */
  public static Weights of(GruConfig config, int outputs, List<Tensor> tensors) {
    Map<String, Tensor> named =
        tensors.stream().collect(Collectors.toMap(Tensor::name, Function.identity()));
    Weights weights = zeros(config, outputs);
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
          "tensor %s does not belong to a GRU of layers %d, direction %s, biases %s, outputs %d"
              .formatted(
                  named.keySet().stream().sorted().findFirst().orElseThrow(),
                  config.layers(),
                  config.direction(),
                  config.biases(),
                  outputs));
    }
    return weights;
  }

  public GruConfig config() {
    return layout.config();
  }

  /** Features behind the linear layer; 0 if there is none. */
  public int outputs() {
    return layout.outputs();
  }

  /** A copy as PyTorch's tensors, in PyTorch's order. */
  public List<Tensor> tensors() {
    return parts().stream().map(Part::tensor).toList();
  }

  /** How many weights there are, biases included and padding not. */
  public int count() {
    return parts().stream().mapToInt(part -> part.rows * part.columns).sum();
  }

  /** A copy that later changes of these weights leave alone. */
  public Weights copy() {
    return new Weights(layout, HostArrays.of(parameters.toHeapArray()));
  }

  /** The GRU's weights, without those of the linear layer behind it: a copy if there is one. */
  public Weights withoutLinearLayer() {
    if (outputs() == 0) {
      return this;
    }
    ModelLayout gru = ModelLayout.of(config(), 0);
    return new Weights(
        gru,
        HostArrays.of(Arrays.copyOf(parameters.toHeapArray(), gru.size()))); // the head is last
  }

  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    layout.walks().forEach(walk -> addParts(walk, parts));
    if (outputs() > 0) {
      int rows = layout.mergedColumns();
      Place place = (row, column) -> layout.outputAt() + Tiles.at(row, column, rows + 1);
      Place weight = (row, column) -> place.of(layout.mergedColumn(row), column);
      parts.add(
          weight(
              "linear.weight",
              ParameterKind.LINEAR_WEIGHT,
              weight,
              outputs(),
              config().outputSize()));
      parts.add(bias("linear.bias", ParameterKind.LINEAR_BIAS, place, rows, outputs()));
    }
    return parts;
  }

  private void addParts(WalkLayout walk, List<Part> parts) {
    int hidden = layout.hidden();
    int gates = 3 * config().hiddenSize();
    Place input =
        walk.lookUp()
            ? (row, column) -> walk.inputAt() + row * layout.gateColumns() + gateColumn(column)
            : (row, column) ->
                walk.inputAt() + Tiles.at(row, gateColumn(column), walk.inputs() + 1);
    Place inputWeight =
        walk.layer() == 0 ? input : (row, column) -> input.of(layout.mergedColumn(row), column);
    Place recurrent =
        (row, column) -> walk.recurrentAt() + Tiles.at(row, gateColumn(column), hidden + 1);
    String suffix = walk.suffix();
    parts.add(
        weight(
            "weight_ih" + suffix,
            ParameterKind.INPUT_WEIGHT,
            inputWeight,
            gates,
            config().inputSize(walk.layer())));
    parts.add(
        weight(
            "weight_hh" + suffix,
            ParameterKind.RECURRENT_WEIGHT,
            recurrent,
            gates,
            config().hiddenSize()));
    if (config().biases() != Biases.NONE) {
      parts.add(bias("bias_ih" + suffix, ParameterKind.BIAS, input, walk.inputs(), gates));
    }
    if (config().biases() == Biases.TWO) {
      parts.add(bias("bias_hh" + suffix, ParameterKind.BIAS, recurrent, hidden, gates));
    }
  }

  private Part weight(String name, ParameterKind kind, Place place, int rows, int columns) {
    return new Part(name, kind, parameters, place, 0, rows, columns);
  }

  /** A bias is the row behind the last row of its matrix. */
  private Part bias(String name, ParameterKind kind, Place place, int row, int size) {
    return new Part(name, kind, parameters, place, row, size, 1);
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
      String name,
      ParameterKind kind,
      FloatArray array,
      Place place,
      int first,
      int rows,
      int columns) {

    List<Integer> shape() {
      return kind.isVector() ? List.of(rows) : List.of(rows, columns);
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
