package org.tornadogru.graph;

import java.util.function.IntUnaryOperator;

/**
 * Where the features of a vector lie in a row of a buffer: they are padded to whole tiles, and in a
 * layer's output every walk's by themselves.
 *
 * @param size features
 * @param stride columns of the buffer
 * @param place the column of a feature
 */
record Columns(int size, int stride, IntUnaryOperator place) {

  /** Of dense inputs. */
  static Columns ofInputs(ModelLayout layout) {
    return new Columns(
        layout.config().inputSize(), layout.walks().getFirst().inputs(), feature -> feature);
  }

  /** Of a layer's merged outputs. */
  static Columns ofOutputs(ModelLayout layout) {
    return new Columns(layout.config().outputSize(), layout.mergedColumns(), layout::mergedColumn);
  }

  /** Of the states of one walk. */
  static Columns ofStates(ModelLayout layout) {
    return new Columns(layout.config().hiddenSize(), layout.hidden(), feature -> feature);
  }

  /** Of the final states of one walk, beside those of the others of its layer. */
  static Columns ofFinals(ModelLayout layout, int walk) {
    return new Columns(
        layout.config().hiddenSize(),
        layout.walkColumns(),
        feature -> walk * layout.hidden() + feature);
  }

  /** Of what the linear layer makes. */
  static Columns ofLinear(ModelLayout layout) {
    return new Columns(layout.outputs(), layout.outputColumns(), feature -> feature);
  }
}
