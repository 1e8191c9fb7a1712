package org.tornadogru.series;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** How good a model is on rows that it was not learned from, beside what costs nothing. */
public sealed interface Score {

  /**
   * Of a forecast, over all rows ahead. Errors are in units of the column, and not numbers if there
   * was nothing to compare.
   *
   * @param target the column
   * @param count forecasts that were compared
   * @param mae mean absolute error of the median
   * @param rmse root of its mean squared error
   * @param mase {@code mae} by the mean absolute error of the last value one row ahead, or of the
   *     mean where sequences have one value, in the rows learned from; not a number if these never
   *     change; see <a href="https://doi.org/10.1016/j.ijforecast.2006.03.001">Hyndman and Koehler
   *     2006</a>
   * @param coverage the part of the values that lie in the range
   * @param lastMae what the last value would have; the mean, where sequences have one value
   * @param baseline what the model begins with, in words
   * @param baselineMae what that would have
   * @param maeOf by rows ahead, [horizon]
   */
  record Forecast(
      String target,
      long count,
      double mae,
      double rmse,
      double mase,
      double coverage,
      double lastMae,
      String baseline,
      double baselineMae,
      List<Double> maeOf)
      implements Score {

    public Forecast {
      Objects.requireNonNull(target, "target");
      Objects.requireNonNull(baseline, "baseline");
      maeOf = List.copyOf(Objects.requireNonNull(maeOf, "maeOf"));
    }

    /** Errors less than this part below what costs nothing are no success. */
    private static final double WORTH_IT = 0.99;

    /** Whether it is worth its cost. */
    public boolean beatsBaseline() {
      return mae < WORTH_IT * Math.min(lastMae, baselineMae);
    }
  }

  /**
   * Of labels.
   *
   * @param count labels that were compared, those among them that no row to learn from had
   * @param accuracy the part that is right; not a number if none was compared
   * @param majority what always saying the commonest label would have
   * @param labels the labels
   * @param confusion how often a label was taken for another, [truth][answer]; without those that
   *     no row to learn from had
   */
  // Arrays are values that are never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Labels(
      long count, double accuracy, double majority, List<String> labels, long[][] confusion)
      implements Score {

    public Labels {
      labels = List.copyOf(Objects.requireNonNull(labels, "labels"));
      confusion = Stream.of(confusion).map(long[]::clone).toArray(long[][]::new);
    }

    @Override
    public long[][] confusion() {
      return Stream.of(confusion).map(long[]::clone).toArray(long[][]::new);
    }

    /**
     * The harmonic mean of precision and recall of a label; not a number if it never occurs.
     *
     * @param label its place among the labels
     * @throws IndexOutOfBoundsException if there is none of that place
     */
    public double f1(int label) {
      long right = confusion[label][label];
      long all = 0;
      for (int other = 0; other < confusion.length; other++) {
        all += confusion[label][other] + confusion[other][label];
      }
      return all == 0 ? Double.NaN : 2.0 * right / all;
    }
  }

  /** The scores of several targets. */
  record Forecasts(List<Forecast> targets) implements Score {
    public Forecasts {
      targets = List.copyOf(Objects.requireNonNull(targets, "targets"));
    }
  }
}
