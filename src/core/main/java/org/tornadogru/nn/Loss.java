package org.tornadogru.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * What a model is trained by. Definitions and means are PyTorch's: the mean is over the labels that
 * count and, of losses that compare with values, over the outputs of each.
 *
 * <pre>{@code
 * Head.classifyLast(3).withLoss(Loss.crossEntropy().weighted(1f, 1f, 5f).smoothed(0.1f))
 * Head.predictLast(3).withLoss(Loss.quantiles(0.1f, 0.5f, 0.9f))
 * }</pre>
 */
public sealed interface Loss extends Serializable {

  /**
   * Softmax cross-entropy against a class, in nats. With classes that weigh differently the mean is
   * over the weights of the targets; with label smoothing a part of each target is spread evenly
   * over all C classes.
   *
   * <pre>
   *   loss = −Σ_c w[c] ((1 − ε) [c = target] + ε / C) log softmax(y)[c],     mean = Σ loss / Σ w[target]
   * </pre>
   *
   * @param classWeights w, one for each class, not negative; none: all weigh 1
   * @param labelSmoothing ε, 0 to 1
   * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html">
   *     CrossEntropyLoss</a>
   */
  record CrossEntropy(List<Float> classWeights, float labelSmoothing) implements Loss {

    public CrossEntropy {
      classWeights = List.copyOf(Objects.requireNonNull(classWeights, "classWeights"));
      for (float weight : classWeights) {
        require(weight >= 0 && Float.isFinite(weight), "a class weighs 0 or more", weight);
      }
      if (!classWeights.isEmpty() && Collections.max(classWeights) == 0) {
        throw new InvalidInputException("at least one class weighs more than 0");
      }
      require(
          labelSmoothing >= 0 && labelSmoothing <= 1,
          "label smoothing is between 0 and 1",
          labelSmoothing);
    }

    /** The same with a weight for each class. */
    public CrossEntropy weighted(float... weights) {
      return new CrossEntropy(listOf(weights), labelSmoothing);
    }

    /** The same with label smoothing. */
    public CrossEntropy smoothed(float smoothing) {
      return new CrossEntropy(classWeights, smoothing);
    }

    /** Whether all classes weigh the same and targets are not smoothed. */
    public boolean isPlain() {
      return classWeights.isEmpty() && labelSmoothing == 0;
    }

    /** The weight of a class. */
    public float weightOf(int label) {
      return classWeights.isEmpty() ? 1 : classWeights.get(label);
    }

    @Override
    public double weight(Labels labels) {
      if (classWeights.isEmpty()) {
        return labels.count();
      }
      double sum = 0;
      for (int position = 0; position < labels.steps() * labels.batch(); position++) {
        int label = labels.at(position);
        sum += label < 0 ? 0 : weightOf(label);
      }
      return sum;
    }
  }

  /**
   * Cross-entropy of outputs that are each right or wrong on their own, in nats. Outputs are
   * logits, labels are 0, 1 or a probability in between.
   *
   * <pre>
   *   loss = −(label log σ(y) + (1 − label) log(1 − σ(y)))
   * </pre>
   *
   * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html">
   *     BCEWithLogitsLoss</a>
   */
  record BinaryCrossEntropy() implements Loss {

    @Override
    public void requireFit(Labels labels) {
      int size = labels.size();
      labels
          .values()
          .ifPresent(
              values -> {
                for (int place = 0; place < values.size(); place++) {
                  float label = values.at(place);
                  require(
                      labels.at(place / size) < 0 || (label >= 0 && label <= 1),
                      "a label of binary cross-entropy is between 0 and 1",
                      label);
                }
              });
    }
  }

  /** {@code (y − label)²}. */
  record SquaredError() implements Loss {}

  /** {@code |y − label|}. */
  record AbsoluteError() implements Loss {}

  /**
   * Squared for small errors, absolute for large ones.
   *
   * <pre>
   *   loss = (y − label)² / 2 up to |y − label| = δ, from there on δ (|y − label| − δ / 2)
   * </pre>
   *
   * @param delta δ, positive
   * @see <a href="https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html">HuberLoss
   *     </a>
   */
  record Huber(float delta) implements Loss {

    public Huber {
      require(delta > 0 && Float.isFinite(delta), "Huber's delta is positive", delta);
    }
  }

  /**
   * The pinball loss, which makes each output a quantile of what its label is drawn from: one that
   * the label is below of with a probability of τ. A value of which several quantiles are asked for
   * is the label of several outputs.
   *
   * <pre>
   *   loss = τ (label − y) if y is less than the label, otherwise (1 − τ) (y − label)
   * </pre>
   *
   * @param levels τ of each output, between 0 and 1
   * @see <a href="https://doi.org/10.1257/jep.15.4.143">Koenker and Hallock 2001</a>
   */
  record Quantile(List<Float> levels) implements Loss {

    public Quantile {
      levels = List.copyOf(Objects.requireNonNull(levels, "levels"));
      for (float level : levels) {
        require(level > 0 && level < 1, "the level of a quantile is above 0 and below 1", level);
      }
    }
  }

  /** Softmax cross-entropy, where all classes weigh the same. */
  static CrossEntropy crossEntropy() {
    return new CrossEntropy(List.of(), 0);
  }

  /** Cross-entropy of each output on its own. */
  static Loss binaryCrossEntropy() {
    return new BinaryCrossEntropy();
  }

  /** Squared error. */
  static Loss squaredError() {
    return new SquaredError();
  }

  /** Absolute error. */
  static Loss absoluteError() {
    return new AbsoluteError();
  }

  /** Huber's loss. */
  static Loss huber(float delta) {
    return new Huber(delta);
  }

  /** The pinball loss, with a level for each output. */
  static Loss quantiles(float... levels) {
    return new Quantile(listOf(levels));
  }

  /** Whether labels are classes, not values. */
  default boolean ofClasses() {
    return this instanceof CrossEntropy;
  }

  /**
   * What the mean loss of a batch is over, and so what the batch weighs among others: how many
   * labels count, or the weights of their classes.
   */
  default double weight(Labels labels) {
    return labels.count();
  }

  /**
   * Checks values that outputs are compared with.
   *
   * @throws InvalidInputException if one that counts is none that the loss is defined for
   */
  default void requireFit(Labels labels) {}

  /**
   * Checks that there is a weight for each class or a level for each output, where there are any.
   *
   * @throws InvalidInputException if there are more or fewer
   */
  default void requireFit(int outputs) {
    switch (this) {
      case CrossEntropy(List<Float> weights, float smoothing) when !weights.isEmpty() ->
          requireFit("class weights", weights, outputs);
      case Quantile(List<Float> levels) -> requireFit("levels of quantiles", levels, outputs);
      default -> {}
    }
  }

  private static void requireFit(String what, List<Float> constants, int outputs) {
    if (constants.size() != outputs) {
      throw new InvalidInputException(
          "the loss has %d %s but the head has %d outputs"
              .formatted(constants.size(), what, outputs));
    }
  }

  private static void require(boolean fits, String rule, float value) {
    if (!fits) {
      throw new InvalidInputException("%s: %s does not fit".formatted(rule, value));
    }
  }

  private static List<Float> listOf(float... values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
