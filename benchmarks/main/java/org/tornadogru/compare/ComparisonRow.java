package org.tornadogru.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One work on one device with one set of kernels.
 *
 * @param target id of the device
 * @param device what it is, for people
 * @param steady what was measured; null where nothing was
 * @param problem what went wrong, in one line; null where nothing did
 */
record ComparisonRow(
    Work work, String target, String device, String kernels, Steady steady, String problem) {

  /**
   * The rounds of a row together.
   *
   * @param firstStepSeconds median of the rounds
   * @param medianMillis of a step: median of the rounds' medians
   * @param p10Millis tenth percentile of the steps of all rounds
   * @param p90Millis ninetieth
   * @param charactersPerSecond at the median
   * @param gflops at the median, 10⁹ operations per second as {@link Work#flops} counts them
   * @param maxAbsDiff largest of the rounds
   * @param steps timed in all
   */
  @JsonPropertyOrder({"first_step_seconds", "median_ms", "p10_ms", "p90_ms"})
  record Steady(
      @JsonProperty("first_step_seconds") double firstStepSeconds,
      @JsonProperty("median_ms") double medianMillis,
      @JsonProperty("p10_ms") double p10Millis,
      @JsonProperty("p90_ms") double p90Millis,
      @JsonProperty("characters_per_second") double charactersPerSecond,
      @JsonProperty("gflops") double gflops,
      @JsonProperty("bytes_to_device_per_step") long bytesToDevice,
      @JsonProperty("bytes_from_device_per_step") long bytesFromDevice,
      @JsonProperty("max_abs_diff") double maxAbsDiff,
      @JsonProperty("steps") int steps) {

    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double GIGA = 1e9;

    static Steady of(Work work, List<Measurement> rounds) {
      Measurement any = rounds.getFirst();
      double median = median(rounds, round -> Quantiles.of(round.milliseconds(), 0.5));
      double[] all =
          rounds.stream()
              .flatMapToDouble(round -> java.util.Arrays.stream(round.milliseconds()))
              .toArray();
      double stepsPerSecond = MILLIS_PER_SECOND / median;
      return new Steady(
          median(rounds, Measurement::firstStepSeconds),
          median,
          Quantiles.of(all, 0.1),
          Quantiles.of(all, 0.9),
          any.charactersPerStep() * stepsPerSecond,
          work.flops(any.charactersPerStep()) * stepsPerSecond / GIGA,
          any.bytesToDevice(),
          any.bytesFromDevice(),
          rounds.stream().mapToDouble(Measurement::maxAbsDiff).max().orElseThrow(),
          all.length);
    }

    private static double median(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
      return Quantiles.of(rounds.stream().mapToDouble(value).toArray(), 0.5);
    }
  }

  /**
   * Aggregates rounds.
   *
   * @param rounds those that gave a result
   * @param problems of those that did not
   */
  static ComparisonRow of(
      Work work,
      Candidate candidate,
      String kernels,
      List<Measurement> rounds,
      List<String> problems) {
    String problem = null;
    if (!problems.isEmpty()) {
      problem =
          rounds.isEmpty()
              ? problems.getFirst()
              : "%d of %d rounds without a result: %s"
                  .formatted(problems.size(), problems.size() + rounds.size(), problems.getFirst());
    }
    return new ComparisonRow(
        work,
        candidate.id(),
        candidate.device(),
        kernels,
        rounds.isEmpty() ? null : Steady.of(work, rounds),
        problem);
  }

  /** What tables and charts call it. */
  String title() {
    return target + " " + kernels;
  }
}
