package org.tornadogru.formats.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.codec.LayerStack;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/** What a name stands for while a graph is read: numbers are known, data are followed. */
sealed interface OnnxValue {

  /**
   * Numbers that are in the file.
   *
   * @param sizes outermost first
   * @param floats of this shape, or null for integers
   * @param integers row-major, or null for floats
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Constant(List<Integer> sizes, Tensor floats, long[] integers) implements OnnxValue {

    static Constant of(Tensor floats) {
      return new Constant(floats.shape(), floats, null);
    }

    Constant reshaped(List<Integer> shape) {
      return new Constant(shape, floats == null ? null : floats.reshaped(shape), integers);
    }

    int size() {
      return floats == null ? integers.length : floats.size();
    }

    boolean isZero() {
      return floats != null && IntStream.range(0, size()).allMatch(place -> floats.at(place) == 0);
    }

    /** Rows of the first dimension. */
    Constant rows(int from, int to) {
      int row = sizes.getFirst() == 0 ? 0 : size() / sizes.getFirst();
      List<Integer> fewer = new ArrayList<>(sizes);
      fewer.set(0, to - from);
      return of(Tensor.of("", fewer, place -> floats.at(from * row + place)));
    }

    boolean isScalar(double value) {
      return floats != null && size() == 1 && floats.at(0) == value;
    }
  }

  /** Sizes of other values, of which some are known only when the model runs. */
  record Dimensions(List<Dimension> sizes) implements OnnxValue {}

  /**
   * A size.
   *
   * @param axes those that it is the product of; null for a number
   * @param size the number
   */
  record Dimension(List<Axis> axes, long size) {

    boolean isZero() {
      return axes == null && size == 0;
    }

    /** 0 for one that is known only when the model runs. */
    long known() {
      return axes == null ? size : OnnxValue.size(axes);
    }
  }

  /**
   * A constant whose dimensions of 1 may be repeated, as often as what it meets has them.
   *
   * @param constant floats; a single one is of any shape
   * @param sizes of the whole, as far as they are known; null if not
   */
  record Repeated(Constant constant, List<Dimension> sizes) implements OnnxValue {

    Repeated(Constant constant) {
      this(constant, null);
    }

    boolean isUniform() {
      return constant.size() == 1;
    }

    /** The same for other dimensions, which only a single number has. */
    Repeated arranged(OnnxNode node) {
      if (!isUniform()) {
        throw node.refused("arranges the dimensions of a constant that is repeated");
      }
      return new Repeated(constant);
    }
  }

  /**
   * Lengths and initial states, and parts of them: data that no layer takes as its input.
   *
   * @param inputs of the graph that they come from
   */
  record State(Set<String> inputs) implements OnnxValue {}

  /**
   * The final states of several layers, one behind the other.
   *
   * @param walks [any][batch][units], each of one direction
   * @param inner how many of them are one of the first dimension, in front of another dimension of
   *     as many; 0 if there is no such
   */
  record Finals(List<Signal> walks, int inner) implements OnnxValue {

    /** Of one dimension. */
    Finals(List<Signal> walks) {
      this(walks, 0);
    }
  }

  /** The size of a dimension made of axes; 0 if it is known only when the model runs. */
  static int size(List<Axis> axes) {
    return axes.stream().mapToInt(Axis::size).reduce(1, (a, b) -> a * b);
  }

  /** A dimension of the data, told apart from others of the same size. */
  final class Axis {
    private final int size;

    Axis(int size) {
      this.size = size;
    }

    /** 0 if it is known only when the model runs. */
    int size() {
      return size;
    }
  }

  /**
   * The sequences on their way through the layers.
   *
   * @param input what they were at first
   * @param groups for each dimension the axes that it has been made of; none for a size of 1
   * @param time the axes of the steps, null before the first layer
   * @param batch the axes of the batch, null before the first layer
   * @param layers those passed so far
   * @param walk the axis of the last layer's directions, null if there is one direction
   * @param unit the axis of the last layer's units or merged units
   * @param head the linear layers passed, and what is behind them
   * @param reversed whether the last step comes first
   * @param steps which of them are left
   */
  record Signal(
      Input input,
      List<List<Axis>> groups,
      List<Axis> time,
      List<Axis> batch,
      List<LayerStack.Layer> layers,
      Axis walk,
      Axis unit,
      OnnxHead head,
      boolean reversed,
      Usage.Steps steps)
      implements OnnxValue {

    static Signal ofInput(Input input, List<List<Axis>> groups) {
      return new Signal(
          input, groups, null, null, List.of(), null, null, OnnxHead.NONE, false, Usage.Steps.EACH);
    }

    /** The last linear layer passed, or null. */
    LinearWeights linear() {
      return head.layers().linear();
    }

    boolean isInput() {
      return layers.isEmpty();
    }

    boolean isOpen() {
      return head.isOpen();
    }

    boolean ofEachStep() {
      return steps == Usage.Steps.EACH;
    }

    Signal with(List<List<Axis>> newGroups) {
      return new Signal(input, newGroups, time, batch, layers, walk, unit, head, reversed, steps);
    }

    Signal with(OnnxHead newHead, Axis newUnit, List<List<Axis>> newGroups) {
      return new Signal(
          input, newGroups, time, batch, layers, null, newUnit, newHead, reversed, steps);
    }

    Signal with(LayerStack.Layer lastLayer, Axis newWalk, List<List<Axis>> newGroups) {
      List<LayerStack.Layer> newLayers = new ArrayList<>(layers);
      newLayers.set(layers.size() - 1, lastLayer);
      return new Signal(
          input, newGroups, time, batch, newLayers, newWalk, unit, head, reversed, steps);
    }

    Signal backwards() {
      return new Signal(input, groups, time, batch, layers, walk, unit, head, !reversed, steps);
    }

    Signal of(Usage.Steps newSteps, List<List<Axis>> newGroups) {
      return new Signal(
          input, newGroups, time, batch, layers, walk, unit, head, reversed, newSteps);
    }

    Signal with(OnnxHead newHead) {
      return new Signal(input, groups, time, batch, layers, walk, unit, newHead, reversed, steps);
    }

    /** The axes that a whole output of the last layer is made of. */
    List<Axis> features() {
      return walk == null ? List.of(unit) : List.of(walk, unit);
    }

    LayerStack.Layer lastLayer() {
      return layers.getLast();
    }
  }

  /**
   * What the sequences are made of.
   *
   * @param name of the graph's input
   * @param tokens V, 0 for dense inputs
   * @param table null for dense inputs and for one-hot vectors
   */
  record Input(String name, int tokens, EmbeddingTable table) {}
}
