package org.tornadogru.series;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tornadogru.GruStream;
import org.tornadogru.nn.Tensor;

/**
 * A forecast of many rows by a model of the next one: its median is taken for what came, and is
 * what the one behind it is forecast from.
 */
final class Recursion {

  private final Preparation preparation;

  /** Rows up to where it begins, and those that it goes on with. */
  private final Slice slice;

  /** Where it begins. */
  private final int t;

  private final float[] answer;

  /**
   * Begins.
   *
   * @param t the last row of a slice that is known
   */
  Recursion(Preparation preparation, Slice slice, int t, int ahead) {
    this.preparation = preparation;
    this.slice = slice.continued(t, ahead);
    this.t = this.slice.rows() - 1 - ahead;
    answer = new float[preparation.outputs(ahead)];
  }

  /**
   * What a model that answers all rows at once would have for outputs, [targets][ahead][LEVELS].
   */
  float[] answer() {
    return answer;
  }

  /**
   * Goes on to the end, of several sequences side by side.
   *
   * @param stream has taken the rows of its sequences up to where these begin, and is left as it is
   * @param sequences of each of the stream's, as far ahead as each other; null for none
   * @param next what the model makes of the rows where they begin, [batch][outputs]
   */
  static void goOn(GruStream stream, List<Recursion> sequences, int ahead, float[][] next) {
    Tensor before = stream.state();
    float[][] outputs = next;
    for (int step = 1; step <= ahead; step++) {
      float[][] x = new float[next.length][];
      for (int row = 0; row < x.length; row++) {
        Recursion sequence = sequences.get(row);
        if (sequence != null) {
          sequence.take(step, outputs[row]);
          x[row] = sequence.slice.inputs(sequence.t + step);
        }
      }
      if (step < ahead) {
        outputs = step(stream, x);
      }
    }
    stream.reset(before);
  }

  /**
   * One step of a stream.
   *
   * @param x inputs of each sequence; null for zeros
   * @return [batch][outputs]
   */
  static float[][] step(GruStream stream, float[]... x) {
    int inputs = Arrays.stream(x).filter(each -> each != null).findFirst().orElseThrow().length;
    Tensor outputs =
        stream.step(
            Arrays.stream(x)
                .map(each -> each == null ? new float[inputs] : each)
                .toArray(float[][]::new));
    int size = outputs.size() / x.length;
    float[][] rows = new float[x.length][size];
    IntStream.range(0, outputs.size()).forEach(at -> rows[at / size][at % size] = outputs.at(at));
    return rows;
  }

  /** Takes what the model makes of the row before for what comes so many rows ahead. */
  private void take(int ahead, float[] outputs) {
    int rows = preparation.rowsAhead(answer);
    int before = t + ahead - 1;
    for (int target = 0; target < preparation.targets().size(); target++) {
      TargetCode code = preparation.targets().get(target);
      double[] y = slice.target(target);
      double base = code.baseline().of(y, slice.positions(), before, 1);
      double ofAll = code.baseline().of(y, slice.positions(), t, ahead);
      double median = RangeDecoder.range(preparation, target, 1, slice, before, outputs).median();
      for (int level = 0; level < Preparation.LEVELS; level++) {
        double value = base + code.unit(1) * outputs[target * Preparation.LEVELS + level];
        answer[(target * rows + ahead - 1) * Preparation.LEVELS + level] =
            (float) ((value - ofAll) / code.unit(ahead));
      }
      slice.take(target, t + ahead, code.code().scale().scaled(median));
    }
  }
}
