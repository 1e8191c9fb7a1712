package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.tornadogru.kernels.Packing;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The parameters of a model as kernels read them: packed into tiles when a plan is made, unpacked
 * when weights or gradients come back.
 *
 * @param layout where each of them lies
 * @param array all of them, [layout.size]; what pads them is zero
 */
public record Parameters(ModelLayout layout, FloatArray array) {

  /**
   * Weights, packed.
   *
   * @throws InvalidInputException if they are more than an array can hold
   */
  public static Parameters pack(Weights weights) {
    ModelLayout layout = ModelLayout.of(weights.config(), weights.outputs());
    Parameters packed = new Parameters(layout, HostArrays.floats(layout.size()));
    packed.repack(weights);
    return packed;
  }

  /**
   * Weights, packed as kernels read them that may want matrices in another form: then they are not
   * to be unpacked. Tables of tokens stay as they are.
   *
   * @throws InvalidInputException if they are more than an array can hold
   */
  public static Parameters pack(Weights weights, Packing packing) {
    Parameters packed = pack(weights);
    FloatArray array = packed.array;
    ModelLayout layout = packed.layout;
    for (WalkLayout walk : layout.walks()) {
      if (!walk.lookUp()) {
        packing.pack(array, walk.inputAt(), walk.inputs(), layout.gateColumns());
      }
      packing.pack(array, walk.recurrentAt(), layout.hidden(), layout.gateColumns());
    }
    for (LinearLayout layer : layout.head()) {
      packing.pack(array, layer.at(), layer.rows(), layer.columns());
    }
    return packed;
  }

  /**
   * Writes other weights of the same model into the array.
   *
   * @throws InvalidInputException if they are of another model
   */
  void repack(Weights weights) {
    if (!weights.config().equals(layout.config()) || weights.outputs() != layout.outputs()) {
      throw new InvalidInputException(
          "the weights are of another model: %s with %d outputs, not %s with %d"
              .formatted(weights.config(), weights.outputs(), layout.config(), layout.outputs()));
    }
    Iterator<Place> places = places(layout).iterator();
    for (Tensor tensor : weights.tensors()) {
      Place place = places.next();
      int columns = columns(tensor.shape());
      for (int at = 0; at < tensor.size(); at++) {
        array.set(place.of(at / columns, at % columns), tensor.at(at));
      }
    }
  }

  /** What the array holds now: weights, or gradients in their layout. */
  public Weights unpack() {
    List<Tensor> tensors = new ArrayList<>();
    Iterator<Place> places = places(layout).iterator();
    for (Parameter parameter : Parameter.of(layout.config(), layout.outputs())) {
      Place place = places.next();
      int columns = columns(parameter.shape());
      tensors.add(
          Tensor.of(
              parameter.name(),
              parameter.shape(),
              at -> array.get(place.of(at / columns, at % columns))));
    }
    return Weights.of(layout.config(), layout.outputs(), tensors);
  }

  /** An array in this layout that holds a number for each parameter, and zero in what pads them. */
  static FloatArray filled(ModelLayout layout, ToDoubleFunction<Parameter> number) {
    FloatArray array = HostArrays.floats(layout.size());
    Iterator<Place> places = places(layout).iterator();
    for (Parameter parameter : Parameter.of(layout.config(), layout.outputs())) {
      float value = (float) number.applyAsDouble(parameter);
      indices(parameter, places.next()).forEach(index -> array.set(index, value));
    }
    return array;
  }

  /** For each parameter, in PyTorch's order, where its elements lie, from the lowest on. */
  static List<int[]> indices(ModelLayout layout) {
    Iterator<Place> places = places(layout).iterator();
    return Parameter.of(layout.config(), layout.outputs()).stream()
        .map(parameter -> indices(parameter, places.next()).sorted().toArray())
        .toList();
  }

  private static IntStream indices(Parameter parameter, Place place) {
    int columns = columns(parameter.shape());
    return IntStream.range(0, Math.multiplyExact(parameter.shape().getFirst(), columns))
        .map(at -> place.of(at / columns, at % columns));
  }

  private static int columns(List<Integer> shape) {
    return shape.size() == 1 ? 1 : shape.get(1);
  }

  /** Where an element of a tensor [to][from] of PyTorch lies; a bias has one column. */
  @FunctionalInterface
  private interface Place {
    int of(int to, int from);

    /** A bias is stored as one more column of the weights. */
    default Place bias(int columns) {
      return (to, from) -> of(to, columns + from);
    }
  }

  /** The places of all parameters, in PyTorch's order. */
  private static List<Place> places(ModelLayout layout) {
    List<Place> places = new ArrayList<>();
    if (layout.config().hasEmbedding()) {
      places.add(
          (to, from) ->
              layout.embeddingAt()
                  + Tiles.at(layout.embeddingColumn(from), to, layout.embeddingHeight()));
    }
    for (WalkLayout walk : layout.walks()) {
      int layer = walk.layer();
      Place input =
          walk.lookUp()
              ? (to, from) ->
                  walk.inputAt() + from * layout.gateColumns() + layout.paddedColumn(layer, to)
              : (to, from) ->
                  walk.inputAt()
                      + Tiles.at(from, layout.paddedColumn(layer, to), walk.inputs() + 1);
      Place recurrent =
          (to, from) ->
              walk.recurrentAt()
                  + Tiles.at(from, layout.paddedColumn(layer, to), layout.hidden() + 1);
      places.add(
          layer == 0
              ? (to, from) -> input.of(to, layout.embeddingColumn(from))
              : (to, from) -> input.of(to, layout.paddedColumn(layer - 1, from)));
      places.add(recurrent);
      if (layout.config().biases() != Biases.NONE) {
        places.add(input.bias(walk.inputs()));
      }
      if (layout.config().biases() == Biases.TWO) {
        places.add(recurrent.bias(layout.hidden()));
      }
    }
    for (LinearLayout layer : layout.head()) {
      Place linear = (to, from) -> layer.at() + Tiles.at(from, to, layer.rows() + 1);
      if (!layer.equals(layout.linear()) || !layout.config().tied()) {
        places.add(
            layer.equals(layout.head().getFirst())
                ? (to, from) -> linear.of(to, layout.outputColumn(from))
                : linear);
      }
      places.add(linear.bias(layer.rows()));
    }
    return places;
  }
}
