package org.tornadogru.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tornadogru.nn.GruConfig;

/**
 * A file made to hurt a reader.
 *
 * @param message part of what is said of it
 */
record HostileFile(String name, String ending, Content content, String message) {

  /** What writes it. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  @Override
  public String toString() {
    return name;
  }

  static Stream<HostileFile> all() {
    return Stream.of(
        kept("btree-count.weights.h5", "has neither a configuration nor weights"),
        kept("header-loop.weights.h5", "more parts than a GRU needs"),
        kept("symbol-table-hang.weights.h5", "is too long"),
        kept("many-gru.onnx", "opset 0"),
        kept("empty-nodes.onnx", "more parts than a GRU needs"),
        kept("embedding-memory.safetensors", "embedding_size=38, hidden_size=400"),
        kept("reverse-scalar.safetensors", "weight_ih_l0_reverse has shape [1]"),
        safetensors(
            "long metadata", metadata("\"" + "x".repeat(2_000_000) + "\""), "no JSON object"),
        safetensors(
            "long metadata name",
            metadata("{\"" + "\u0085\n\u202e".repeat(600_000) + "\": 1}"),
            "JSON"),
        safetensors(
            "long metadata of ours",
            metadata(
                "{\"tornado_gru.hidden_size\":\"1\",\"tornado_gru.reset\":\"%s\"}"
                    .formatted("\\n".repeat(1_000_000))),
            "it has no tensor"),
        new HostileFile("many dense layers", ".safetensors", HostileFile::manyDense, "longer than"),
        safetensors(
            "long shape", tensor("[" + "1,".repeat(100_000) + "1],\"dtype\":\"F32\""), "no shape"),
        safetensors("long type", tensor("[1],\"dtype\":\"" + "y".repeat(2_000_000) + "\""), ""),
        safetensors(
            "many objects", "{\"a\":[" + "{},".repeat(4_000_000) + "{}]}", "longer or deeper"),
        safetensors("long header", " ".repeat(40_000_000) + "{}", "more than the 16777216"),
        safetensors("names that collide", colliding(), "longer or deeper"),
        safetensors("many memories of no layers", many(9000), "weight_ih_l0"),
        onnx("many GRUs with one weight", HostileGraph.chain(15_000), "no model has more"),
        onnx(
            "a large weight in many GRUs",
            HostileGraph.shared(),
            "more weights than a file of this size has"),
        onnx(
            "a large weight in many linear layers",
            HostileGraph.linear(500, 200),
            "more weights than a file"),
        onnx("many linear layers", HostileGraph.linear(1, 10_000), "is behind 1000 others"),
        onnx("final states doubled again and again", HostileGraph.doubled(), "more weights than"),
        onnx("states of many inputs", HostileGraph.states(), "more weights than"),
        onnx("graphs within graphs", HostileGraph.nested(5_000), "nested too deeply"),
        onnx(
            "integers of a byte each",
            HostileGraph.integers(20_000_000),
            "integers, more than a GRU needs"),
        onnx(
            "flags of a byte each",
            HostileGraph.flags(20_000_000),
            "integers, more than a GRU needs"),
        onnx(
            "fields of other types",
            HostileGraph.mistyped(8_000_000),
            "more parts than a GRU needs"),
        onnx("names that collide", HostileGraph.names(), "is not the input of the model"),
        onnx("many outputs", HostileGraph.outputs(5000), "5000 outputs"),
        onnx("zeros that many nodes look at", HostileGraph.zeros(), "more weights than"),
        keras("a deep configuration", 100, 1, "config.json is larger"),
        keras("a long configuration", 15, 1, "config.json is larger"),
        keras("a long configuration, stored", 15, 0, "longer or deeper"),
        keras(
            "a long name of a layer",
            out -> out.write(layer("n".repeat(500_000)).getBytes(UTF_8)),
            9,
            "not supported"),
        new HostileFile("many entries", ".keras", HostileFile::manyEntries, "more entries"),
        new HostileFile(
            "an entry beside it", ".keras", HostileFile::largeEntry, "all of it is larger"),
        new HostileFile("a group in itself", ".weights.h5", HostileFile::circle, "in a circle"));
  }

  private static HostileFile kept(String name, String message) {
    return new HostileFile(
        name,
        name.substring(name.indexOf('.')),
        out -> {
          try (InputStream in =
              new GZIPInputStream(
                  HostileFile.class.getResourceAsStream("hostile/" + name + ".gz"))) {
            in.transferTo(out);
          }
        },
        message);
  }

  // ---- safetensors ----

  private static HostileFile safetensors(String name, String header, String message) {
    return new HostileFile(
        name,
        ".safetensors",
        out -> {
          byte[] text = header.getBytes(UTF_8);
          ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
          out.write(length.putLong(text.length).array());
          out.write(text);
        },
        message);
  }

  private static String metadata(String value) {
    return "{\"__metadata__\":" + value + "}";
  }

  private static void manyDense(OutputStream out) throws IOException {
    GruModel model = Models.random(GruConfig.builder(3, 4).build(), 2, 1);
    Map<String, String> metadata =
        Map.of(
            "tornado_gru.hidden_size", "4",
            "tornado_gru.reset", "after",
            "tornado_gru.dense", "1 relu, ".repeat(1_900_000) + "1 relu");
    new Safetensors(metadata, model.weights().tensors()).writeTo(out);
  }

  private static String tensor(String shape) {
    return "{\"weight_ih_l0\":{\"shape\":" + shape + "}}";
  }

  /** Names of one hash value. */
  private static String colliding() {
    return IntStream.range(0, 1 << 17)
        .mapToObj(number -> "\"" + colliding(number) + "\":1")
        .collect(Collectors.joining(",", "{", "}"));
  }

