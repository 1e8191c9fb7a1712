package org.tornadogru.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import org.tornadogru.device.Transfers;
import org.tornadogru.graph.Placement;

/**
 * What one process measured of one work on one device.
 *
 * @param work name of the work
 * @param kernels name of the set
 * @param firstStepSeconds from nothing to the end of the first step: building the graph, compiling
 *     the kernels, uploading the weights; not the start of the JVM
 * @param milliseconds of each timed step
 * @param charactersPerStep that a step reads
 * @param bytesToDevice per timed step
 * @param bytesFromDevice per timed step
 * @param maxAbsDiff largest difference from the reference
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Measurement(
    @JsonProperty("work") String work,
    @JsonProperty("kernels") String kernels,
    @JsonProperty("first_step_seconds") double firstStepSeconds,
    @JsonProperty("milliseconds") double[] milliseconds,
    @JsonProperty("characters_per_step") int charactersPerStep,
    @JsonProperty("bytes_to_device_per_step") long bytesToDevice,
    @JsonProperty("bytes_from_device_per_step") long bytesFromDevice,
    @JsonProperty("max_abs_diff") double maxAbsDiff) {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLISECOND = 1e6;
  private static final int FEWEST_STEPS = 3;

  /**
   * Checks the first steps, warms up, and then times as many steps as fit.
   *
   * @param seconds to warm up, from the end of the first step on, and again to time; at least three
   *     steps are timed
   * @throws org.tornadogru.nn.InvalidInputException if the answers are not the reference's
   */
  static Measurement of(Work work, Placement placement, Reference reference, double seconds) {
    long start = System.nanoTime();
    try (Exercise exercise = Exercise.open(work, placement)) {
      exercise.step();
      long firstDone = System.nanoTime();
      for (int step = 1; step < exercise.checkedSteps(); step++) {
        exercise.step();
      }
      double difference = reference.check(exercise.answers());
      while (System.nanoTime() - firstDone < seconds * NANOS_PER_SECOND) {
        exercise.step();
      }
      Transfers before = exercise.transfers();
      double[] milliseconds = time(exercise, seconds);
      Transfers moved = exercise.transfers().minus(before);
      return new Measurement(
          work.name(),
          placement.kernels().name(),
          (firstDone - start) / NANOS_PER_SECOND,
          milliseconds,
          exercise.positions(),
          moved.toDevice() / milliseconds.length,
          moved.fromDevice() / milliseconds.length,
          difference);
    }
  }

  private static double[] time(Exercise exercise, double seconds) {
    double[] milliseconds = new double[1024];
    int count = 0;
    long start = System.nanoTime();
    long last = start;
    while (count < FEWEST_STEPS || last - start < seconds * NANOS_PER_SECOND) {
      exercise.step();
      long now = System.nanoTime();
      if (count == milliseconds.length) {
        milliseconds = Arrays.copyOf(milliseconds, 2 * count);
      }
      milliseconds[count++] = (now - last) / NANOS_PER_MILLISECOND;
      last = now;
    }
    return Arrays.copyOf(milliseconds, count);
  }

  /** One line of JSON. */
  String json() {
    try {
      return new ObjectMapper().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
