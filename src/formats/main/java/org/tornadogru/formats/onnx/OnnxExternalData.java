package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.tornadogru.file.Reason;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.InvalidInputException;

/**
 * Weights in files beside a model: {@code location}, {@code offset} and {@code length} of a tensor.
 * Only the model's own folder is read, whatever links lead out of it.
 */
final class OnnxExternalData {

  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private final Optional<Path> folder;
  private final Map<Path, Long> left = new HashMap<>();
  private final Map<String, Path> files = new HashMap<>();
  private long size;

  /**
   * No file has been read yet.
   *
   * @param folder of the model; empty if it does not come from a file
   */
  OnnxExternalData(Optional<Path> folder) {
    this.folder = folder;
  }

  /** How many bytes have been read. */
  long size() {
    return size;
  }

  /**
   * A graph with the values of its tensors inside.
   *
   * @throws InvalidInputException if they are not where it says
   */
  GraphProto inlined(GraphProto graph) {
    GraphProto.Builder inlined = graph.toBuilder();
    for (TensorProto.Builder tensor : inlined.getInitializerBuilderList()) {
      if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        tensor.setRawData(values(tensor.build())).setDataLocation(TensorProto.DataLocation.DEFAULT);
      }
    }
    return inlined.build();
  }

  private ByteString values(TensorProto tensor) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.getOrDefault("location", "");
    Path file = files.computeIfAbsent(location, name -> file(tensor, name));
    long offset = number(tensor, entries, "offset", 0);
    try (FileChannel channel = FileChannel.open(file)) {
      FileBytes bytes = FileBytes.of(channel);
      long present = bytes.size();
      long length = number(tensor, entries, "length", Math.max(0, present - offset));
      long unread = left.getOrDefault(file, present);
      if (offset > present || length > present - offset || length > unread || length > LARGEST) {
        throw refused(
            tensor,
            "says %d bytes from %d of %s, which has %d"
                .formatted(length, offset, Quoted.of(location), present));
      }
      left.put(file, unread - length);
      size += length;
      FileBytes.requireRoom(OnnxCodec.COPIES * size);
      return UnsafeByteOperations.unsafeWrap(bytes.read(offset, (int) length));
    } catch (IOException e) {
      throw new InvalidInputException(
          "tensor %s lies in %s, which cannot be read: %s"
              .formatted(Quoted.of(tensor.getName()), Quoted.of(location), Reason.of(e)),
          e);
    }
  }

  private Path file(TensorProto tensor, String location) {
    if (folder.isEmpty()) {
      throw refused(tensor, "lies in another file: save the model with its weights inside");
    }
    try {
      Path within = folder.get().toRealPath();
      Path file = within.resolve(location).normalize();
      if (location.isEmpty() || !file.startsWith(within) || file.equals(within)) {
        throw outside(tensor, location);
      }
      if (!Files.isRegularFile(file)) {
        throw refused(
            tensor, "lies in %s, which is not beside the model".formatted(Quoted.of(location)));
      }
      Path real = file.toRealPath();
      if (!real.startsWith(within)) {
        throw outside(tensor, location);
      }
      return real;
    } catch (IOException | InvalidPathException e) {
      throw new InvalidInputException(
          "tensor %s lies in %s, which cannot be found"
              .formatted(Quoted.of(tensor.getName()), Quoted.of(location)),
          e);
    }
  }

  private static InvalidInputException outside(TensorProto tensor, String location) {
    return refused(
        tensor, "lies in %s, outside of the model's folder".formatted(Quoted.of(location)));
  }

  private static long number(
      TensorProto tensor, Map<String, String> entries, String key, long usual) {
    String text = entries.get(key);
    if (text == null) {
      return usual;
    }
    if (!text.matches("\\d{1,18}")) {
      throw refused(tensor, "has an impossible %s".formatted(key));
    }
    return Long.parseLong(text);
  }

  private static InvalidInputException refused(TensorProto tensor, String why) {
    return new InvalidInputException("tensor %s %s".formatted(Quoted.of(tensor.getName()), why));
  }
}
