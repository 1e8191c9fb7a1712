package org.tornadogru.peers;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.tornadogru.compare.Quantiles;

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
    return Quantiles.of(milliseconds, 0.5);
  }
}
