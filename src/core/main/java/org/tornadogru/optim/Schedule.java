package org.tornadogru.optim;

import java.io.Serializable;
import org.tornadogru.nn.InvalidInputException;

/**
 * What the learning rate of an optimizer is multiplied by as training goes on.
 *
 * @see <a href="https://docs.pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate">how
 *     PyTorch adjusts it</a>
 */
public sealed interface Schedule extends Serializable {

  /** The learning rate as it is. */
  Schedule CONSTANT = new Constant();

  /**
   * The factor of an update.
   *
   * @param update counted from 0
   */
  double factor(long update);

  /** Always 1. */
  record Constant() implements Schedule {
    @Override
    public double factor(long update) {
      return 1;
    }
  }

  /**
   * {@code γ^⌊t / every⌋}: PyTorch's {@code StepLR}, and with {@code every} 1 its {@code
   * ExponentialLR}.
   *
   * @param every how many updates have one rate
   * @param gamma γ, positive
   */
  record Step(long every, double gamma) implements Schedule {
    public Step {
      requireUpdates("a step", every);
      requirePositive("gamma", gamma);
    }

    @Override
    public double factor(long update) {
      long falls = update / every;
      return Math.pow(gamma, (double) falls);
    }
  }

  /**
   * {@code (1 − t / updates)^power}: PyTorch's {@code PolynomialLR}.
   *
   * @param updates after which the rate is 0
   * @param power positive
   */
  record Polynomial(long updates, double power) implements Schedule {
    public Polynomial {
      requireUpdates("a polynomial schedule", updates);
      requirePositive("power", power);
    }

    @Override
    public double factor(long update) {
      return Math.pow(1 - (double) Math.min(update, updates) / updates, power);
    }
  }

  /**
   * Linear warm-up, then half a wave of the cosine down to a floor, where it stays:
   *
   * <pre>
   *   t &lt; warmup       (t + 1) / warmup
   *   t ≥ warmup       floor + (1 − floor) · (1 + cos(π · (t − warmup) / (updates − warmup))) / 2
   * </pre>
   *
   * The wave is PyTorch's {@code CosineAnnealingLR}, with {@code T_max} the updates after the
   * warm-up, except that PyTorch's rises again after them. The warm-up before it, whose first
   * factor is not 0, is {@code LinearLR} from {@code 1 / warmup} in {@code warmup − 1} updates;
   * {@code SequentialLR} chains them.
   *
   * @param updates in all
   * @param warmup updates of the warm-up, fewer than all
   * @param floor the last factor, 0 or more
   * @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter 2017, equation 5</a>
   */
  record Cosine(long updates, long warmup, double floor) implements Schedule {
    public Cosine {
      requireUpdates("a cosine schedule", updates);
      if (warmup < 0 || warmup >= updates || !(floor >= 0)) {
        throw new InvalidInputException(
            "a cosine schedule of %d updates has a shorter warm-up and a floor of 0 or more, not %d and %s"
                .formatted(updates, warmup, floor));
      }
    }

    @Override
    public double factor(long update) {
      if (update < warmup) {
        return (update + 1.0) / warmup;
      }
      double done = Math.min(1, (double) (update - warmup) / (updates - warmup));
      return floor + (1 - floor) * (1 + Math.cos(Math.PI * done)) / 2;
    }
  }

  /**
   * PyTorch's {@code OneCycleLR} with its cosines, two phases and {@code cycle_momentum=False}:
   * from 1 / 25 of the rate up to it, and down to 1 / 250,000 of it, where it stays; PyTorch
   * refuses to go on there.
   *
   * @param updates in all, 2 or more
   * @param rising the part of them in which the rate rises, above 0 and below 1
   * @see <a href="https://arxiv.org/abs/1708.07120">Smith and Topin 2018</a>
   */
  record OneCycle(long updates, double rising) implements Schedule {
    private static final double FIRST = 1.0 / 25;
    private static final double LAST = FIRST / 1e4;

    public OneCycle {
      if (updates < 2 || !(rising > 0 && rising < 1)) {
        throw new InvalidInputException(
            "a cycle has 2 updates or more and rises in a part above 0 and below 1, not %d and %s"
                .formatted(updates, rising));
      }
    }

    @Override
    public double factor(long update) {
      double peak = rising * updates - 1;
      if (update < peak) {
        return between(FIRST, 1, update / peak);
      }
      return between(1, LAST, Math.min(1, (update - peak) / (updates - 1 - peak)));
    }

    private static double between(double from, double to, double part) {
      return to + (from - to) * (1 + Math.cos(Math.PI * part)) / 2;
    }
  }

  private static void requireUpdates(String what, long updates) {
    if (updates < 1) {
      throw new InvalidInputException("%s takes 1 update or more, not %d".formatted(what, updates));
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new InvalidInputException("%s must be positive, not %s".formatted(what, value));
    }
  }
}
