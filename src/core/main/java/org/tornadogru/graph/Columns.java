package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.tornadogru.nn.GruConfig;

/**
 * Where the features of a vector lie in a row of a buffer: they are padded to whole tiles, and in a
 * layer's output every walk's by themselves.
 *
 * @param size features
 * @param width of a vector on the host, which the features begin; what follows them there is
 *     neither read nor written
 * @param stride columns of the buffer
 * @param place the column of a feature
 */
record Columns(int size, int width, int stride, IntUnaryOperator place) {

  /** Features whose columns follow each other. */
  record Run(int feature, int column, int length) {}

  /** All features, in as few runs as there are. */
  List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    for (int first = 0, next = 1; first < size; first = next++) {
      int column = place.applyAsInt(first);
      while (next < size && place.applyAsInt(next) == column + next - first) {
        next++;
      }
      runs.add(new Run(first, column, next - first));
    }
    return runs;
  }

  /** Of dense inputs. */
  static Columns ofInputs(ModelLayout layout) {
    return of(layout.config().inputSize(), layout.walks().getFirst().inputs(), feature -> feature);
  }

  /** Of the last layer's merged outputs. */
  static Columns ofOutputs(ModelLayout layout) {
    return of(layout.config().outputSize(), layout.mergedColumns(), layout::outputColumn);
  }

  /** Of the states of one walk. */
  static Columns ofStates(ModelLayout layout, WalkLayout walk) {
    return ofStates(layout, walk, layout.hidden(), 0);
  }

  /** Of the final states of one walk, beside those of the others of its layer. */
  static Columns ofFinals(ModelLayout layout, WalkLayout walk) {
    return ofStates(layout, walk, layout.walkColumns(), walk.walk() * layout.hidden());
  }

  private static Columns ofStates(ModelLayout layout, WalkLayout walk, int stride, int first) {
    GruConfig config = layout.config();
    return new Columns(
        config.hiddenSize(walk.layer()), config.hiddenSize(), stride, unit -> first + unit);
  }

  /** Of what the linear layer makes. */
  static Columns ofLinear(ModelLayout layout) {
    return of(layout.outputs(), layout.outputColumns(), feature -> feature);
  }

  private static Columns of(int size, int stride, IntUnaryOperator place) {
    return new Columns(size, size, stride, place);
  }
}
