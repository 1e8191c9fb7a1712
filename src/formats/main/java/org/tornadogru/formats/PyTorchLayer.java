package org.tornadogru.formats;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * A layer of a state dictionary, linear or an embedding.
 *
 * @param weight two sizes, or null
 * @param bias one size, or null
 */
record PyTorchLayer(String name, Tensor weight, Tensor bias) {

  static final String WEIGHT = ".weight";
  static final String BIAS = ".bias";

  int rows() {
    return weight.shape().getFirst();
  }

  int columns() {
    return weight.shape().get(1);
  }

  String described() {
    return weight == null
        ? Quoted.of(name + BIAS)
        : "%s %s".formatted(Quoted.of(name + WEIGHT), weight.shape());
  }

  /**
   * The same as a linear layer, whose bias is zeros if there is none.
   *
   * @param table its weight if it has none of its own; null if there is no such
   */
  LinearWeights linear(Tensor table) {
    Tensor rows = weight == null ? table : weight;
    if (rows == null) {
      throw new InvalidInputException(
          "tensor %s is missing".formatted(Quoted.oneLine(name + WEIGHT)));
    }
    List<Integer> outputs = List.of(rows.shape().getFirst());
    if (bias != null && !bias.shape().equals(outputs)) {
      throw new InvalidInputException(
          "tensor %s has shape %s: expected %s"
              .formatted(Quoted.of(name + BIAS), bias.shape(), outputs));
    }
    return new LinearWeights(
        rows, bias == null ? Tensor.of(name + BIAS, outputs, place -> 0) : bias);
  }

  /**
   * The orders in which layers may follow one another, two at most.
   *
   * @param inputs of the first one
   * @param last null if any may be
   */
  static List<List<PyTorchLayer>> orders(List<PyTorchLayer> layers, int inputs, PyTorchLayer last) {
    List<List<PyTorchLayer>> orders = new ArrayList<>();
    if (layers.stream().allMatch(layer -> layer.weight != null)) {
      addOrders(layers, inputs, last, List.of(), orders);
    } else if (layers.size() == 1) {
      orders.add(List.copyOf(layers)); // tied to a table
    }
    return orders;
  }

  private static void addOrders(
      List<PyTorchLayer> layers,
      int inputs,
      PyTorchLayer last,
      List<PyTorchLayer> before,
      List<List<PyTorchLayer>> orders) {
    if (before.size() == layers.size()) {
      orders.add(before);
      return;
    }
    for (PyTorchLayer layer : layers) {
      boolean mayCome = !layer.equals(last) || before.size() == layers.size() - 1;
      if (layer.columns() == inputs && mayCome && !before.contains(layer) && orders.size() < 2) {
        List<PyTorchLayer> longer = Stream.concat(before.stream(), Stream.of(layer)).toList();
        addOrders(layers, layer.rows(), last, longer, orders);
      }
    }
  }
}
