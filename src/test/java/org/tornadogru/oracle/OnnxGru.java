package org.tornadogru.oracle;

import static org.tornadogru.oracle.ReferenceParameters.BIAS_HH;
import static org.tornadogru.oracle.ReferenceParameters.BIAS_IH;
import static org.tornadogru.oracle.ReferenceParameters.WEIGHT_HH;
import static org.tornadogru.oracle.ReferenceParameters.WEIGHT_IH;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tornadogru.nn.ResetPlacement;

/**
 * ONNX Runtime's GRU: a forward pass nobody here wrote.
 *
 * <pre>
 *   X         [T][N][D]         ─┐
 *   W         [1][3·H][D]        │
 *   R         [1][3·H][H]        ├──▶ GRU ──▶ Y [T][1][N][H]
 *   B         [1][6·H]           │
 *   initial_h [1][N][H]         ─┘
 * </pre>
 *
 * ONNX orders the gates z, r, h and joins the biases, B = [Wb | Rb]; its {@code
 * linear_before_reset} is 1 for a reset after the product.
 *
 * @param reset where the reset gate acts
 * @see <a href="https://onnx.ai/onnx/operators/onnx__GRU.html">ONNX, operator GRU</a>
 */
public record OnnxGru(ResetPlacement reset) {
  private static final int OPSET = 14;
  private static final int IR_VERSION = 7; // the one that goes with opset 14

  /**
   * States after each step, in single precision.
   *
   * @param parameters rounded to float; the linear layer is not used
   * @param x inputs, [steps][batch][inputSize]
   * @param h0 initial states, [batch][hidden]
   * @return [steps][batch][hidden]
   */
  public float[][][] states(ReferenceParameters parameters, float[][][] x, float[][] h0) {
    int batch = h0.length;
    int hidden = parameters.hidden();
    int inputSize = parameters.inputSize();
    float[] allInputs = join(Arrays.stream(x).map(OnnxGru::join).toArray(float[][]::new));
    float[] biases = join(zrh(parameters, BIAS_IH), zrh(parameters, BIAS_HH));

    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (Feed feed = new Feed(environment)) {
      feed.add("X", allInputs, x.length, batch, inputSize);
      feed.add("W", zrh(parameters, WEIGHT_IH), 1, 3L * hidden, inputSize);
      feed.add("R", zrh(parameters, WEIGHT_HH), 1, 3L * hidden, hidden);
      feed.add("B", biases, 1, 6L * hidden);
      feed.add("initial_h", join(h0), 1, batch, hidden);

      try (OrtSession session = environment.createSession(model(feed, hidden).toByteArray());
          OrtSession.Result result = session.run(feed.tensors)) {
        float[][][][] y = (float[][][][]) result.get(0).getValue();
        return Arrays.stream(y).map(step -> step[0]).toArray(float[][][]::new);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime rejected the GRU model", e);
    }
  }

  private ModelProto model(Feed feed, int hidden) {
    NodeProto gru =
        NodeProto.newBuilder()
            .setOpType("GRU")
            .addInput("X")
            .addInput("W")
            .addInput("R")
            .addInput("B")
            .addInput("") // sequence_lens: all full
            .addInput("initial_h")
            .addOutput("Y")
            .addAttribute(attribute("hidden_size", hidden))
            .addAttribute(attribute("linear_before_reset", reset == ResetPlacement.AFTER ? 1 : 0))
            .build();
    GraphProto.Builder graph = GraphProto.newBuilder().setName("gru").addNode(gru);
    feed.tensors.forEach(
        (name, tensor) -> graph.addInput(value(name, tensor.getInfo().getShape())));
    long[] x = feed.tensors.get("X").getInfo().getShape();
    graph.addOutput(value("Y", x[0], 1, x[1], hidden));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build();
  }

  private static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static ValueInfoProto value(String name, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (long size : shape) {
      dimensions.addDimBuilder().setDimValue(size);
    }
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(dimensions)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  /** A tensor whose three row blocks are r, z, n, with the blocks in ONNX's order z, r, h. */
  private static float[] zrh(ReferenceParameters parameters, String name) {
    float[] rzn = parameters.floats(name);
    int block = rzn.length / 3;
    float[] zrh = rzn.clone();
    System.arraycopy(rzn, 0, zrh, block, block);
    System.arraycopy(rzn, block, zrh, 0, block);
    return zrh;
  }

  private static float[] join(float[]... parts) {
    FloatBuffer joined = FloatBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (float[] part : parts) {
      joined.put(part);
    }
    return joined.array();
  }

  /** The model's inputs by name; owns their native memory. */
  private static final class Feed implements AutoCloseable {
    private final OrtEnvironment environment;
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

    Feed(OrtEnvironment environment) {
      this.environment = environment;
    }

    void add(String name, float[] values, long... shape) throws OrtException {
      tensors.put(name, OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
    }

    @Override
    public void close() {
      tensors.values().forEach(OnnxTensor::close);
    }
  }
}
