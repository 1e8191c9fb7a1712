package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.ModelState;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Plateau;
import org.tornadogru.train.TrainingState;

class CheckpointTest {

  private static final GruConfig CONFIG = GruConfig.builder(5, 3).tokens().layers(2).build();

  @TempDir private Path directory;

  private static Weights weights(long seed) {
    return Weights.initial(CONFIG, 5, Initialization.UNIFORM, seed);
  }

  private static Checkpoint checkpoint(boolean full) {
    Tensor carried = Tensor.of("states", List.of(2, 4, 3), place -> place / 7f);
    ModelState model =
        new ModelState(
            weights(1),
            full ? Optional.of(weights(2)) : Optional.empty(),
            full ? List.of(weights(3), weights(4)) : List.of(),
            12345678901L,
            17,
            -3,
            full ? Optional.of(carried.named("carried")) : Optional.empty());
    TrainingState state =
        new TrainingState(
            model,
            3,
            41,
            1 / 3.0,
            1e9,
            1L << 40,
            0.1,
            full ? new Plateau.State(0.1, 1 / 7.0, 4) : Plateau.State.FIRST,
            full ? Optional.of(weights(5)) : Optional.empty(),
            full ? 2 / 3.0 : Double.POSITIVE_INFINITY,
            2);
    return new Checkpoint(state, Map.of("batch", "32", "optimizer", "Adam[…]"));
  }

  /** A file of everything that a checkpoint may have. */
  static byte[] bytes(Path directory) throws IOException {
    Path file = directory.resolve("state.safetensors");
    checkpoint(true).write(file);
    return Files.readAllBytes(file);
  }

  /** Reads the same, or what became of it. */
  static Checkpoint parse(byte[] bytes) {
    return Checkpoint.parse(FileBytes.of(bytes), CONFIG, 5);
  }

  @Test
  void whatIsWrittenIsReadToTheLastBit() {
    for (boolean full : List.of(true, false)) {
      Path file = directory.resolve("state.safetensors");
      Checkpoint written = checkpoint(full);
      written.write(file);

      assertThat(Checkpoint.read(file, CONFIG, 5)).isEqualTo(written);
      assertThat(Checkpoint.settings(file)).isEqualTo(written.settings());
    }
  }

  @Test
  void aFileThatIsNoCheckpointOfTheModelIsRefusedInOneLine() throws IOException {
    Path file = directory.resolve("state.safetensors");
    assertRefused(() -> Checkpoint.read(file, CONFIG, 5), "state.safetensors");

    ModelFormat.write(new GruModel(weights(1), Map.of()), file);
    assertRefused(() -> Checkpoint.read(file, CONFIG, 5), "state.safetensors", "no checkpoint");

    checkpoint(true).write(file);
    GruConfig other = CONFIG.toBuilder().layers(1).build();
    assertRefused(() -> Checkpoint.read(file, other, 5), "state.safetensors", "does not belong");

    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertRefused(() -> Checkpoint.read(file, CONFIG, 5), "state.safetensors");
  }
}
