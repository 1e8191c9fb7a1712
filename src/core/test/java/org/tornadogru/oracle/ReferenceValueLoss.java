package org.tornadogru.oracle;

import org.tornadogru.nn.Loss;

/**
 * A loss of one output against a value, and its derivative by the output.
 *
 * @param output which one
 */
record ReferenceValueLoss(Loss loss, int output, double target) implements Tape.Scalar {

  @Override
  public double value(double y) {
    double error = y - target;
    return switch (loss) {
      case Loss.SquaredError squared -> error * error;
      case Loss.AbsoluteError absolute -> Math.abs(error);
      case Loss.Huber(float delta) ->
          Math.abs(error) <= delta ? error * error / 2 : delta * (Math.abs(error) - delta / 2.0);
      case Loss.Quantile quantile -> Math.max(-level() * error, (1 - level()) * error);
      case Loss.BinaryCrossEntropy binary ->
          target * Math.log1p(Math.exp(-y)) + (1 - target) * Math.log1p(Math.exp(y));
      case Loss.CrossEntropy entropy -> throw new IllegalArgumentException("of classes: " + loss);
    };
  }

  @Override
  public double slope(double y) {
    double error = y - target;
    return switch (loss) {
      case Loss.SquaredError squared -> 2 * error;
      case Loss.AbsoluteError absolute -> Math.signum(error);
      case Loss.Huber(float delta) -> Math.clamp(error, -delta, delta);
      case Loss.Quantile quantile -> error > 0 ? 1 - level() : -level();
      case Loss.BinaryCrossEntropy binary -> 1 / (1 + Math.exp(-y)) - target;
      case Loss.CrossEntropy entropy -> throw new IllegalArgumentException("of classes: " + loss);
    };
  }

  private double level() {
    return loss instanceof Loss.Quantile(var levels) ? levels.get(output) : 0;
  }
}
