package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Losses of outputs against values, and their gradients; {@link CrossEntropy#mean} means them. */
public final class ValueLoss {

  /** {@code e²}, e being the output less its target. */
  public static final int SQUARED = 0;

  /** {@code |e|}. */
  public static final int ABSOLUTE = 1;

  /** {@code e² / 2} up to {@code |e| = δ}, from there on {@code δ (|e| − δ / 2)}. */
  public static final int HUBER = 2;

  /** {@code τ |e|} of an output that is too small, {@code (1 − τ) |e|} of one too large. */
  public static final int PINBALL = 3;

  /** {@code (1 − target) log(1 + exp(y)) + target log(1 + exp(−y))}: the cross-entropy of σ(y). */
  public static final int BINARY = 4;

  private ValueLoss() {}

  /**
   * Turns the outputs into their gradient, in place.
   *
   * <pre>
   *   losses[p] = Σ_j loss(y[p][j], target[p][j]) / J      dy[p][j] = loss'(y[p][j], target[p][j]) / J
   * </pre>
   *
   * @param outputs in and out, [positions][columns]; what pads them gets gradient 0
   * @param targets [positions][columns]
   * @param counted [positions]; where it is negative there is neither loss nor gradient
   * @param constants δ or τ of each output, [columns]
   * @param losses out, [positions]
   * @param size J, outputs without padding
   * @param columns J, padded to whole tiles
   * @param kind of loss, one of the constants of this class
   */
  public static void compare(
      FloatArray outputs,
      FloatArray targets,
      IntArray counted,
      FloatArray constants,
      FloatArray losses,
      int positions,
      int size,
      int columns,
      int kind) {
    for (@Parallel int position = 0; position < positions; position++) {
      int real = counted.get(position) < 0 ? 0 : size;
      float weight = 1f / size;
      float sum = 0f;
      for (int column = 0; column < real; column++) {
        int at = position * columns + column;
        float output = outputs.get(at);
        float target = targets.get(at);
        float constant = constants.get(column);
        sum += loss(kind, constant, output, target);
        outputs.set(at, weight * slope(kind, constant, output, target));
      }
      for (int column = real; column < columns; column++) {
        outputs.set(position * columns + column, 0f);
      }
      losses.set(position, weight * sum);
    }
  }

  /** The loss of one output. */
  static float loss(int kind, float constant, float output, float target) {
    float error = output - target;
    float size = TornadoMath.abs(error);
    return switch (kind) {
      case SQUARED -> error * error;
      case ABSOLUTE -> size;
      case HUBER -> size < constant ? 0.5f * error * error : constant * (size - 0.5f * constant);
      case PINBALL -> (error < 0f ? constant : 1f - constant) * size;
      default ->
          TornadoMath.abs(output) * (output < 0f ? target : 1f - target)
              + Activation.log1p(TornadoMath.exp(-TornadoMath.abs(output)));
    };
  }

  /** Its derivative by the output; 0 where there is none, at the kink. */
  private static float slope(int kind, float constant, float output, float target) {
    float error = output - target;
    float sign = error < 0f ? -1f : (error > 0f ? 1f : 0f);
    return switch (kind) {
      case SQUARED -> 2f * error;
      case ABSOLUTE -> sign;
      case HUBER -> TornadoMath.abs(error) < constant ? error : constant * sign;
      case PINBALL -> sign * (error < 0f ? constant : 1f - constant);
      default -> (1f - target) * Activation.sigmoid(output) - target * Activation.sigmoid(-output);
    };
  }
}
