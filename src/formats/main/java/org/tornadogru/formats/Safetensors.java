package org.tornadogru.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tornadogru.file.WholeFile;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.formats.codec.Json;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * Named float32 tensors with text metadata, in the safetensors format. F64, F16 and BF16 are read
 * too, and become float32.
 *
 * <pre>
 *   8 bytes    N, little-endian: the length of the header
 *   N bytes    {"__metadata__": {"key": "text", …},
 *               "name": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}, …}
 *   the rest   values, little-endian and row-major, with no gap and no overlap
 * </pre>
 *
 * @param metadata in the order of the file
 * @param tensors in the order of the header, no name twice
 * @see <a href="https://github.com/huggingface/safetensors">the format</a>
 */
public record Safetensors(Map<String, String> metadata, List<Tensor> tensors) {

  private static final String METADATA = "__metadata__";
  private static final String FLOAT32 = "F32";
  private static final int LENGTH_BYTES = Long.BYTES;

  /** What a header may have is more, but no GRU is described by as much. */
  private static final long LARGEST_HEADER = Json.LARGEST;

  /** Sizes of a shape; a GRU's has two. */
  private static final int MOST_DIMENSIONS = 8;

  /** Names whose hashes collide are slow. */
  private static final int MOST_NAMES = 20_000;

