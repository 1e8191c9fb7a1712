package org.tornadogru.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tornadogru.oracle.OnnxModel;

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
        safetensors(
            "long shape", tensor("[" + "1,".repeat(100_000) + "1],\"dtype\":\"F32\""), "no shape"),
        safetensors("long type", tensor("[1],\"dtype\":\"" + "y".repeat(2_000_000) + "\""), ""),
        safetensors(
            "many objects", "{\"a\":[" + "{},".repeat(4_000_000) + "{}]}", "longer or deeper"),
        safetensors("long header", " ".repeat(40_000_000) + "{}", "more than the 16777216"),
        safetensors("names that collide", colliding(), "longer or deeper"),
        safetensors("many memories of no layers", many(9000), "weight_ih_l0"),
        onnx("many GRUs with one weight", chain(15_000), "no model has more"),
        onnx("a large weight in many GRUs", shared(), "more weights than a file of this size has"),
        onnx("final states doubled again and again", doubled(), "more weights than"),
        onnx("states of many inputs", states(), "more weights than"),
        onnx("graphs within graphs", nested(5_000), "nested too deeply"),
        onnx("integers of a byte each", integers(20_000_000), "integers, more than a GRU needs"),
        onnx("flags of a byte each", flags(20_000_000), "integers, more than a GRU needs"),
        onnx("names that collide", names(), "is not the input of the model"),
        onnx("many outputs", outputs(5000), "5000 outputs"),
        onnx("zeros that many nodes look at", zeros(), "more weights than"),
        keras("a deep configuration", 300, 9, "config.json is larger"),
        keras("a long configuration", 15, 9, "config.json is larger"),
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

  private static String tensor(String shape) {
    return "{\"weight_ih_l0\":{\"shape\":" + shape + "}}";
  }

  /** Names of one hash value. */
  private static String colliding() {
    return IntStream.range(0, 1 << 17)
        .mapToObj(number -> "\"" + colliding(number) + "\":1")
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String colliding(int number) {
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

  private static OnnxModel model() {
    return new OnnxModel("m").input("y0", TensorProto.DataType.FLOAT, 7, 4, 1);
  }

  private static OnnxModel gru(OnnxModel model, String x, List<String> outputs) {
    return model.node("GRU", List.of(x, "W", "R"), outputs, Map.of());
  }

  private static OnnxModel small() {
    return model().constant("W", new float[3], 1, 3, 1).constant("R", new float[3], 1, 3, 1);
  }

  private static Content chain(int length) {
    return out -> {
      OnnxModel model = small().constant("one", 1L);
      for (int layer = 0; layer < length / 2; layer++) {
        gru(model, "y" + layer, List.of("z" + layer));
        model.node("Squeeze", List.of("z" + layer, "one"), List.of("y" + (layer + 1)), Map.of());
      }
      out.write(model.output("y" + length / 2, TensorProto.DataType.FLOAT).toByteArray());
    };
  }

  private static Content shared() {
    return out -> {
      int units = 300;
      OnnxModel model =
          model()
              .constant("W", new float[3 * units], 1, 3L * units, 1)
              .constant("R", new float[3 * units * units], 1, 3L * units, units)
              .constant("head", new float[units], units, 1)
              .constant("one", 1L);
      for (int layer = 0; layer < 900; layer++) {
        gru(model, "y0", List.of("z" + layer)).output("z" + layer, TensorProto.DataType.FLOAT);
        if (layer == 200) {
          break;
        }
      }
      out.write(model.toByteArray());
    };
  }

  private static Content doubled() {
    return out -> {
      OnnxModel model = small();
      gru(model, "y0", List.of("y", "f0"));
      for (int times = 0; times < 40; times++) {
        String last = "f" + times;
        model.node("Concat", List.of(last, last), List.of("f" + (times + 1)), Map.of("axis", 0));
      }
      out.write(model.output("f40", TensorProto.DataType.FLOAT).toByteArray());
    };
  }

  private static Content states() {
    return out -> {
      OnnxModel model = small();
      List<String> all = new ArrayList<>();
      for (int input = 0; input < 3000; input++) {
        model.input("s" + input, TensorProto.DataType.FLOAT, 1, 1, 1);
        model.node(
            "Slice", List.of("s" + input), List.of("t" + input), Map.of("starts", List.of(0)));
        all.add("t" + input);
      }
      model.node("Concat", all, List.of("c0"), Map.of("axis", 0));
      for (int times = 0; times < 3000; times++) {
        List<String> twice = List.of("c" + times, "t0");
        model.node("Concat", twice, List.of("c" + (times + 1)), Map.of("axis", 0));
      }
      model.node("GRU", List.of("y0", "W", "R", "", "", "c3000"), List.of("y"), Map.of());
      out.write(model.output("y", TensorProto.DataType.FLOAT).toByteArray());
    };
  }

  private static Content nested(int depth) {
    return out -> {
      // Messages within messages, written from the innermost: graph 7, node 1, attribute 5, g 6.
      ByteString inner = ByteString.EMPTY;
      for (int level = 0; level < depth; level++) {
        inner = field(6, inner);
        inner = field(5, inner);
        inner = field(1, inner);
      }
      field(7, inner).writeTo(out);
    };
  }

  private static ByteString field(int number, ByteString content) throws IOException {
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeBytes(number, content);
    out.flush();
    return bytes.toByteString();
  }

  private static Content ofTensor(
      TensorProto.DataType type, int count, TensorProto.Builder tensor) {
    return out -> {
      GraphProto.Builder graph =
          ModelProto.parseFrom(small().toByteArray()).getGraph().toBuilder()
              .addInitializer(tensor.setName("t").setDataType(type.getNumber()).addDims(count))
              .addNode(NodeProto.newBuilder().setOpType("Identity").addInput("t").addOutput("u"));
      ModelProto.parseFrom(small().toByteArray()).toBuilder().setGraph(graph).build().writeTo(out);
    };
  }

  private static Content integers(int count) {
    return out -> {
      TensorProto.Builder tensor = TensorProto.newBuilder();
      for (int number = 0; number < count / 10; number++) {
        tensor.addInt64Data(1);
      }
      ofTensor(TensorProto.DataType.INT64, count / 10, tensor).writeTo(out);
    };
  }

  private static Content flags(int count) {
    return out ->
        ofTensor(
                TensorProto.DataType.BOOL,
                count,
                TensorProto.newBuilder().setRawData(ByteString.copyFrom(new byte[count])))
            .writeTo(out);
  }

  private static Content outputs(int count) {
    return out -> {
      OnnxModel model = small();
      for (int output = 0; output < count; output++) {
        model.output("y", TensorProto.DataType.FLOAT);
      }
      out.write(gru(model, "y0", List.of("y")).toByteArray());
    };
  }

  private static Content names() {
    return out -> {
      OnnxModel model = small();
      for (int node = 0; node < 24_000; node++) {
        String from = node == 0 ? "W" : colliding(node - 1);
        model.node("Identity", List.of(from), List.of(colliding(node)), Map.of());
      }
      out.write(
          gru(model, colliding(23_999), List.of("y"))
              .output("y", TensorProto.DataType.FLOAT)
              .toByteArray());
    };
  }

  private static Content zeros() {
    return out -> {
      OnnxModel model = small().constant("zeros", new float[1 << 20], 1, 1 << 20, 1);
      for (int node = 0; node < 200; node++) {
        model.node("Expand", List.of("zeros", "one"), List.of("e" + node), Map.of());
        model.output("e" + node, TensorProto.DataType.FLOAT);
      }
      out.write(model.toByteArray());
    };
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
      for (int part = 0; part < 400; part++) {
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
