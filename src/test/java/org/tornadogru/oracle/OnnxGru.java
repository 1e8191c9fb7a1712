package org.tornadogru.oracle;

import static org.tornadogru.oracle.ReferenceParameters.BIAS_HH;
import static org.tornadogru.oracle.ReferenceParameters.BIAS_IH;
import static org.tornadogru.oracle.ReferenceParameters.WEIGHT_HH;
import static org.tornadogru.oracle.ReferenceParameters.WEIGHT_IH;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
  /** Rounds each value, for a float implementation. */
  public static float[][] floats(double[][] rows) {
    float[][] floats = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      floats[i] = new float[rows[i].length];
      for (int j = 0; j < rows[i].length; j++) {
        floats[i][j] = (float) rows[i][j];
      }
    }
    return floats;
  }

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
    float[] biases = join(zrh(parameters.floats(BIAS_IH)), zrh(parameters.floats(BIAS_HH)));

    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (Feed feed = new Feed(environment)) {
      feed.add("X", allInputs, x.length, batch, inputSize);
      feed.add("W", zrh(parameters.floats(WEIGHT_IH)), 1, 3L * hidden, inputSize);
      feed.add("R", zrh(parameters.floats(WEIGHT_HH)), 1, 3L * hidden, hidden);
      feed.add("B", biases, 1, 6L * hidden);
      feed.add("initial_h", join(h0), 1, batch, hidden);

      try (OrtSession session = environment.createSession(model(feed, hidden));
          OrtSession.Result result = session.run(feed.tensors)) {
        float[][][][] y = (float[][][][]) result.get(0).getValue();
        return Arrays.stream(y).map(step -> step[0]).toArray(float[][][]::new);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime rejected the GRU model", e);
    }
  }

  private byte[] model(Feed feed, int hidden) {
    OnnxModel model = new OnnxModel("gru");
    feed.tensors.forEach(
        (name, tensor) ->
            model.input(name, TensorProto.DataType.FLOAT, tensor.getInfo().getShape()));
    long[] x = feed.tensors.get("X").getInfo().getShape();
    return model
        .node(
            "GRU",
            List.of("X", "W", "R", "B", "", "initial_h"), // no sequence_lens: all full
            List.of("Y"),
            attributes(hidden))
        .output("Y", TensorProto.DataType.FLOAT, x[0], 1, x[1], hidden)
        .toByteArray();
  }

  /** The operator's attributes. */
  public Map<String, Integer> attributes(int hidden) {
    return Map.of(
        "hidden_size", hidden, "linear_before_reset", reset == ResetPlacement.AFTER ? 1 : 0);
  }

  /** A tensor whose three row blocks are r, z, n, with the blocks in ONNX's order z, r, h. */
  public static float[] zrh(float[] rzn) {
    int block = rzn.length / 3;
    float[] zrh = rzn.clone();
    System.arraycopy(rzn, 0, zrh, block, block);
    System.arraycopy(rzn, block, zrh, 0, block);
    return zrh;
  }

  /** One array after the other. */
  public static float[] join(float[]... parts) {
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
