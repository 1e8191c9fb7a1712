package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.tornadogru.device.WithoutTornado;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;

class NoDeviceTest {

  /** Writes and reads a model in each format. */
  public static void convert() throws IOException {
    GruConfig config =
        GruConfig.builder(4, 3).tokens().layers(2).direction(Direction.BIDIRECTIONAL).build();
    GruModel model = Models.random(config, 2, 1);
    for (ModelFormat format : ModelFormat.values()) {
      Path file = Files.createTempFile("model", format.ending());
      ModelFormat.writeLossy(model, file, false);
      ModelFormat.read(file);
      Files.delete(file);
    }
  }

  @Test
  void modelsAreConvertedWithoutTornadoVm() {
    assertThatCode(() -> WithoutTornado.call(NoDeviceTest.class, "convert"))
        .doesNotThrowAnyException();
  }
}
