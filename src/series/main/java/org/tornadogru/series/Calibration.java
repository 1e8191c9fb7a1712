package org.tornadogru.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * Margins by which ranges have the coverage that was asked for, on rows that were not learned from.
 *
 * @param margins for each target, [horizon]
 * @param threshold the score above which a row is an alarm
 * @see <a href="https://arxiv.org/abs/1905.03222">Romano et al. 2019, conformalized quantile
 *     regression</a>
 */
record Calibration(Map<String, List<Double>> margins, double threshold) {

  /** No margins. */
  static final Calibration NONE = new Calibration(Map.of(), 0);

  /** Rows that are no alarm. */
  private static final double NORMAL = 0.99;

  /** What the answers to some rows need. */
  static Calibration of(Answers answers, List<Windows.Run> runs) {
    Preparation preparation = answers.preparation();
    SeriesConfig config = preparation.config();
    int ofTarget = config.task().ranges();
    int ranges = preparation.targets().size() * ofTarget;
    List<DoubleStream.Builder> misses =
        Stream.generate(DoubleStream::builder).limit(ranges).toList();
    answers.compared(
        runs,
        (slice, t, outputs, truth) -> {
          for (int range = 0; range < ranges; range++) {
            double[] ends =
                RangeDecoder.ends(preparation, range / ofTarget, range % ofTarget + 1, outputs);
            double value = truth[range * Preparation.LEVELS];
            double recent = RangeDecoder.recent(preparation, range / ofTarget, slice, t);
            double below = (ends[1] - value) / recent - (ends[1] - ends[0]);
            double above = (value - ends[1]) / recent - (ends[2] - ends[1]);
            misses.get(range).add(Math.max(below, above));
          }
        });
    double coverage = (double) config.high() - config.low();
    Map<String, List<Double>> margins = new HashMap<>();
    for (int target = 0; target < preparation.targets().size(); target++) {
      margins.put(
          preparation.targets().get(target).code().column(),
          misses.subList(target * ofTarget, (target + 1) * ofTarget).stream()
              .map(each -> margin(each.build().toArray(), coverage))
              .toList());
    }
    Calibration calibration = new Calibration(margins, 0);
    return config.task().kind() == SeriesTask.Kind.ALARM
        ? new Calibration(margins, threshold(calibration.applied(preparation), answers, runs))
        : calibration;
  }

  private static double threshold(
      Preparation preparation, Answers answers, List<Windows.Run> runs) {
    DoubleStream.Builder scores = DoubleStream.builder();
    answers.of(
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

  /** A preparation with these margins: of its targets those that have some. */
  Preparation applied(Preparation preparation) {
    List<TargetCode> targets = new ArrayList<>();
    for (TargetCode target : preparation.targets()) {
      targets.add(
          target.withMargins(margins.getOrDefault(target.code().column(), target.margins())));
    }
    return preparation.withTargets(targets).withThreshold(threshold);
  }
}
