package org.tornadogru.study;

import java.util.List;
import java.util.Objects;
import org.tornadogru.train.EpochMetrics;

/**
 * What came of an experiment.
 *
 * @param experiment what was done
 * @param epochs at least one
 * @param weights how many
 * @param seconds of all, from the first weights to the last
 * @param sample what the model writes
 * @param gradients {@link Gradients}, or none
 */
public record TextRun(
    Experiment experiment,
    List<EpochMetrics> epochs,
    int weights,
    double seconds,
    String sample,
    List<Double> gradients) {

  public TextRun {
    Objects.requireNonNull(experiment, "experiment");
    epochs = List.copyOf(epochs);
    gradients = List.copyOf(gradients);
  }

  /** The perplexities at its end. */
  public EpochMetrics last() {
    return epochs.getLast();
  }

  /** The median over the epochs, since in the first ones Java is still compiling. */
  public double charactersPerSecond() {
    double[] sorted =
        epochs.stream().mapToDouble(EpochMetrics::targetsPerSecond).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
