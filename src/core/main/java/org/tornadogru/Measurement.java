package org.tornadogru;

import org.tornadogru.nn.Loss;

/**
 * How good a model is, over all labels of some batches that count. What the kind of labels does not
 * have is not a number.
 *
 * @param loss mean, what training lowers
 * @param labels how many counted
 * @param accuracy of classes: part of the labels that were the likeliest class, the lowest of equal
 *     ones; of binary outputs: part of the outputs on the label's side of one half
 * @param crossEntropy of classes, or binary outputs: mean of what the labels cost, in nats,
 *     whatever the loss has of class weights and label smoothing
 * @param meanAbsoluteError of values, over labels and outputs
 * @param rootMeanSquaredError of values, over labels and outputs
 */
public record Measurement(
    double loss,
    long labels,
    double accuracy,
    double crossEntropy,
    double meanAbsoluteError,
    double rootMeanSquaredError) {

  /** Sums over batches. */
  static final class Sums {
    private double losses;
    private double weight;
    private long labels;
    private double first;
    private double second;

    /**
     * Adds a batch.
     *
     * @param batchWeight what its loss is a mean over
     * @param ofFirst over its labels, hits or absolute errors
     * @param ofSecond over its labels, cross-entropies or squared errors
     */
    void add(
        double meanLoss, double batchWeight, int batchLabels, double ofFirst, double ofSecond) {
      losses += meanLoss * batchWeight;
      weight += batchWeight;
      labels += batchLabels;
      first += ofFirst;
      second += ofSecond;
    }

    Measurement of(Loss loss) {
      double nothing = Double.NaN;
      return loss.ofClasses() || loss instanceof Loss.BinaryCrossEntropy
          ? new Measurement(
              losses / weight, labels, first / labels, second / labels, nothing, nothing)
          : new Measurement(
              losses / weight,
              labels,
              nothing,
              nothing,
              first / labels,
              Math.sqrt(second / labels));
    }
  }

  /** {@code exp(crossEntropy)}: among how many equally likely classes it would cost as much. */
  public double perplexity() {
    return Math.exp(crossEntropy);
  }

  /** The cross-entropy in bits: per character, where tokens are characters. */
  public double bitsPerLabel() {
    return crossEntropy / Math.log(2);
  }
}
