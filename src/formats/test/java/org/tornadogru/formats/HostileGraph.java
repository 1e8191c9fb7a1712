package org.tornadogru.formats;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tornadogru.formats.HostileFile.Content;
import org.tornadogru.oracle.OnnxModel;

/** ONNX models made to hurt a reader. */
final class HostileGraph {

  private HostileGraph() {}

  private static OnnxModel model() {
    return new OnnxModel("m").input("y0", TensorProto.DataType.FLOAT, 7, 4, 1);
  }

  private static OnnxModel gru(OnnxModel model, String x, List<String> outputs) {
    return model.node("GRU", List.of(x, "W", "R"), outputs, Map.of());
  }

  private static OnnxModel small() {
    return model().constant("W", new float[3], 1, 3, 1).constant("R", new float[3], 1, 3, 1);
  }

  static Content chain(int length) {
    return out -> {
      OnnxModel model = small().constant("one", 1L);
      for (int layer = 0; layer < length / 2; layer++) {
        gru(model, "y" + layer, List.of("z" + layer));
        model.node("Squeeze", List.of("z" + layer, "one"), List.of("y" + (layer + 1)), Map.of());
      }
      out.write(model.output("y" + length / 2, TensorProto.DataType.FLOAT).toByteArray());
    };
  }

  static Content shared() {
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

  static Content linear(int units, int layers) {
    return out -> {
      OnnxModel model =
          model()
              .constant("W", new float[3 * units], 1, 3L * units, 1)
              .constant("R", new float[3 * units * units], 1, 3L * units, units)
              .constant("A", new float[units * units], units, units)
              .constant("one", 1L);
      gru(model, "y0", List.of("y")).node("Squeeze", List.of("y", "one"), List.of("d0"), Map.of());
      for (int layer = 0; layer < layers; layer++) {
        model.node("MatMul", List.of("d" + layer, "A"), List.of("m" + layer), Map.of());
        model.node("Relu", List.of("m" + layer), List.of("d" + (layer + 1)), Map.of());
      }
      out.write(model.output("m" + (layers - 1), TensorProto.DataType.FLOAT).toByteArray());
    };
  }

  static Content doubled() {
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

  static Content states() {
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

  static Content nested(int depth) {
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

  /** Nodes, field 1 of a graph, that are numbers. */
  static Content mistyped(int count) {
    return out -> {
      byte[] fields = new byte[2 * count];
      for (int place = 0; place < fields.length; place++) {
        fields[place] = (byte) (place % 2 == 0 ? 1 << 3 : 1);
      }
      field(7, ByteString.copyFrom(fields)).writeTo(out);
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

  static Content integers(int count) {
    return out -> {
      TensorProto.Builder tensor = TensorProto.newBuilder();
      for (int number = 0; number < count / 10; number++) {
        tensor.addInt64Data(1);
      }
      ofTensor(TensorProto.DataType.INT64, count / 10, tensor).writeTo(out);
    };
  }

  static Content flags(int count) {
    return out ->
        ofTensor(
                TensorProto.DataType.BOOL,
                count,
                TensorProto.newBuilder().setRawData(ByteString.copyFrom(new byte[count])))
            .writeTo(out);
  }

  static Content outputs(int count) {
    return out -> {
      OnnxModel model = small();
      for (int output = 0; output < count; output++) {
        model.output("y", TensorProto.DataType.FLOAT);
      }
      out.write(gru(model, "y0", List.of("y")).toByteArray());
    };
  }

  static Content names() {
    return out -> {
      OnnxModel model = small();
      for (int node = 0; node < 24_000; node++) {
        String from = node == 0 ? "W" : HostileFile.colliding(node - 1);
        model.node("Identity", List.of(from), List.of(HostileFile.colliding(node)), Map.of());
      }
      out.write(
          gru(model, HostileFile.colliding(23_999), List.of("y"))
              .output("y", TensorProto.DataType.FLOAT)
              .toByteArray());
    };
  }

  static Content zeros() {
    return out -> {
      OnnxModel model = small().constant("zeros", new float[1 << 20], 1, 1 << 20, 1);
      for (int node = 0; node < 200; node++) {
        model.node("Expand", List.of("zeros", "one"), List.of("e" + node), Map.of());
        model.output("e" + node, TensorProto.DataType.FLOAT);
      }
      out.write(model.toByteArray());
    };
  }
}
