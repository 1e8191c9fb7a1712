package org.tornadogru.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Curves of two libraries beside each other. */
final class CurveTable {

  private static final String ROW = "%-7s%-26s%-26s%-26s%s%n";

  /**
   * The same lesson, learned by both.
   *
   * @param drops whether with dropout
   */
  record Pair(boolean drops, Curve ours, Curve libTorch) {}

  private CurveTable() {}

  /** Losses in nats per character, the median of the seeds and in parentheses their range. */
  static String of(List<Pair> pairs) {
    return losses("without dropout", pairs.stream().filter(pair -> !pair.drops).toList())
        + losses("with dropout", pairs.stream().filter(Pair::drops).toList())
        + times(pairs);
  }

  private static String losses(String title, List<Pair> pairs) {
    if (pairs.isEmpty()) {
      return "";
    }
    StringBuilder table =
        new StringBuilder("%s, seeds: %d; nats per character%n".formatted(title, pairs.size()));
    table.append(
        ROW.formatted("epoch", "train", "train, LibTorch", "validation", "validation, LibTorch"));
    int epochs = pairs.getFirst().ours.train().length;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int at = epoch;
      table.append(
          ROW.formatted(
              epoch + 1,
              summary(pairs, pair -> pair.ours.train()[at]),
              summary(pairs, pair -> pair.libTorch.train()[at]),
              summary(pairs, pair -> pair.ours.validation()[at]),
              summary(pairs, pair -> pair.libTorch.validation()[at])));
    }
    return table.append("%n".formatted()).toString();
  }

  private static String summary(List<Pair> pairs, Function<Pair, Double> value) {
    return summary("%.4f", pairs.stream().mapToDouble(value::apply).toArray());
  }

  private static String summary(String format, double[] values) {
    String median = String.format(Locale.ROOT, format, Quantiles.of(values, 0.5));
    return values.length == 1
        ? median
        : String.format(
            Locale.ROOT,
            "%s (" + format + " to " + format + ")",
            median,
            Quantiles.of(values, 0),
            Quantiles.of(values, 1));
  }

  /**
   * Without the first epoch of each training, in which the JVM compiles, where there are others.
   */
  private static String times(List<Pair> pairs) {
    double[] ours = pairs.stream().map(Pair::ours).mapToDouble(CurveTable::epoch).toArray();
    double[] libTorch = pairs.stream().map(Pair::libTorch).mapToDouble(CurveTable::epoch).toArray();
    double[] ratios =
        IntStream.range(0, ours.length).mapToDouble(at -> libTorch[at] / ours[at]).toArray();
    double others =
        pairs.stream()
            .flatMapToDouble(pair -> DoubleStream.of(pair.ours.others(), pair.libTorch.others()))
            .max()
            .orElse(0);
    return String.format(
        Locale.ROOT,
        "seconds per epoch: %s, LibTorch %s%nLibTorch takes %s times as long; others took up to %.0f %% of the CPUs%n",
        summary("%.2f", ours),
        summary("%.2f", libTorch),
        summary("%.2f", ratios),
        100 * others);
  }

  private static double epoch(Curve curve) {
    double[] seconds = curve.seconds();
    return Quantiles.of(
        IntStream.range(Math.min(1, seconds.length - 1), seconds.length)
            .mapToDouble(at -> seconds[at])
            .toArray(),
        0.5);
  }
}
