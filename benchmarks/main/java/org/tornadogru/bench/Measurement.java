package org.tornadogru.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import org.tornadogru.device.Transfers;

/**
 * What one process measured of one library at one work. A step is a training step, a batch, or a
 * character of a text.
 *
 * @param work name of the work
 * @param kernels name of the set, empty where the library has no choice
 * @param firstStepSeconds from nothing to the first answer: loading the model, building the graph,
 *     compiling the kernels, uploading the weights; not the start of the JVM
 * @param milliseconds of a step, at each time
 * @param charactersPerStep that a step reads
 * @param bytesToDevice per step
 * @param bytesFromDevice per step
 * @param maxAbsDiff largest difference from the reference
 * @param others share of the CPUs that other processes took while it was timed, 0 to 1
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
    @JsonProperty("max_abs_diff") double maxAbsDiff,
    @JsonProperty("others_cpu") double others) {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double NANOS_PER_MILLISECOND = 1e6;
  private static final int FEWEST_TIMES = 3;

  /**
   * Checks the first steps, warms up, and then times as many steps as fit.
   *
   * @param seconds to warm up, from the end of the first step on, and again to time; at least three
   *     times are taken
   * @throws org.tornadogru.nn.InvalidInputException if the answers are not the reference's
   */
  static Measurement of(Work work, Library library, Reference reference, double seconds) {
    long start = System.nanoTime();
    try (Exercise exercise = new Exercise(work, library)) {
      exercise.step();
      long firstDone = System.nanoTime();
      for (int step = 1; step < exercise.checkedSteps(); step++) {
        exercise.step();
      }
      double difference = reference.check(exercise.answers(), library.operandBits());
      while (System.nanoTime() - firstDone < seconds * NANOS_PER_SECOND) {
        exercise.step();
      }
      Transfers before = exercise.transfers();
      CpuTimes cpuBefore = CpuTimes.now();
      double[] milliseconds = time(exercise, seconds);
      double others = CpuTimes.now().othersSince(cpuBefore);
      Transfers moved = exercise.transfers().minus(before);
      long steps = (long) milliseconds.length * exercise.parts();
      return new Measurement(
          work.name(),
          library.kernels(),
          (firstDone - start) / NANOS_PER_SECOND,
          milliseconds,
          work.shape().positions(),
          moved.toDevice() / steps,
          moved.fromDevice() / steps,
          difference,
          others);
    }
  }

  /** The middle one of the times. */
  double median() {
    return Quantiles.of(milliseconds, 0.5);
  }

  private static double[] time(Exercise exercise, double seconds) {
    double[] milliseconds = new double[1024];
    int count = 0;
    long start = System.nanoTime();
    long last = start;
    while (count < FEWEST_TIMES || last - start < seconds * NANOS_PER_SECOND) {
      exercise.step();
      long now = System.nanoTime();
      if (count == milliseconds.length) {
        milliseconds = Arrays.copyOf(milliseconds, 2 * count);
      }
      milliseconds[count++] = (now - last) / NANOS_PER_MILLISECOND / exercise.parts();
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
