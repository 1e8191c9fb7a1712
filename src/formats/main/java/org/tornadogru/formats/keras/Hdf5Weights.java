package org.tornadogru.formats.keras;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.nn.Tensor;

/**
 * Named arrays of floats in an HDF5 file.
 *
 * @param tensors by path: {@code layers/gru/cell/vars/0}
 * @param texts attributes of the whole file
 */
record Hdf5Weights(Map<String, Tensor> tensors, Map<String, String> texts) {

  /** What a whole model has besides its weights. */
  static final String CONFIG = "model_config";

  static final String VERSION = "keras_version";
  private static final List<String> TEXTS = List.of(CONFIG, VERSION);

  /** Reads the arrays of floats, and the texts. */
  static Hdf5Weights read(byte[] bytes) {
    return Hdf5Reader.read(bytes, TEXTS);
  }

  /** The bytes of a file with these arrays, which have one or two dimensions. */
  byte[] bytes() throws IOException {
    Path file = Files.createTempFile("weights", ".h5");
    try {
      try (WritableHdfFile out = HdfFile.write(file)) {
        Map<String, WritableGroup> groups = new HashMap<>();
        tensors.forEach(
            (path, tensor) -> {
              int slash = path.lastIndexOf('/');
              group(out, groups, path.substring(0, slash))
                  .putDataset(path.substring(slash + 1), array(tensor));
            });
      }
      return Files.readAllBytes(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static WritableGroup group(
      WritableGroup root, Map<String, WritableGroup> groups, String path) {
    WritableGroup known = groups.get(path);
    if (known != null) {
      return known;
    }
    int slash = path.lastIndexOf('/');
    WritableGroup parent = slash < 0 ? root : group(root, groups, path.substring(0, slash));
    WritableGroup group = parent.putGroup(path.substring(slash + 1));
    groups.put(path, group);
    return group;
  }

  private static Object array(Tensor tensor) {
    return tensor.shape().size() == 1 ? tensor.values() : tensor.to2d();
  }
}
