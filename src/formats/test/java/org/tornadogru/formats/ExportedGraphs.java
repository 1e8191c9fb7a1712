package org.tornadogru.formats;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.OnnxModel;

/** Graphs as PyTorch exports them, and what ONNX Runtime makes of them. */
final class ExportedGraphs {

  static final Tensor X = Tensor.of("x", List.of(7, 4, 2), ExportedGraphs::value);

  private ExportedGraphs() {}

  static float value(int place) {
    return (31 * place % 97 - 48) / 96f;
  }

  static float[] values(int size) {
    return Tensor.of("", List.of(size), ExportedGraphs::value).values();
  }

  /** X [7][N][2], weights of layers of 3 units, and small numbers by their digits. */
  static OnnxModel model(int walks) {
    OnnxModel model =
        new OnnxModel("m")
            .input("X", TensorProto.DataType.FLOAT, 7, 4, 2)
            .constant("W", values(walks * 18), walks, 9, 2)
            .constant("W2", values(walks * walks * 27), walks, 9, 3L * walks)
            .constant("R", values(walks * 27), walks, 9, 3)
            .constant("head", values(6 * walks), 3L * walks, 2)
            .constant("joined", 0, 0, -1)
            .constant("max", Long.MAX_VALUE);
    for (int number = -2; number < 8; number++) {
      model.constant(String.valueOf(number), number);
    }
    return model;
  }

  static OnnxModel layer(
      OnnxModel model, int walks, String x, String weights, String state, int index) {
    return model
        .node(
            "GRU",
            List.of(x, weights, "R", "", "", state),
            List.of("Y" + index, "H" + index),
            Map.of(
                "linear_before_reset",
                1,
                "hidden_size",
                3,
                "direction",
                walks == 2 ? "bidirectional" : "forward"))
        .node(
            "Transpose",
            List.of("Y" + index),
            List.of("t" + index),
            Map.of("perm", List.of(0, 2, 1, 3)))
        .node("Reshape", List.of("t" + index, "joined"), List.of("y" + index), Map.of());
  }

  /** Two layers that begin at the rows of a state, [2·D][N][3]. */
  static OnnxModel twoLayers(OnnxModel model, int walks, String state) {
    String half = String.valueOf(walks);
    String all = String.valueOf(2 * walks);
    model.node("Slice", List.of(state, "0", half, "0"), List.of("h1"), Map.of());
    layer(model, walks, "X", "W", "h1", 1);
    model.node("Slice", List.of(state, half, all, "0"), List.of("h2"), Map.of());
    return layer(model, walks, "y1", "W2", "h2", 2)
        .node("Concat", List.of("H1", "H2"), List.of("h_n"), Map.of("axis", 0));
  }

  /** The bytes with a batch of any size. */
  static byte[] free(OnnxModel model, String output, int opset) throws IOException {
    ModelProto.Builder proto =
        ModelProto.parseFrom(model.output(output, TensorProto.DataType.FLOAT).toByteArray())
            .toBuilder();
    proto.getOpsetImportBuilder(0).setVersion(opset);
    proto
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(1)
        .setDimParam("N");
    return proto.build().toByteArray();
  }

  /** What is read, which computes what ONNX Runtime does. */
  static GruModel assertAsOnnxRuntime(Path directory, byte[] bytes) throws Exception {
    Path file = Files.write(directory.resolve("m.onnx"), bytes);
    GruModel read = ModelFormat.read(file);
    Cases.assertClose(Cases.outputs(read, Sequences.of(X)), OnnxRuntime.first(file, X));
    return read;
  }
}