  /** Bytes of values that are read at a time. */
  private static final int CHUNK = 1 << 16;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Safetensors {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = List.copyOf(tensors);
    if (tensors.stream().map(Tensor::name).distinct().count() != tensors.size()) {
      throw new IllegalArgumentException("two tensors have the same name");
    }
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if it is missing, unreadable or damaged
   */
  public static Safetensors read(Path file) {
    return OpenFile.read(file, Safetensors::parse);
  }

  /**
   * Reads the bytes of a file.
   *
   * @throws InvalidInputException if it is damaged
   */
  static Safetensors parse(FileBytes bytes) {
    return new Parser(bytes).parse();
  }

  /**
   * Writes a file, whole or not at all.
   *
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    WholeFile.write(file, this::writeTo);
  }

  void writeTo(OutputStream out) throws IOException {
    byte[] header = header();
    // Values then begin at a multiple of 8, as readers that map the file want them to.
    int padded = Math.ceilDiv(header.length, LENGTH_BYTES) * LENGTH_BYTES;
    ByteBuffer start =
        ByteBuffer.allocate(LENGTH_BYTES + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
    start.put(header);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    out.write(start.array());
    for (Tensor tensor : tensors) {
      byte[] values = new byte[Math.multiplyExact(tensor.size(), Float.BYTES)];
      MemorySegment segment = MemorySegment.ofArray(values);
      for (int place = 0; place < tensor.size(); place++) {
        segment.setAtIndex(FLOAT, place, tensor.at(place));
      }
      out.write(values);
    }
  }

  private byte[] header() throws JsonProcessingException {
    ObjectNode header = Json.STRICT.createObjectNode();
    if (!metadata.isEmpty()) {
      metadata.forEach(header.putObject(METADATA)::put);
    }
    long offset = 0;
    for (Tensor tensor : tensors) {
      long end = offset + (long) Float.BYTES * tensor.size();
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", FLOAT32);
      tensor.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    return Json.STRICT.writeValueAsBytes(header);
  }

  /** A tensor as the header describes it: where it lies among the values, in bytes. */
  private record Entry(
      String name, ElementType elements, List<Integer> shape, long begin, long end) {

    long count() {
      return (end - begin) / elements.bytes;
    }
  }

  /** The types of numbers that are read; all become float32. */
  private enum ElementType {
    F32(Float.BYTES),
    F64(Double.BYTES),
    F16(Short.BYTES),
    BF16(Short.BYTES);

    private final int bytes;

    ElementType(int bytes) {
      this.bytes = bytes;
    }

    static Optional<ElementType> named(String name) {
      return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    float next(ByteBuffer values) {
      return switch (this) {
        case F32 -> values.getFloat();
        case F64 -> (float) values.getDouble();
        case F16 -> Float.float16ToFloat(values.getShort());
        case BF16 -> Float.intBitsToFloat(values.getShort() << Short.SIZE);
      };
    }
  }

  /** Checks everything the header claims against the size of the file before it allocates. */
  private record Parser(FileBytes bytes) {

    Safetensors parse() {
      long size = bytes.size();
      if (size < LENGTH_BYTES) {
        throw damaged("it has %d bytes: not a safetensors file, or truncated".formatted(size));
      }
      long headerLength = bytes.read(0, LENGTH_BYTES).getLong();
      if (headerLength < 0 || headerLength > size - LENGTH_BYTES) {
        throw damaged(
            "its header says %s bytes but the file has %d: not a safetensors file, or truncated"
                .formatted(Long.toUnsignedString(headerLength), size));
      }
      if (headerLength > LARGEST_HEADER) {
        throw damaged(
            "its header has %d bytes, more than the %d that a GRU needs"
                .formatted(headerLength, LARGEST_HEADER));
      }
      JsonNode header = header(bytes.read(LENGTH_BYTES, (int) headerLength));
      long values = LENGTH_BYTES + headerLength;
      Map<String, String> metadata = new LinkedHashMap<>();
      List<Entry> entries = new ArrayList<>();
      for (Map.Entry<String, JsonNode> property : header.properties()) {
        if (property.getKey().equals(METADATA)) {
          readMetadata(property.getValue(), metadata);
        } else {
          entries.add(entry(property.getKey(), property.getValue()));
        }
      }
      checkCoverage(entries, size - values);
      FileBytes.requireRoom(Float.BYTES * entries.stream().mapToLong(Entry::count).sum());
      return new Safetensors(
          metadata, entries.stream().map(entry -> tensor(entry, values)).toList());
    }

    private JsonNode header(ByteBuffer text) {
      JsonNode header;
      try {
        header = Json.STRICT.readTree(StandardCharsets.UTF_8.newDecoder().decode(text).toString());
      } catch (CharacterCodingException e) {
        throw damaged("its header is not UTF-8: not a safetensors file");
      } catch (JsonProcessingException e) {
        throw damaged("its header " + Json.problem(e));
      }
      if (!header.isObject()) {
        throw damaged("its header is no JSON object: not a safetensors file");
      }
      if (header.size() > MOST_NAMES || header.path(METADATA).size() > MOST_NAMES) {
        throw damaged("it has more tensors than a GRU, or more metadata");
      }
      return header;
    }

    private void readMetadata(JsonNode node, Map<String, String> metadata) {
      if (!node.isObject()) {
        throw damaged("its metadata is no JSON object");
      }
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        if (!property.getValue().isTextual()) {
          throw damaged("its metadata %s is not text".formatted(Quoted.of(property.getKey())));
        }
        metadata.put(property.getKey(), property.getValue().textValue());
      }
    }

    private Entry entry(String name, JsonNode node) {
      JsonNode type = node.path("dtype");
      if (!type.isTextual()) {
        throw damaged("tensor %s has no dtype".formatted(Quoted.of(name)));
      }
      ElementType elements =
          ElementType.named(type.textValue())
              .orElseThrow(
                  () ->
                      damaged(
                          "tensor %s is %s but only %s are supported: convert it to float32"
                              .formatted(
                                  Quoted.of(name),
                                  Quoted.of(type.textValue()),
                                  Arrays.toString(ElementType.values()))));
      List<Integer> shape = new ArrayList<>();
      long count = 1;
      JsonNode sizes = node.path("shape");
      if (!sizes.isArray() || sizes.size() > MOST_DIMENSIONS) {
        throw damaged("tensor %s has no shape of a model's".formatted(Quoted.of(name)));
      }
      for (JsonNode size : sizes) {
        if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 0) {
          throw damaged("tensor %s has an impossible shape".formatted(Quoted.of(name)));
        }
        shape.add(size.intValue());
        // At most (2^31)^2 before the check below ends it.
        count *= size.intValue();
        if (count > Integer.MAX_VALUE) {
          throw damaged("tensor %s has more than 2^31 values".formatted(Quoted.of(name)));
        }
      }
      JsonNode offsets = node.path("data_offsets");
      if (offsets.size() != 2 || !isOffset(offsets.path(0)) || !isOffset(offsets.path(1))) {
        throw damaged("tensor %s has no data_offsets [begin, end]".formatted(Quoted.of(name)));
      }
      long begin = offsets.get(0).longValue();
      long end = offsets.get(1).longValue();
      if (end - begin != elements.bytes * count) {
        throw damaged(
            "tensor %s has shape %s but its offsets %d to %d hold another number of bytes"
                .formatted(Quoted.of(name), shape, begin, end));
      }
      return new Entry(name, elements, shape, begin, end);
    }

    private static boolean isOffset(JsonNode node) {
      return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0;
    }

    /** The values must be covered without gap and overlap, or something is hidden in the file. */
    private void checkCoverage(List<Entry> entries, long size) {
      long end = 0;
      for (Entry entry :
          entries.stream()
              .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
              .toList()) {
        if (entry.end > size) {
          throw damaged(
              "tensor %s ends at byte %d of the values but the file has %d: truncated"
                  .formatted(Quoted.of(entry.name), entry.end, size));
        }
        if (entry.begin != end) {
          throw damaged(
              "tensor %s begins at byte %d of the values: expected %d, without gap or overlap"
                  .formatted(Quoted.of(entry.name), entry.begin, end));
        }
        end = entry.end;
      }
      if (end != size) {
        throw damaged("%d bytes after its last tensor belong to none".formatted(size - end));
      }
    }

    private Tensor tensor(Entry entry, long values) {
      Chunks chunks = new Chunks(bytes, values + entry.begin, values + entry.end);
      return Tensor.of(entry.name, entry.shape, place -> entry.elements.next(chunks.withOneMore()));
    }

    private InvalidInputException damaged(String what) {
      return new InvalidInputException(what);
    }
  }

  /** Part of a file in the order of its bytes, few of which are in memory at a time. */
  private static final class Chunks {
    private final FileBytes bytes;
    private final long end;
    private long at;
    private ByteBuffer chunk = ByteBuffer.allocate(0);

    Chunks(FileBytes bytes, long at, long end) {
      this.bytes = bytes;
      this.at = at;
      this.end = end;
    }

    /** A buffer from which a value can be taken. */
    ByteBuffer withOneMore() {
      if (!chunk.hasRemaining()) {
        chunk = bytes.read(at, (int) Math.min(CHUNK, end - at));
        at += chunk.remaining();
      }
      return chunk;
    }
  }
}
