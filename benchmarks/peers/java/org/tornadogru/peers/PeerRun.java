package org.tornadogru.peers;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;

/**
 * One process's measurement of one contender at one piece of work; what the process prints.
 *
 * @param milliseconds one entry per repetition
 * @param maxAbsDiff largest difference from the reference, before timing
 * @param othersCpu the share of the CPUs that other processes took while it was timed, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record PeerRun(
    @JsonProperty("work") String work,
    @JsonProperty("target") String target,
    @JsonProperty("milliseconds") double[] milliseconds,
    @JsonProperty("max_abs_diff") double maxAbsDiff,
    @JsonProperty("others_cpu") double othersCpu) {

  public double median() {
    return quantile(milliseconds, 0.5);
  }

  /** The value below which that share of the values lies, interpolated. */
  static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
