package org.tornadogru.formats.keras;

import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.Tensor;

/**
 * Our reader of HDF5 and a library that knows all of it see the same in Keras' files, and in ours.
 */
class Hdf5ReaderTest {

  private static final List<String> TEXTS = List.of("model_config", "keras_version");

  private static byte[] weights(String name) throws IOException {
    try (InputStream in = Hdf5ReaderTest.class.getResourceAsStream("../" + name)) {
      byte[] file = in.readAllBytes();
      if (!name.endsWith(".keras")) {
        return file;
      }
      ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file));
      for (ZipEntry entry = zip.getNextEntry(); ; entry = zip.getNextEntry()) {
        if (entry.getName().equals("model.weights.h5")) {
          return zip.readAllBytes();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras/plain.weights.h5",
        "keras/plain.keras",
        "keras/stack.keras",
        "keras/before.keras",
        "keras/functional.keras",
        "before/text.keras",
        "cases/keras_2_15_archive/gru.keras",
        "cases/keras_2_15_archive/bidirectional.keras",
        "cases/keras2_hard_sigmoid/model.keras",
        "cases/mask_zero_lost_in_conversion/model.keras",
        "cases/keras2_h5_said_to_have_no_gru/model.h5",
      })
  void arraysAndTextsAreThoseOfTheLibrary(String name) throws IOException {
    byte[] file = weights(name);
    Hdf5Weights read = Hdf5Reader.read(file, TEXTS);
    try (HdfFile whole = HdfFile.fromBytes(file)) {
      Map<String, Tensor> expected = new TreeMap<>();
      collect(whole, "", expected);
      assertThat(read.tensors()).isNotEmpty();
      assertThat(read.tensors()).isEqualTo(expected);
      for (String text : TEXTS) {
        boolean is = whole.getAttribute(text) != null;
        assertThat(read.texts().get(text))
            .isEqualTo(is ? whole.getAttribute(text).getData() : null);
      }
    }
  }

  private static void collect(Group group, String prefix, Map<String, Tensor> all) {
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      String path = prefix + child.getKey();
      if (child.getValue() instanceof Group inner && !path.startsWith("optimizer")) {
        collect(inner, path + "/", all);
      } else if (child.getValue() instanceof Dataset data
          && data.getDataFlat() instanceof float[] values) {
        List<Integer> shape = Arrays.stream(data.getDimensions()).boxed().toList();
        all.put(path, new Tensor(path, shape, values));
      }
    }
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Map<String, Tensor> tensors = new TreeMap<>();
    for (int number = 0; number < 200; number++) {
      String path = "layers/gru_%d/cell/vars/%d".formatted(number / 3, number % 3);
      int first = number;
      tensors.put(path, Tensor.of(path, List.of(2, 3), place -> first + place / 8f));
    }

    assertThat(Hdf5Weights.read(new Hdf5Weights(tensors, Map.of()).bytes()).tensors())
        .isEqualTo(tensors);
  }
}
