package org.tornadogru.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.tornadogru.Batch;
import org.tornadogru.Batches;

/**
 * How one library learned a {@link Lesson}, by epochs.
 *
 * @param train mean losses over the training batches, each before its update: nats per character
 * @param validation mean losses after the epoch, without dropout
 * @param seconds of the updates
 * @param others share of the CPUs that other processes took, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Curve(
    @JsonProperty("train") double[] train,
    @JsonProperty("validation") double[] validation,
    @JsonProperty("seconds") double[] seconds,
    @JsonProperty("others_cpu") double others) {

  private static final double NANOS = 1e9;

  /** Learns a lesson. */
  static Curve of(Lesson lesson, Learner learner) {
    int epochs = lesson.settings().epochs();
    Curve curve = new Curve(new double[epochs], new double[epochs], new double[epochs], 0);
    Batches training = lesson.streams().training();
    CpuTimes before = CpuTimes.now();
    for (int epoch = 0; epoch < epochs; epoch++) {
      long first = (long) epoch * training.count();
      long start = System.nanoTime();
      curve.train[epoch] =
          mean(training, (index, batch) -> learner.train(batch, lesson.rate(first + index)));
      curve.seconds[epoch] = (System.nanoTime() - start) / NANOS;
      curve.validation[epoch] =
          mean(lesson.streams().validation(), (index, batch) -> learner.evaluate(batch));
    }
    double others = CpuTimes.now().othersSince(before);
    return new Curve(curve.train, curve.validation, curve.seconds, others);
  }

  private interface Loss {
    float of(int index, Batch batch);
  }

  /** Over all characters that are predicted. */
  private static double mean(Batches batches, Loss loss) {
    double sum = 0;
    long targets = 0;
    for (int index = 0; index < batches.count(); index++) {
      Batch batch = batches.get(index);
      int count = Lesson.targets(batch);
      sum += (double) loss.of(index, batch) * count;
      targets += count;
    }
    return sum / targets;
  }

  /** One line of JSON. */
  String json() {
    try {
      return new ObjectMapper().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The curve of a line of JSON, the last one that a process printed. */
  static Curve parse(String printed) throws FailedProcessException {
    String line = printed.strip();
    line = line.substring(line.lastIndexOf('\n') + 1);
    try {
      return new ObjectMapper().readValue(line, Curve.class);
    } catch (JsonProcessingException e) {
      throw new FailedProcessException("the process printed no result but: " + line);
    }
  }
}
