package org.tornadogru.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * One contender at one work.
 *
 * @param figures what was measured; null where nothing was
 * @param ratio to another library; null where there is none
 * @param problem what went wrong, in one line; null where nothing did
 */
record Row(Work work, Contender contender, Figures figures, Ratio ratio, String problem) {

  /** Whom a device is compared with that pays for a launch as this library does for an operator. */
  private static final String LIBTORCH = "libtorch";

  /**
   * The rounds of a row together. A step is a training step, a batch, or a character of a text.
   *
   * @param firstStepSeconds median of the rounds
   * @param medianMillis of a step: median of the rounds' medians
   * @param p10Millis tenth percentile of the steps of all rounds
   * @param p90Millis ninetieth
   * @param lowestMillis lowest of the rounds' medians
   * @param highestMillis highest of them
   * @param charactersPerSecond at the median
   * @param gflops at the median, 10⁹ operations per second as {@link Work#flops} counts them
   * @param maxAbsDiff largest of the rounds
   * @param others share of the CPUs that other processes took, largest of the rounds
   * @param steps timed in all
   */
  @JsonPropertyOrder({"first_step_seconds", "median_ms", "p10_ms", "p90_ms"})
  record Figures(
      @JsonProperty("first_step_seconds") double firstStepSeconds,
      @JsonProperty("median_ms") double medianMillis,
      @JsonProperty("p10_ms") double p10Millis,
      @JsonProperty("p90_ms") double p90Millis,
      @JsonProperty("lowest_ms") double lowestMillis,
      @JsonProperty("highest_ms") double highestMillis,
      @JsonProperty("characters_per_second") double charactersPerSecond,
      @JsonProperty("gflops") double gflops,
      @JsonProperty("bytes_to_device_per_step") long bytesToDevice,
      @JsonProperty("bytes_from_device_per_step") long bytesFromDevice,
      @JsonProperty("max_abs_diff") double maxAbsDiff,
      @JsonProperty("others_cpu") double others,
      @JsonProperty("rounds") int rounds,
      @JsonProperty("steps") int steps) {

    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double GIGA = 1e9;

    static Figures of(Work work, List<Measurement> rounds) {
      Measurement any = rounds.getFirst();
      double[] medians = rounds.stream().mapToDouble(Measurement::median).toArray();
      double[] all =
          rounds.stream().flatMapToDouble(round -> Arrays.stream(round.milliseconds())).toArray();
      double median = Quantiles.of(medians, 0.5);
      double stepsPerSecond = MILLIS_PER_SECOND / median;
      return new Figures(
          Quantiles.of(rounds.stream().mapToDouble(Measurement::firstStepSeconds).toArray(), 0.5),
          median,
          Quantiles.of(all, 0.1),
          Quantiles.of(all, 0.9),
          Quantiles.of(medians, 0),
          Quantiles.of(medians, 1),
          any.charactersPerStep() * stepsPerSecond,
          work.flops(any.charactersPerStep()) * stepsPerSecond / GIGA,
          any.bytesToDevice(),
          any.bytesFromDevice(),
          largest(rounds, Measurement::maxAbsDiff),
          largest(rounds, Measurement::others),
          rounds.size(),
          all.length);
    }

    private static double largest(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
      return rounds.stream().mapToDouble(value).max().orElseThrow();
    }
  }

  /**
   * How many times as fast as another library.
   *
   * @param value by the medians
   * @param low with the rounds that are worst for this one
   * @param high with the best
   * @param against the other one
   */
  record Ratio(
      @JsonProperty("ratio") double value,
      @JsonProperty("ratio_low") double low,
      @JsonProperty("ratio_high") double high,
      @JsonProperty("against") String against) {}

  /**
   * Aggregates rounds.
   *
   * @param rounds those that gave a result
   * @param problems of those that did not
   */
  static Row of(Work work, Contender contender, List<Measurement> rounds, List<String> problems) {
    String problem = null;
    if (!problems.isEmpty()) {
      problem =
          rounds.isEmpty()
              ? problems.getFirst()
              : "%d of %d rounds without a result: %s"
                  .formatted(problems.size(), problems.size() + rounds.size(), problems.getFirst());
    }
    Figures figures = rounds.isEmpty() ? null : Figures.of(work, rounds);
    return new Row(work, contender, figures, null, problem);
  }

  /** The fastest of the other libraries at this row's work. */
  Optional<Row> fastestLibrary(List<Row> rows) {
    return rows.stream()
        .filter(row -> row.work.equals(work) && row.figures != null && row.contender.isLibrary())
        .min(Comparator.comparingDouble(row -> row.figures.medianMillis));
  }

  /**
   * The same with its ratio: to the fastest of the other libraries, but at generation on a device
   * to LibTorch.
   */
  Row against(List<Row> rows) {
    boolean launches = work.kind() == Work.Kind.GENERATION && contender.isTornadoDevice();
    List<Row> others =
        launches
            ? rows.stream().filter(row -> row.contender.target().equals(LIBTORCH)).toList()
            : rows;
    Optional<Row> other = figures == null ? Optional.empty() : fastestLibrary(others);
    return other.map(row -> with(ratio(row))).orElse(this);
  }

  private Ratio ratio(Row other) {
    return new Ratio(
        other.figures.medianMillis / figures.medianMillis,
        other.figures.lowestMillis / figures.highestMillis,
        other.figures.highestMillis / figures.lowestMillis,
        other.contender.target());
  }

  private Row with(Ratio found) {
    return new Row(work, contender, figures, found, problem);
  }

  /** What charts call it. */
  String title() {
    return contender.title();
  }
}
