package org.tornadogru.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.tornadogru.SequenceModel;

/**
 * Finds margins by which ranges have the coverage that was asked for, on rows that are held out.
 *
 * @see <a href="https://arxiv.org/abs/1905.03222">Romano et al. 2019, conformalized quantile
 *     regression</a>
 */
final class Calibration {

  /** Rows of what is held out that are no alarm. */
  private static final double NORMAL = 0.99;

  private Calibration() {}

  /** The same preparation with margins. */
  static Preparation of(
      Preparation preparation,
      SequenceModel model,
      SeriesData data,
      Windows windows,
      List<Windows.Run> runs) {
    int ofTarget = preparation.config().task().ranges();
    int ranges = preparation.targets().size() * ofTarget;
    List<DoubleStream.Builder> misses =
        Stream.generate(DoubleStream::builder).limit(ranges).toList();
    float[] truth = new float[preparation.outputs()];
    Answers.of(
        model,
        preparation,
        data,
        windows,
        runs,
        (group, place, slice, t, outputs) -> {
          if (preparation.leftOver(slice, t, truth)) {
            for (int range = 0; range < ranges; range++) {
              double[] ends =
                  RangeDecoder.ends(preparation, range / ofTarget, range % ofTarget + 1, outputs);
              double value = truth[range * Preparation.LEVELS];
              misses.get(range).add(Math.max(ends[0] - value, value - ends[2]));
            }
          }
        });
    SeriesConfig config = preparation.config();
    double coverage = (double) config.high() - config.low();
    List<Double> margins =
        misses.stream().map(each -> margin(each.build().toArray(), coverage)).toList();
    List<TargetCode> targets = new ArrayList<>();
    for (int target = 0; target < preparation.targets().size(); target++) {
      targets.add(
          preparation
              .targets()
              .get(target)
              .withMargins(margins.subList(target * ofTarget, (target + 1) * ofTarget)));
    }
    Preparation calibrated = preparation.withTargets(targets);
    return config.task().kind() == SeriesTask.Kind.ALARM
        ? calibrated.withThreshold(threshold(calibrated, model, data, windows, runs))
        : calibrated;
  }

  private static double threshold(
      Preparation preparation,
      SequenceModel model,
      SeriesData data,
      Windows windows,
      List<Windows.Run> runs) {
    DoubleStream.Builder scores = DoubleStream.builder();
    Answers.of(
        model,
        preparation,
        data,
        windows,
        runs,
        (group, place, slice, t, outputs) ->
            scores.add(Alarm.of(preparation, slice, t, outputs).score()));
    double[] sorted = scores.build().sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(int) (NORMAL * (sorted.length - 1))];
  }

  private static double margin(double[] misses, double coverage) {
    Arrays.sort(misses);
    int rank = (int) Math.ceil(coverage * (misses.length + 1));
    return misses.length == 0 ? 0 : misses[Math.min(rank, misses.length) - 1];
  }
}