  static String colliding(int number) {
    return IntStream.range(0, 17)
        .mapToObj(bit -> (number >> bit & 1) == 0 ? "Aa" : "BB")
        .collect(Collectors.joining());
  }

  private static String many(int tensors) {
    return IntStream.range(0, tensors)
        .mapToObj(
            "\"x%d.weight\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]}"::formatted)
        .collect(Collectors.joining(",", "{", "}"));
  }

  // ---- ONNX ----

  private static HostileFile onnx(String name, Content content, String message) {
    return new HostileFile(name, ".onnx", content, message);
  }

  // ---- Keras ----

  /** Lists in lists, of so many MB. */
  private static HostileFile keras(String name, int size, int level, String message) {
    byte[] lists = "[[],".repeat(1 << 18).getBytes(UTF_8);
    return keras(
        name,
        out -> {
          for (int part = 0; part < size; part++) {
            out.write(lists);
          }
        },
        level,
        message);
  }

  private static HostileFile keras(String name, Content config, int level, String message) {
    return new HostileFile(
        name,
        ".keras",
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.setLevel(level);
          zip.putNextEntry(new ZipEntry("model.weights.h5"));
          zip.write(KerasCodecTest.file("plain.weights.h5"));
          zip.putNextEntry(new ZipEntry("config.json"));
          config.writeTo(zip);
          zip.finish();
        },
        message);
  }

  private static String layer(String name) {
    return "{\"class_name\":\"Sequential\",\"config\":{\"layers\":[{\"class_name\":\"%s\",\"config\":{\"name\":\"%s\"}}]}}"
        .formatted(name, name);
  }

  private static void manyEntries(OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (int entry = 0; entry < 60_000; entry++) {
        ZipEntry empty = new ZipEntry("e" + entry);
        empty.setSize(0);
        empty.setCrc(new CRC32().getValue());
        zip.putNextEntry(empty);
      }
    }
  }

  private static void largeEntry(OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("assets/x"));
      byte[] zeros = new byte[1 << 20];
      for (int part = 0; part < 100; part++) {
        zip.write(zeros);
      }
    }
  }

  // ---- HDF5 ----

  /** The first member of each group is the root. */
  private static void circle(OutputStream out) throws IOException {
    byte[] file = KerasCodecTest.file("plain.weights.h5");
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + 8 <= file.length; at++) {
      if (new String(file, at, 4, UTF_8).equals("SNOD")) {
        bytes.putLong(at + 16, bytes.getLong(64));
      }
    }
    out.write(file);
  }
}
