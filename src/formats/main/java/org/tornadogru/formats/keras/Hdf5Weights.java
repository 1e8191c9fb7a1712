package org.tornadogru.formats.keras;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.WritableGroup;
import io.jhdf.object.message.DataLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.InvalidInputException;
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

  private static final int DEEPEST = 8;
  private static final int MOST_NODES = 4096;

  /**
   * Reads the arrays of floats, whatever their precision; others are left out.
   *
   * @throws InvalidInputException if the file is damaged, or has what files of weights do not have:
   *     links, and arrays in chunks or compressed
   */
  static Hdf5Weights read(byte[] bytes) {
    checkTrees(bytes);
    try (HdfFile file = HdfFile.fromBytes(bytes)) {
      Reading reading = new Reading(bytes.length);
      reading.read(file, "", 0);
      return new Hdf5Weights(reading.tensors, texts(file));
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      // The library throws whatever comes up when bytes make no sense.
      throw new InvalidInputException("it is not an HDF5 file, or damaged", e);
    }
  }

  private static Map<String, String> texts(HdfFile file) {
    Map<String, String> texts = new TreeMap<>();
    for (String name : TEXTS) {
      Attribute attribute = file.getAttribute(name);
      if (attribute != null && attribute.isScalar() && attribute.getData() instanceof String text) {
        texts.put(name, text);
      }
    }
    return texts;
  }

  /**
   * Only groups of hundreds of members have trees with inner nodes. Their children may lie
   * anywhere, so that a small file could describe a tree without end.
   */
  private static void checkTrees(byte[] bytes) {
    byte[] old = "TREE".getBytes(StandardCharsets.US_ASCII);
    byte[] young = "BTIN".getBytes(StandardCharsets.US_ASCII);
    for (int at = 0; at + 6 <= bytes.length; at++) {
      if (startsWith(bytes, at, young) || (startsWith(bytes, at, old) && bytes[at + 5] != 0)) {
        throw new InvalidInputException("it has more groups than a GRU needs, or is damaged");
      }
    }
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] start) {
    return bytes[at] == start[0]
        && bytes[at + 1] == start[1]
        && bytes[at + 2] == start[2]
        && bytes[at + 3] == start[3];
  }

  /** Bounds what a file can make the reader do. */
  private static final class Reading {
    private final Map<String, Tensor> tensors = new TreeMap<>();
    private long bytesLeft;
    private int nodesLeft = MOST_NODES;

    Reading(long fileSize) {
      bytesLeft = fileSize;
    }

    void read(Group group, String prefix, int depth) {
      if (depth > DEEPEST) {
        throw new InvalidInputException("its groups are nested too deeply, or it is damaged");
      }
      for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
        String path = prefix + child.getKey();
        if (--nodesLeft < 0) {
          throw new InvalidInputException("it has more arrays than a GRU needs, or is damaged");
        }
        if (child.getValue().isLink()) {
          throw new InvalidInputException(
              "%s is a link: save the weights in the file itself".formatted(Quoted.of(path)));
        }
        switch (child.getValue()) {
          case Group inner -> read(inner, path + "/", depth + 1);
          case Dataset dataset -> read(dataset, path);
          default -> {
            // Named types, which hold no data.
          }
        }
      }
    }

    private void read(Dataset dataset, String path) {
      Class<?> type = dataset.getJavaType();
      if (type != float.class && type != double.class) {
        return;
      }
      DataLayout layout = dataset.getDataLayout();
      if (layout != DataLayout.CONTIGUOUS && layout != DataLayout.COMPACT) {
        throw new InvalidInputException(
            "array %s is stored in chunks or compressed: save it as Keras does"
                .formatted(Quoted.of(path)));
      }
      List<Integer> sizes = new ArrayList<>();
      long count = 1;
      for (long size : dataset.getDimensionsAsLong()) {
        if (size < 1 || size > Integer.MAX_VALUE) {
          throw new InvalidInputException(
              "array %s has an impossible shape".formatted(Quoted.of(path)));
        }
        sizes.add((int) size);
        count *= size; // at most 2^62 before the check below ends it
        if (count > bytesLeft) {
          throw larger(path);
        }
      }
      int bytes = dataset.getDataType().getSize();
      bytesLeft -= count * Math.max(bytes, 1);
      if (bytesLeft < 0) {
        throw larger(path);
      }
      tensors.put(path, new Tensor(path, sizes, floats(dataset, path, (int) count)));
    }

    private static InvalidInputException larger(String path) {
      return new InvalidInputException(
          "array %s is larger than the file: truncated, or damaged".formatted(Quoted.of(path)));
    }

    private static float[] floats(Dataset dataset, String path, int count) {
      float[] floats =
          switch (dataset.getDataFlat()) {
            case float[] values -> values;
            case double[] values -> {
              float[] rounded = new float[values.length];
              for (int i = 0; i < values.length; i++) {
                rounded[i] = (float) values[i];
              }
              yield rounded;
            }
            case null, default -> new float[0];
          };
      if (floats.length != count) {
        throw new InvalidInputException("array %s has no values".formatted(Quoted.of(path)));
      }
      return floats;
    }
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
