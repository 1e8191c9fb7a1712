package org.tornadogru;

import java.util.Arrays;
import org.tornadogru.nn.InvalidInputException;

/**
 * What a model's outputs should be.
 *
 * @param steps T, or 1 for one target per sequence
 * @param batch N
 * @param size values per target; 0 for classes
 * @param classes [steps][N]; for values anything; negative where the target does not count
 * @param values [steps][N][size]; null for classes
 */
@SuppressWarnings("ArrayRecordComponent") // values are large and handed on, never compared
public record Labels(int steps, int batch, int size, int[] classes, float[] values) {

  private static final int NOT_COUNTED = -1;

  /** One class per sequence, [N]; a negative one does not count. */
  public static Labels classes(int... classes) {
    return classesOfSteps(new int[][] {classes});
  }

  /** One class per step, time first, [T][N]; a negative one does not count. */
  public static Labels classesOfSteps(int[][] classes) {
    int batch = classes.length == 0 ? 0 : classes[0].length;
    for (int[] step : classes) {
      requireSize(step.length, batch);
    }
    int[] flat = Arrays.stream(classes).flatMapToInt(Arrays::stream).toArray();
    return new Labels(classes.length, batch, 0, flat, null);
  }

  /** Values for each sequence, [N][size]. */
  public static Labels values(float[][] values) {
    return valuesOfSteps(new float[][][] {values});
  }

  /** Values for each step, time first, [T][N][size]. */
  public static Labels valuesOfSteps(float[][][] values) {
    int batch = values.length == 0 ? 0 : values[0].length;
    int size = batch == 0 ? 0 : values[0][0].length;
    float[] flat =
        Shapes.flat(
            "the target", values, new int[] {values.length, batch, size}, "[steps][batch][values]");
    return new Labels(values.length, batch, size, new int[values.length * batch], flat);
  }

  /**
   * The same, but only some targets count.
   *
   * @param counted [T][N], or [1][N] for one target per sequence
   */
  public Labels counting(boolean[][] counted) {
    if (counted.length != steps) {
      throw new InvalidInputException(
          "the mask of the targets has %d steps: expected %d".formatted(counted.length, steps));
    }
    int[] kept = classes.clone();
    for (int step = 0; step < steps; step++) {
      requireSize(counted[step].length, batch);
      for (int row = 0; row < batch; row++) {
        if (!counted[step][row]) {
          kept[step * batch + row] = NOT_COUNTED;
        }
      }
    }
    return new Labels(steps, batch, size, kept, values);
  }

  /** The same without what belongs to masked steps; {@code valid} is [steps][N]. */
  Labels countingOnly(boolean[] valid) {
    int[] kept = classes.clone();
    for (int position = 0; position < kept.length; position++) {
      kept[position] = valid[position] ? kept[position] : NOT_COUNTED;
    }
    return new Labels(steps, batch, size, kept, values);
  }

  private static void requireSize(int size, int expected) {
    if (size != expected) {
      throw new InvalidInputException(
          "a step of the targets has %d rows but the first has %d".formatted(size, expected));
    }
  }
}
