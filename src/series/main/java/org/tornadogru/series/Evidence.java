package org.tornadogru.series;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Whether a model that learned is better than one that did not, on rows that neither knows: of few
 * rows the one is better by chance.
 *
 * <p>The rows are those that say when to stop. They are not learned from and not held out, but the
 * best epoch was chosen by them, which {@link #isBetter} allows for.
 */
final class Evidence {

  private Evidence() {}

  /**
   * Whether the losses of rows became smaller, on the average by more than the best of some models
   * that are no better would make believe: √(2 ln n) standard errors of the differences, where n
   * were tried.
   *
   * @param before a loss for each row
   * @param after of the same rows, by the best of those that were tried
   * @see <a href="https://doi.org/10.1093/biomet/81.3.425">Donoho and Johnstone 1994, Ideal spatial
   *     adaptation by wavelet shrinkage</a>, of the largest of n deviations
   */
  static boolean isBetter(double[] before, double[] after, int tried) {
    int rows = before.length;
    double sum = 0;
    double squares = 0;
    for (int row = 0; row < rows; row++) {
      double gain = before[row] - after[row];
      sum += gain;
      squares += gain * gain;
    }
    double mean = sum / rows;
    double variance = Math.max(0, squares / rows - mean * mean);
    double standardError = Math.sqrt(variance / Math.max(1, rows - 1));
    return mean > Math.max(1, Math.sqrt(2 * Math.log(tried))) * standardError;
  }

  /**
   * Quantile losses of rows whose truth is known.
   *
   * @param all the sum over the outputs of each row
   * @param medians the same over those alone that are the medians of a target, [targets][rows]
   */
  // Arrays are values that are never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Losses(double[] all, double[][] medians) {}

  /** The losses of a model. */
  static Losses losses(Answers answers, List<Windows.Run> runs) {
    Preparation preparation = answers.preparation();
    DoubleStream.Builder all = DoubleStream.builder();
    List<DoubleStream.Builder> medians =
        preparation.targets().stream().map(target -> DoubleStream.builder()).toList();
    answers.compared(
        runs,
        (slice, t, outputs, truth) -> {
          int perTarget = truth.length / medians.size();
          double sum = 0;
          for (int target = 0; target < medians.size(); target++) {
            double ofMedians = 0;
            for (int i = target * perTarget; i < (target + 1) * perTarget; i++) {
              double loss = loss(preparation.level(i), truth[i] - outputs[i]);
              sum += loss;
              ofMedians += Preparation.isMedian(i) ? loss : 0;
            }
            medians.get(target).add(ofMedians);
          }
          all.add(sum);
        });
    return new Losses(
        all.build().toArray(),
        medians.stream().map(each -> each.build().toArray()).toArray(double[][]::new));
  }

  private static double loss(double level, double error) {
    return Math.max(level * error, (level - 1) * error);
  }
}
