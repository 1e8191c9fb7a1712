package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import org.assertj.core.data.Offset;
import org.tornadogru.Predictor;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;

/** The files in {@code cases}, and what models make of their inputs. */
final class Cases {

  private Cases() {}

  /** A file of a folder of cases, as a file. */
  static Path copied(String name, Path directory) throws IOException {
    Path file = directory.resolve(name.substring(name.lastIndexOf('/') + 1));
    try (InputStream in = stream(name)) {
      Files.copy(in, file);
    }
    return file;
  }

  static byte[] bytes(String name) throws IOException {
    try (InputStream in = stream(name)) {
      return in.readAllBytes();
    }
  }

  private static InputStream stream(String name) {
    return Cases.class.getResourceAsStream("cases/" + name);
  }

  /** A line of sizes, then values. */
  static Tensor numbers(String name) {
    try (InputStream in = stream(name)) {
      List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      List<Integer> sizes = new Scanner(lines.get(0)).tokens().map(Integer::valueOf).toList();
      List<Float> values = new Scanner(lines.get(1)).tokens().map(Float::valueOf).toList();
      return Tensor.of(name, sizes, values::get);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a model gives out, all that its file says included. */
  static Tensor outputs(GruModel model, Sequences sequences) {
    try (Predictor whole = new Predictor(model.weights(), model.usage(), Device.fastest())) {
      return whole.predict(sequences);
    }
  }

  static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.values()).containsExactly(expected.values(), Offset.offset(2e-6f));
  }

  /** A model is in each of the formats what it was before. */
  static void assertConverts(GruModel model, Sequences sequences, Path directory, String... endings)
      throws IOException {
    Tensor before = outputs(model, sequences);
    for (String ending : endings) {
      Path copy = Files.createTempFile(directory, "copy", ending);
      ModelFormat.write(model, copy);
      GruModel read = ModelFormat.read(copy);
      assertThat(read.usage()).as(ending).isEqualTo(model.usage());
      assertThat(read.weights().tensors()).as(ending).isEqualTo(model.weights().tensors());
      assertThat(outputs(read, sequences).values()).as(ending).isEqualTo(before.values());
    }
  }
}
