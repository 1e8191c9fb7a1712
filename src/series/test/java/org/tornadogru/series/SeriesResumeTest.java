package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.formats.Checkpoint;
import org.tornadogru.nn.Weights;
import org.tornadogru.train.BatchMetrics;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.Validation;

/** A training that is stopped again and again goes on as if nothing had happened. */
@Tag("plain-jvm")
class SeriesResumeTest {

  @TempDir private Path temporary;
  private Table table;
  private Path file;

  /** What comes is known from the column beside, with some noise. */
  @BeforeEach
  void write() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder rows = new StringBuilder("y,cause,kind,label\n");
    int cause = 0;
    for (int row = 0; row < 400; row++) {
      rows.append("%.3f,".formatted(3 * cause + random.nextDouble()));
      cause = random.nextInt(7);
      rows.append("%d,k%d,%s\n".formatted(cause, row % 3, cause > 2 ? "many" : "few"));
    }
    table = Table.read(Files.writeString(temporary.resolve("table.csv"), rows));
    file = temporary.resolve("checkpoint.safetensors");
  }

  private static SeriesConfig config(SeriesTask task) {
    return SeriesConfig.builder(task).hiddenSize(5).epochs(4).window(20).seed(3).build();
  }

  /** Keeps checkpoints, and stops after some updates. */
  private final class Stopping implements SeriesListener {

    private final SeriesTraining training;
    private final int most;
    private final List<EpochMetrics> epochs = new ArrayList<>();
    private double baseline = Double.NaN;
    private int updates;
    private boolean better;
    private Checkpoint last;

    Stopping(SeriesTraining training, int most) {
      this.training = training;
      this.most = most;
    }

    @Override
    public void batchDone(BatchMetrics batch) {
      updates++;
      if (updates == most) {
        training.stop();
      }
    }

    @Override
    public void validated(Validation validation) {
      baseline = validation.update() == 0 ? validation.loss() : baseline;
    }

    @Override
    public void epochDone(EpochMetrics epoch, Weights weights) {
      epochs.add(epoch);
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
      last = checkpoint;
      checkpoint.write(file);
    }

    @Override
    public void better(SeriesModel model) {
      better = model.weights().outputs() > 0;
    }
  }

  private Map<String, String> losses(List<EpochMetrics> epochs) {
    Map<String, String> losses = new TreeMap<>();
    epochs.forEach(
        epoch ->
            losses.put(
                "%3d".formatted(epoch.epoch()), epoch.trainLoss() + " " + epoch.validationLoss()));
    return losses;
  }

  @ParameterizedTest
  @ValueSource(strings = {"FORECAST", "TAG", "ALARM"})
  void theSameBitsComeOutInBothPasses(SeriesTask.Kind kind) throws IOException {
    SeriesTask task =
        switch (kind) {
          case TAG -> SeriesTask.tag("label");
          case ALARM -> SeriesTask.alarm(); // of which 'cause' cannot be learned
          default -> SeriesTask.forecast(2, "y");
        };
    Path whole = temporary.resolve("whole.safetensors");
    SeriesTraining atOnce = SeriesTraining.of(table, config(task));
    Stopping watcher = new Stopping(atOnce, Integer.MAX_VALUE);
    try (SeriesModel model = atOnce.train(Device.fastest(), watcher).orElseThrow()) {
      model.write(whole, Map.of());
    }
    assertThat(watcher.epochs)
        .as("epochs of both passes")
        .hasSizeGreaterThan(config(task).epochs());

    Files.delete(file);
    Path parts = temporary.resolve("parts.safetensors");
    List<EpochMetrics> epochs = new ArrayList<>();
    List<Boolean> inSecond = new ArrayList<>();
    boolean better = false;
    for (boolean done = false; !done; ) {
      SeriesTraining training = SeriesTraining.of(table, config(task));
      Stopping stopping = new Stopping(training, 21);
      Optional<SeriesModel> model =
          Files.exists(file)
              ? training.resume(training.checkpoint(file), Device.fastest(), stopping)
              : training.train(Device.fastest(), stopping);
      epochs.addAll(stopping.epochs);
      better |= stopping.better;
      assertThat(better).as("a model to keep").isTrue();
      assertThat(stopping.baseline).isEqualTo(watcher.baseline);
      done = model.isPresent();
      if (done) {
        model.get().write(parts, Map.of());
        model.get().close();
      } else {
        inSecond.add(!stopping.last.settings().isEmpty());
        assertThat(stopping.last.state().batch()).as("within an epoch").isPositive();
      }
    }

    assertThat(inSecond).as("stops in both passes").contains(true, false);
    assertThat(parts).hasSameBinaryContentAs(whole);
    assertThat(losses(epochs)).isEqualTo(losses(watcher.epochs));
  }

  /** Noise: there is no second pass. */
  @Test
  void whatIsNotWorthLearningGoesOnToo() throws IOException {
    StringBuilder noise = new StringBuilder("y\n");
    SplittableRandom random = new SplittableRandom(4);
    for (int row = 0; row < 200; row++) {
      noise.append(random.nextInt(100)).append('\n');
    }
    table = Table.read(Files.writeString(temporary.resolve("noise.csv"), noise));
    SeriesConfig config = config(SeriesTask.forecast(1, "y"));
    SeriesTraining first = SeriesTraining.of(table, config);
    Stopping stopping = new Stopping(first, 11);
    assertThat(first.train(Device.fastest(), stopping)).isEmpty();
    assertThat(stopping.better).isTrue();

    SeriesTraining second = SeriesTraining.of(table, config);
    Checkpoint from = second.checkpoint(file);
    assertThat(second.epoch(from)).isEqualTo(2);
    try (SeriesModel resumed =
            second
                .resume(from, Device.fastest(), new Stopping(second, Integer.MAX_VALUE))
                .orElseThrow();
        SeriesModel whole = SeriesTraining.of(table, config).train(Device.fastest())) {
      assertThat(resumed.preparation()).isEqualTo(whole.preparation());
      resumed.write(temporary.resolve("resumed.safetensors"), Map.of());
      whole.write(temporary.resolve("whole.safetensors"), Map.of());
    }
    assertThat(temporary.resolve("resumed.safetensors"))
        .hasSameBinaryContentAs(temporary.resolve("whole.safetensors"));
  }
}
