package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Softmax cross-entropy against a class, its gradient, and its mean.
 *
 * <p>Padding (a negative target) has neither loss nor gradient and does not count in the mean. The
 * gradient is that of the <em>sum</em> of the losses: how many targets there are, or what they
 * weigh, is known only on the device, so {@link GradientDescent#clip} divides by it once, where the
 * gradients are scaled anyway.
 */
public final class CrossEntropy {

  private CrossEntropy() {}

  /** {@link #softmax}, {@link Measures#measureClasses} or a twin, made a task. */
  @FunctionalInterface
  public interface OfClasses {

    /** Takes what they do. */
    Launch launch(
        String id,
        FloatArray logits,
        IntArray targets,
        FloatArray results,
        int positions,
        int firstTarget,
        int vocabulary,
        int symbols);

    /** A twin that is a loop. */
    static OfClasses loops(
        Task7<FloatArray, IntArray, FloatArray, Integer, Integer, Integer, Integer> loop) {
      return (id, logits, targets, results, positions, firstTarget, vocabulary, symbols) ->
          Launch.loop(
              positions,
              new TaskPackage(
                  id, loop, logits, targets, results, positions, firstTarget, vocabulary, symbols));
    }
  }

  /**
   * Turns the logits into their gradient, in place.
   *
   * <pre>
   *   loss[p] = log Σ exp(logits[p]) − logits[p][target]      dlogits[p] = softmax(logits[p]) − onehot(target)
   * </pre>
   *
   * @param logits in and out, [steps · batch][symbols]; what pads the vocabulary gets gradient 0
   * @param targets the class of position p at {@code firstTarget + p}; for a language model these
   *     are its tokens, one step later
   * @param losses out, [steps · batch], nats
   * @param symbols the vocabulary, padded to whole tiles
   */
  public static void softmax(
      FloatArray logits,
      IntArray targets,
      FloatArray losses,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols) {
    for (@Parallel int position = 0; position < positions; position++) {
      int first = position * symbols;
      float largest = logits.get(first);
      for (int symbol = 1; symbol < vocabulary; symbol++) {
        largest = TornadoMath.max(largest, logits.get(first + symbol));
      }
      float sum = 0f;
      for (int symbol = 0; symbol < vocabulary; symbol++) {
        sum += TornadoMath.exp(logits.get(first + symbol) - largest);
      }
      int target = targets.get(firstTarget + position);
      float counted = target < 0 ? 0f : 1f;
      int known = target < 0 ? 0 : target;
      losses.set(
          position, counted * (TornadoMath.log(sum) + (largest - logits.get(first + known))));
      for (int symbol = 0; symbol < vocabulary; symbol++) {
        float probability = TornadoMath.exp(logits.get(first + symbol) - largest) / sum;
        float expected = symbol == known ? 1f : 0f;
        logits.set(first + symbol, counted * (probability - expected));
      }
      for (int symbol = vocabulary; symbol < symbols; symbol++) {
        logits.set(first + symbol, 0f);
      }
    }
  }

  /** {@link #weightedSoftmax} or a twin, made a task. */
  @FunctionalInterface
  public interface WeightedSoftmax {

    /** Takes what {@link #weightedSoftmax} does. */
    Launch launch(
        String id,
        FloatArray logits,
        IntArray targets,
        FloatArray classWeights,
        FloatArray losses,
        int positions,
        int firstTarget,
        int vocabulary,
        int symbols,
        float smoothing);

    /** A twin that is a loop. */
    static WeightedSoftmax loops(
        Task9<
                FloatArray,
                IntArray,
                FloatArray,
                FloatArray,
                Integer,
                Integer,
                Integer,
                Integer,
                Float>
            loop) {
      return (id,
          logits,
          targets,
          weights,
          losses,
          positions,
          first,
          classes,
          symbols,
          smoothing) ->
          Launch.loop(
              positions,
              new TaskPackage(
                  id, loop, logits, targets, weights, losses, positions, first, classes, symbols,
                  smoothing));
    }
  }

  /**
   * {@link #softmax} with classes that weigh differently, and with some of the target's share
   * spread over all classes.
   *
   * <pre>
   *   a[c] = w[c] ((1 − ε) onehot(target)[c] + ε / C)
   *   loss[p] = −Σ_c a[c] log softmax(logits[p])[c]      dlogits[p] = softmax(logits[p]) Σ a − a
   * </pre>
   *
   * @param logits in and out, [positions][symbols]; what pads the classes gets gradient 0
   * @param targets the class of position p at {@code firstTarget + p}
   * @param classWeights w, [symbols]
   * @param losses out, [2][positions]: the losses, and the weights of the targets, which the mean
   *     is over
   * @param vocabulary C
   * @param symbols C, padded to whole tiles
   * @param smoothing ε
   * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html">
   *     CrossEntropyLoss with weight and label_smoothing</a>
   */
  public static void weightedSoftmax(
      FloatArray logits,
      IntArray targets,
      FloatArray classWeights,
      FloatArray losses,
      int positions,
      int firstTarget,
      int vocabulary,
      int symbols,
      float smoothing) {
    for (@Parallel int position = 0; position < positions; position++) {
      int first = position * symbols;
      float largest = logits.get(first);
      for (int symbol = 1; symbol < vocabulary; symbol++) {
        largest = TornadoMath.max(largest, logits.get(first + symbol));
      }
      float sum = 0f;
      for (int symbol = 0; symbol < vocabulary; symbol++) {
        sum += TornadoMath.exp(logits.get(first + symbol) - largest);
      }
      int target = targets.get(firstTarget + position);
      float logSum = TornadoMath.log(sum);
      float loss = 0f;
      float shares = 0f;
      for (int symbol = 0; symbol < vocabulary; symbol++) {
        float share = share(symbol, target, smoothing, vocabulary) * classWeights.get(symbol);
        loss += share * (logSum + (largest - logits.get(first + symbol)));
        shares += share;
      }
      losses.set(position, target < 0 ? 0f : loss);
      losses.set(positions + position, target < 0 ? 0f : classWeights.get(target < 0 ? 0 : target));
      for (int symbol = 0; symbol < vocabulary; symbol++) {
        float probability = TornadoMath.exp(logits.get(first + symbol) - largest) / sum;
        float share = share(symbol, target, smoothing, vocabulary) * classWeights.get(symbol);
        logits.set(first + symbol, target < 0 ? 0f : probability * shares - share);
      }
      for (int symbol = vocabulary; symbol < symbols; symbol++) {
        logits.set(first + symbol, 0f);
      }
    }
  }

  /** What a smoothed target is of a class, before the class is weighed. */
  public static float share(int symbol, int target, float smoothing, int vocabulary) {
    return smoothing / vocabulary + (symbol == target ? 1f - smoothing : 0f);
  }

  /** {@link #sumByStep} or a twin, made a task. */
  @FunctionalInterface
  public interface SumByStep {

    /** Takes what {@link #sumByStep} does. */
    Launch launch(
        String id,
        FloatArray losses,
        IntArray targets,
        FloatArray sums,
        int steps,
        int batch,
        int firstTarget);

    /** A twin that is a loop. */
    static SumByStep loops(
        Task6<FloatArray, IntArray, FloatArray, Integer, Integer, Integer> loop) {
      return (id, losses, targets, sums, steps, batch, firstTarget) ->
          Launch.loop(
              steps, new TaskPackage(id, loop, losses, targets, sums, steps, batch, firstTarget));
    }
  }

  /**
   * Sums the losses and counts the targets of each step.
   *
   * @param losses [steps][batch]
   * @param targets negative where nothing counts, [steps][batch] from {@code firstTarget} on
   * @param sums out, [2][steps]: losses, targets
   */
  public static void sumByStep(
      FloatArray losses, IntArray targets, FloatArray sums, int steps, int batch, int firstTarget) {
    for (@Parallel int time = 0; time < steps; time++) {
      float sum = 0f;
      float count = 0f;
      for (int row = 0; row < batch; row++) {
        sum += losses.get(time * batch + row);
        count += targets.get(firstTarget + time * batch + row) < 0 ? 0f : 1f;
      }
      sums.set(time, sum);
      sums.set(steps + time, count);
    }
  }

  /** {@link #mean} or a twin, made a task. */
  @FunctionalInterface
  public interface Mean {

    /** Takes what {@link #mean} does. */
    Launch launch(String id, FloatArray sums, FloatArray meanLoss, FloatArray targets, int steps);

    /** A twin that is a loop. */
    static Mean loops(Task4<FloatArray, FloatArray, FloatArray, Integer> loop) {
      return (id, sums, meanLoss, targets, steps) ->
          Launch.loop(1, new TaskPackage(id, loop, sums, meanLoss, targets, steps));
    }
  }

  /**
   * The mean loss per target.
   *
   * @param sums [2][steps]: losses, and targets or their weights
   * @param meanLoss out, [1], nats; 0 if there is no target
   * @param targets out, [1]: how many there are, or what they weigh
   */
  public static void mean(FloatArray sums, FloatArray meanLoss, FloatArray targets, int steps) {
    for (@Parallel int only = 0; only < 1; only++) {
      float loss = 0f;
      float count = 0f;
      for (int time = 0; time < steps; time++) {
        loss += sums.get(time);
        count += sums.get(steps + time);
      }
      meanLoss.set(only, count > 0f ? loss / count : 0f);
      targets.set(only, count);
    }
  }
}
