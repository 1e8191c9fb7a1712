package org.tornadogru.nn;

import java.io.Serializable;

/**
 * What a model is asked for: a linear layer behind the GRU and its {@linkplain GruConfig#dense
 * dense layers}, and the loss that it is trained by. Weights that come with a linear layer take a
 * head of {@link Weights#outputs} outputs.
 *
 * @param target what the outputs are compared with
 * @param loss by default cross-entropy for a classifier, squared error for a regression
 * @param outputs classes, or values to predict
 */
public record Head(Target target, Loss loss, int outputs) implements Serializable {

  public Head {
    if (outputs < 1) {
      throw new InvalidInputException("a head has at least one output, not " + outputs);
    }
    if (target == Target.NEXT_TOKEN && !loss.ofClasses()) {
      throw new InvalidInputException(
          "the next token is a class: its loss is a cross-entropy, not " + loss);
    }
    loss.requireFit(outputs);
  }

  /** One class per sequence. */
  public static Head classifyLast(int classes) {
    return new Head(Target.LAST, Loss.crossEntropy(), classes);
  }

  /** One class per step. */
  public static Head classifyEachStep(int classes) {
    return new Head(Target.EACH_STEP, Loss.crossEntropy(), classes);
  }

  /** Values per sequence. */
  public static Head predictLast(int values) {
    return new Head(Target.LAST, Loss.squaredError(), values);
  }

  /** Values per step. */
  public static Head predictEachStep(int values) {
    return new Head(Target.EACH_STEP, Loss.squaredError(), values);
  }

  /** The next token at every step: a language model. */
  public static Head nextToken(int vocabulary) {
    return new Head(Target.NEXT_TOKEN, Loss.crossEntropy(), vocabulary);
  }

  /**
   * The same with another loss, which also says whether labels are classes or values.
   *
   * @throws InvalidInputException if it is not for so many outputs, or not for the next token
   */
  public Head withLoss(Loss other) {
    return new Head(target, other, outputs);
  }

  /**
   * Checks that a model is one for this head.
   *
   * @throws InvalidInputException if the weights have another number of outputs, or the head is for
   *     the next token and the GRU knows it already, or has no score for each token
   */
  public void requireFit(Weights weights) {
    if (weights.outputs() != outputs) {
      throw new InvalidInputException(
          "the weights have %d outputs but the head has %d".formatted(weights.outputs(), outputs));
    }
    GruConfig config = weights.config();
    boolean isLanguageModel =
        config.input() == InputKind.TOKENS
            && config.direction() == Direction.FORWARD
            && outputs == config.inputSize();
    if (target == Target.NEXT_TOKEN && !isLanguageModel) {
      throw new InvalidInputException(
          "the next token is predicted by a forward GRU over token ids with an output for each: this model has direction %s over %d %s, and %d outputs"
              .formatted(
                  config.direction(),
                  config.inputSize(),
                  config.input() == InputKind.TOKENS ? "token ids" : "features",
                  outputs));
    }
  }

  /** The same, compared with something else. */
  public Head withTarget(Target other) {
    return new Head(other, loss, outputs);
  }

  /** Whether there is one output per sequence, not one per step. */
  public boolean ofLast() {
    return target == Target.LAST;
  }

  /** Outputs of a sequence of so many steps. */
  public int steps(int inputs) {
    return ofLast() ? 1 : inputs;
  }
}
