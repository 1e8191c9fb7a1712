package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a model is measured by besides its loss: two numbers for each position, 0 where nothing
 * counts. The outputs stay as they are.
 */
public final class Measures {

  private Measures() {}

  /**
   * Whether the likeliest class is the right one, and what the right one costs.
   *
   * <pre>
   *   measures[0][p] = 1 if argmax(logits[p]) = target, the lowest of equals, otherwise 0
   *   measures[1][p] = log Σ exp(logits[p]) − logits[p][target]
   * </pre>
   *
   * @param logits [positions][symbols]
   * @param targets the class of position p at {@code firstTarget + p}; negative: does not count
   * @param measures out, [2][positions]
   * @param symbols the vocabulary, padded to whole tiles
   */
  public static void measureClasses(
      FloatArray logits,
      IntArray targets,
      FloatArray measures,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols) {
    for (@Parallel int position = 0; position < positions; position++) {
      int first = position * symbols;
      int likeliest = 0;
      float largest = logits.get(first);
      for (int symbol = 1; symbol < vocabulary; symbol++) {
        float logit = logits.get(first + symbol);
        likeliest = logit > largest ? symbol : likeliest;
        largest = TornadoMath.max(largest, logit);
      }
      float sum = 0f;
      for (int symbol = 0; symbol < vocabulary; symbol++) {
        sum += TornadoMath.exp(logits.get(first + symbol) - largest);
      }
      int target = targets.get(firstTarget + position);
      float cost = TornadoMath.log(sum) + (largest - logits.get(first + (target < 0 ? 0 : target)));
      measures.set(position, likeliest == target ? 1f : 0f);
      measures.set(positions + position, target < 0 ? 0f : cost);
    }
  }

  /**
   * How far outputs are from values, or how many are on the right side, and what they cost.
   *
   * <pre>
   *   measures[0][p] = Σ_j |y − target| / J      or of binary outputs   Σ_j [y > 0 ⇔ target > ½] / J
   *   measures[1][p] = Σ_j (y − target)² / J     or of binary outputs   Σ_j {@link ValueLoss#BINARY} / J
   * </pre>
   *
   * @param outputs [positions][columns]
   * @param targets [positions][columns]
   * @param counted [positions]; negative: does not count
   * @param measures out, [2][positions]
   * @param size J, outputs without padding
   * @param columns J, padded to whole tiles
   * @param binary 1 for binary outputs, otherwise 0
   */
  public static void measureValues(
      FloatArray outputs,
      FloatArray targets,
      IntArray counted,
      FloatArray measures,
      int positions,
      int size,
      int columns,
      int binary) {
    for (@Parallel int position = 0; position < positions; position++) {
      int real = counted.get(position) < 0 ? 0 : size;
      float first = 0f;
      float second = 0f;
      for (int column = 0; column < real; column++) {
        float output = outputs.get(position * columns + column);
        float target = targets.get(position * columns + column);
        int answer = output > 0f ? 1 : 0;
        int expected = target > 0.5f ? 1 : 0;
        float right = answer == expected ? 1f : 0f;
        float distance = ValueLoss.loss(ValueLoss.ABSOLUTE, 0f, output, target);
        int cost = binary == 1 ? ValueLoss.BINARY : ValueLoss.SQUARED;
        first += binary == 1 ? right : distance;
        second += ValueLoss.loss(cost, 0f, output, target);
      }
      measures.set(position, first / size);
      measures.set(positions + position, second / size);
    }
  }

  /** {@link #sumRows} or a twin, made a task. */
  @FunctionalInterface
  public interface SumRows {

    /** Takes what {@link #sumRows} does. */
    Launch launch(String id, FloatArray values, FloatArray sums, int rows, int columns);

    /** A twin that is a loop. */
    static SumRows loops(Task4<FloatArray, FloatArray, Integer, Integer> loop) {
      return (id, values, sums, rows, columns) ->
          Launch.loop(rows, new TaskPackage(id, loop, values, sums, rows, columns));
    }
  }

  /**
   * {@code sums[row] = Σ values[row]}.
   *
   * @param values [rows][columns]
   * @param sums out, [rows]
   */
  public static void sumRows(FloatArray values, FloatArray sums, int rows, int columns) {
    for (@Parallel int row = 0; row < rows; row++) {
      float sum = 0f;
      for (int column = 0; column < columns; column++) {
        sum += values.get(row * columns + column);
      }
      sums.set(row, sum);
    }
  }
}
