package org.tornadogru.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.optim.Optimization;

class TrainingConfigTest {

  @Test
  void thePresetsAreThoseOfD2l() {
    TrainingConfig scratch = TrainingConfig.scratch();
    TrainingConfig concise = TrainingConfig.concise();

    assertThat(scratch.reset()).isEqualTo(ResetPlacement.BEFORE);
    assertThat(scratch.initialization()).isEqualTo(Initialization.NORMAL);
    assertThat(concise.reset()).isEqualTo(ResetPlacement.AFTER);
    assertThat(concise.initialization()).isEqualTo(Initialization.UNIFORM);
    for (TrainingConfig preset : new TrainingConfig[] {scratch, concise}) {
      assertThat(preset.hiddenSize()).isEqualTo(32);
      assertThat(preset.shape()).isEqualTo(new SequenceShape(32, 1024));
      assertThat(preset.epochs()).isEqualTo(50);
      assertThat(preset.optimization()).isEqualTo(Optimization.sgd(4, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void countsMustBePositive(int count) {
    assertRefused(() -> config(count, 1, 1, 1), "at least 1 hidden unit");
    assertRefused(() -> config(1, count, 1, 1), "at least one step");
    assertRefused(() -> config(1, 1, count, 1), "at least one step and one row");
    assertRefused(() -> config(1, 1, 1, count), "at least 1 epoch");
  }

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void ratesMustBePositiveAndFinite(float rate) {
    assertRefused(() -> Optimization.sgd(rate, 1), "learning rate must be positive");
    assertRefused(() -> Optimization.sgd(1, rate), "clip must be positive");
  }

  @Test
  void arraysBeyondTheLargestAreRefusedBeforeTheyAreAllocated() {
    assertRefused(() -> config(32, 32, 1 << 30, 1).model(28), "choose a smaller batch");
    assertRefused(() -> config(4, 31, 1 << 22, 1).model(28), "choose a smaller batch");
    assertRefused(() -> config(32, 32, 1 << 17, 1).model(28), "choose a smaller batch");
    assertThat(config(32, 32, 1 << 16, 1).model(28).inputSize()).isEqualTo(28);
  }

  @Test
  void whatADeviceHasNoMemoryForIsRefusedBeforeItIsAllocated() {
    GruConfig large = GruConfig.ofTokens(28, 8000, ResetPlacement.AFTER);
    SequenceShape shape = new SequenceShape(32, 1);

    assertRefused(
        () -> TrainingConfig.requireMemory(large, shape, device(6_000_000_000L)),
        "192,944,028 weights in batches of 32 steps × 1 rows needs more than 7.0 GB of memory, and Java's heap has 6.0 GB");
    TrainingConfig.requireMemory(large, shape, device(8_000_000_000L));
    assertRefused(
        () ->
            TrainingConfig.requireMemory(
                large, new SequenceShape(32, 1024), device(8_000_000_000L)),
        "more than 14.3 GB");
  }

  private static Device device(long memory) {
    return new Device(
        0,
        0,
        Device.Backend.JAVA,
        Device.Type.CPU,
        "Java",
        "a machine",
        2,
        memory,
        0,
        KernelChoice.ANNOTATED);
  }

  private static TrainingConfig config(int hidden, int steps, int batch, int epochs) {
    return new TrainingConfig(
        hidden,
        ResetPlacement.AFTER,
        Initialization.NORMAL,
        new SequenceShape(steps, batch),
        epochs,
        Optimization.sgd(1, 1),
        0);
  }
}
