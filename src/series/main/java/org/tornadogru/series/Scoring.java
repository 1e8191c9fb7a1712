package org.tornadogru.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures a model on the rows that are held out. */
final class Scoring {

  private final SeriesModel model;
  private final Preparation preparation;
  private final SeriesData data;
  private final Parts parts;

  private Scoring(SeriesModel model, SeriesData data, Parts parts) {
    this.model = model;
    preparation = model.preparation();
    this.data = data;
    this.parts = parts;
  }

  static Score of(SeriesModel model, SeriesData data, Parts parts) {
    Scoring scoring = new Scoring(model, data, parts);
    return model.preparation().config().task().ofNumbers() ? scoring.forecasts() : scoring.labels();
  }

  /** Sums of the errors of one target. */
  private static final class Sums {
    final double[] ofAhead;
    long count;
    double absolute;
    double squared;
    double last;
    double baseline;
    long covered;

    Sums(int horizon) {
      ofAhead = new double[horizon];
    }
  }

  private Score forecasts() {
    int horizon = preparation.config().task().ranges();
    List<Sums> all = new ArrayList<>();
    preparation.targets().forEach(target -> all.add(new Sums(horizon)));
    Windows windows = new Windows(preparation, data, parts);
    model
        .answers(data, windows)
        .compared(
            windows.heldOut(),
            (slice, t, outputs, truth) -> {
              for (int target = 0; target < all.size(); target++) {
                for (int ahead = 1; ahead <= horizon; ahead++) {
                  add(all.get(target), target, ahead, slice, t, outputs);
                }
              }
            });
    List<Score.Forecast> scores = new ArrayList<>();
    for (int target = 0; target < all.size(); target++) {
      scores.add(score(preparation.targets().get(target), all.get(target), horizon));
    }
    return scores.size() == 1 ? scores.getFirst() : new Score.Forecasts(scores);
  }

  private void add(Sums sums, int target, int ahead, Slice slice, int t, float[] outputs) {
    Range range = RangeDecoder.range(preparation, target, ahead, slice, t, outputs);
    TargetCode code = preparation.targets().get(target);
    double value = code.code().scale().raw(slice.target(target)[preparation.truth(t, ahead)]);
    double error = Math.abs(range.median() - value);
    sums.count++;
    sums.absolute += error;
    sums.ofAhead[ahead - 1] += error;
    sums.squared += error * error;
    sums.covered += range.contains(value) ? 1 : 0;
    Baseline naive = preparation.config().task().horizon() > 0 ? Baseline.NAIVE : code.baseline();
    sums.last +=
        Math.abs(RangeDecoder.baseline(preparation, naive, target, ahead, slice, t) - value);
    sums.baseline +=
        Math.abs(
            RangeDecoder.baseline(preparation, code.baseline(), target, ahead, slice, t) - value);
  }

  private static Score.Forecast score(TargetCode code, Sums sums, int horizon) {
    double count = sums.count;
    List<Double> ofAhead = new ArrayList<>();
    for (double sum : sums.ofAhead) {
      ofAhead.add(sum / (count / horizon));
    }
    return new Score.Forecast(
        code.code().column(),
        sums.count,
        sums.absolute / count,
        Math.sqrt(sums.squared / count),
        sums.absolute / count / code.naive(),
        sums.covered / count,
        sums.last / count,
        code.baseline().kind().words,
        sums.baseline / count,
        ofAhead);
  }

  private Score labels() {
    List<String> labels = preparation.labels();
    long[][] confusion = new long[labels.size()][labels.size()];
    long[] unknown = new long[1];
    Windows windows = new Windows(preparation, data, parts);
    model
        .answers(data, windows)
        .of(
            windows.heldOut(),
            (group, place, slice, t, outputs) -> {
              int truth = windows.label(place);
              if (truth >= 0) {
                confusion[truth][likeliest(outputs)]++;
              } else if (truth == Windows.UNKNOWN) {
                unknown[0]++;
              }
            });
    long count = unknown[0];
    long right = 0;
    long commonest = 0;
    for (int label = 0; label < confusion.length; label++) {
      long ofLabel = Arrays.stream(confusion[label]).sum();
      count += ofLabel;
      right += confusion[label][label];
      commonest = Math.max(commonest, ofLabel);
    }
    return new Score.Labels(
        count, (double) right / count, (double) commonest / count, labels, confusion);
  }

  static int likeliest(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return best;
  }
}
