package org.tornadogru.peers;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.tornadogru.compare.Quantiles;
import org.tornadogru.compare.Work;
import org.tornadogru.compare.Work.Kind;

/**
 * What the runs of all rounds amount to.
 *
 * @param rows by work, and within one in the order of the contenders
 */
record Comparison(@JsonProperty("rows") List<Row> rows) {

  /**
   * One contender at one piece of work.
   *
   * @param medianMs the median of the rounds' medians: of a training step, a batch, a character
   * @param p10Ms of all repetitions of all rounds, as is p90Ms
   * @param lowestMs the lowest of the rounds' medians
   * @param highestMs the highest of the rounds' medians
   * @param ratio how many times as fast as {@code against}, by the medians; null without it
   * @param ratioLow the same with the rounds that are worst for this one, and {@code ratioHigh}
   *     with the best
   * @param against what {@code ratio} compares with
   * @param maxAbsDiff largest difference from the double-precision reference: of losses and
   *     gradients, of logits, or of the score of a generated token from the best one
   */
  record Row(
      @JsonProperty("work") String work,
      @JsonProperty("target") String target,
      @JsonProperty("median_ms") double medianMs,
      @JsonProperty("p10_ms") double p10Ms,
      @JsonProperty("p90_ms") double p90Ms,
      @JsonProperty("lowest_ms") double lowestMs,
      @JsonProperty("highest_ms") double highestMs,
      @JsonProperty("ratio") Double ratio,
      @JsonProperty("ratio_low") Double ratioLow,
      @JsonProperty("ratio_high") Double ratioHigh,
      @JsonProperty("against") String against,
      @JsonProperty("max_abs_diff") double maxAbsDiff,
      @JsonProperty("rounds") int rounds) {

    private Row against(Row other) {
      return new Row(
          work,
          target,
          medianMs,
          p10Ms,
          p90Ms,
          lowestMs,
          highestMs,
          other.medianMs / medianMs,
          other.lowestMs / highestMs,
          other.highestMs / lowestMs,
          other.target,
          maxAbsDiff,
          rounds);
    }
  }

  static Comparison of(List<PeerRun> runs, List<Work> works, List<Contender> contenders) {
    return new Comparison(
        works.stream().flatMap(work -> rows(runs, work, contenders).stream()).toList());
  }

  private static List<Row> rows(List<PeerRun> runs, Work work, List<Contender> contenders) {
    List<Row> rows =
        contenders.stream()
            .map(contender -> row(runs, work, contender))
            .flatMap(Optional::stream)
            .toList();
    return rows.stream()
        .map(row -> yardstick(rows, work.kind(), row).map(row::against).orElse(row))
        .toList();
  }

  private static Optional<Row> row(List<PeerRun> all, Work work, Contender contender) {
    List<PeerRun> runs =
        all.stream()
            .filter(run -> run.work().equals(work.name()))
            .filter(run -> run.target().equals(contender.title()))
            .toList();
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    double[] medians = runs.stream().mapToDouble(PeerRun::median).toArray();
    double[] repetitions =
        runs.stream().flatMapToDouble(run -> Arrays.stream(run.milliseconds())).toArray();
    return Optional.of(
        new Row(
            work.name(),
            contender.title(),
            Quantiles.of(medians, 0.5),
            Quantiles.of(repetitions, 0.1),
            Quantiles.of(repetitions, 0.9),
            Quantiles.of(medians, 0),
            Quantiles.of(medians, 1),
            null,
            null,
            null,
            null,
            runs.stream().mapToDouble(PeerRun::maxAbsDiff).max().orElseThrow(),
            runs.size()));
  }

  /**
   * What a row is compared with: LibTorch at training, the better of LibTorch and ONNX Runtime at
   * inference; at generation ONNX Runtime, but LibTorch for a TornadoVM device, which pays for a
   * launch as LibTorch does for an operator.
   */
  private static Optional<Row> yardstick(List<Row> rows, Kind kind, Row row) {
    return switch (kind) {
      case TRAINING -> find(rows, Contender.LIBTORCH);
      case INFERENCE -> best(rows);
      case GENERATION -> {
        boolean onDevice =
            !List.of(
                    Contender.PLAIN_JVM.title(),
                    Contender.LIBTORCH.title(),
                    Contender.ONNX_RUNTIME.title())
                .contains(row.target);
        yield find(rows, onDevice ? Contender.LIBTORCH : Contender.ONNX_RUNTIME);
      }
    };
  }

  private static Optional<Row> find(List<Row> rows, Contender contender) {
    return rows.stream().filter(row -> row.target.equals(contender.title())).findFirst();
  }

  /** The faster one of LibTorch and ONNX Runtime among rows of one piece of work. */
  static Optional<Row> best(List<Row> rows) {
    return rows.stream()
        .filter(
            row ->
                row.target.equals(Contender.LIBTORCH.title())
                    || row.target.equals(Contender.ONNX_RUNTIME.title()))
        .min(Comparator.comparingDouble(Row::medianMs));
  }

  /** For a terminal. */
  String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        "%-16s %-20s %10s %21s %21s  %-12s %9s %6s%n"
            .formatted(
                "work",
                "target",
                "median ms",
                "range of medians",
                "ratio (range)",
                "against",
                "max diff",
                "rounds"));
    for (Row row : rows) {
      table.append(
          "%-16s %-20s %10s %21s %21s  %-12s %9.1e %6d%n"
              .formatted(
                  row.work,
                  row.target,
                  milliseconds(row.medianMs),
                  milliseconds(row.lowestMs) + " – " + milliseconds(row.highestMs),
                  row.ratio == null
                      ? ""
                      : "%.2f (%.2f – %.2f)".formatted(row.ratio, row.ratioLow, row.ratioHigh),
                  row.against == null ? "" : row.against,
                  row.maxAbsDiff,
                  row.rounds));
    }
    return table.toString();
  }

  private static String milliseconds(double value) {
    return value < 1 ? "%.4f".formatted(value) : "%.2f".formatted(value);
  }
}
