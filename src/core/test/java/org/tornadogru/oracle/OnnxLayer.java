package org.tornadogru.oracle;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;

/**
 * ONNX Runtime's GRU, in single precision: a forward pass nobody here wrote.
 *
 * <pre>
 *   X [T][N][I]     ─┐
 *   W [D][3H][I]     │
 *   R [D][3H][H]     ├─▶ GRU ─▶ Y [T][D][N][H] ─▶ Transpose, Reshape ─▶ [T][N][D·H] ─▶ GRU …
 *   B [D][6H]        │    │                       or ReduceSum, …     ─▶ [T][N][H]
 *   sequence_lens [N]│    └───▶ Y_h [D][N][H]
 *   initial_h       ─┘
 * </pre>
 *
 * ONNX orders the gates z, r, h and joins the biases, B = [Wb | Rb]; its {@code
 * linear_before_reset} is 1 for a reset after the product.
 *
 * @see <a href="https://onnx.ai/onnx/operators/onnx__GRU.html">ONNX, operator GRU</a>
 */
public record OnnxLayer(GruConfig config) {

  /**
   * Whether ONNX has such a layer: both gates, zeros behind the end of a sequence, a reverse output
   * in the order of the input.
   */
  private static boolean canExpress(GruConfig config, boolean masked) {
    return config.gating() == Gating.FULL
        && !config.keepReversed()
        && !(masked && config.maskedOutput() == MaskedOutput.HOLD);
  }

  /** The same, and instead of any other mask the lengths of sequences. */
  public static boolean canExpress(RandomLayer layer) {
    boolean masked = layer.valid() != null;
    return canExpress(layer.config(), masked) && (!masked || layer.lengths() != null);
  }

  /**
   * Outputs and final states.
   *
   * @param tensors rounded to float
   * @param lengths valid leading steps of each row, which the input's mask says too, [N]; null for
   *     all
   */
  public LayerOutput forward(Map<String, double[]> tensors, LayerInput input, int[] lengths) {
    if (!canExpress(config, lengths != null) || (lengths == null && input.valid() != null)) {
      throw new IllegalArgumentException("ONNX has no " + config);
    }
    int batch = input.batch();
    int directions = config.direction().walks();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> feed = new LinkedHashMap<>();
    try (OrtSession session =
        environment.createSession(model(tensors, input.steps(), batch, lengths != null))) {
      feed.put("X", tensor(environment, input.x()));
      if (lengths != null) {
        feed.put(
            "lengths",
            OnnxTensor.createTensor(environment, IntBuffer.wrap(lengths), new long[] {batch}));
      }
      for (int layer = 0; layer < config.layers(); layer++) {
        int first = layer * directions;
        feed.put(
            "initial_h" + layer,
            tensor(
                environment,
                input.h0() == null
                    ? new double[directions][batch][config.hiddenSize(layer)]
                    : resized(
                        Arrays.copyOfRange(input.h0(), first, first + directions),
                        config.hiddenSize(layer))));
      }
      try (OrtSession.Result result = session.run(feed)) {
        double[][][] finalStates =
            IntStream.range(0, config.layers())
                .mapToObj(layer -> resized(doubles(result, "Y_h" + layer), config.hiddenSize()))
                .flatMap(Arrays::stream)
                .toArray(double[][][]::new);
        return new LayerOutput(
            doubles(result, "y" + (config.layers() - 1)), finalStates, doubles(result, "last")[0]);
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime rejected " + config, e);
    } finally {
      feed.values().forEach(OnnxTensor::close);
    }
  }

  /** The model's file, with its weights. */
  private byte[] model(Map<String, double[]> tensors, int steps, int batch, boolean hasLengths) {
    int directions = config.direction().walks();
    OnnxModel model =
        new OnnxModel("gru").input("X", DataType.FLOAT, steps, batch, config.inputSize());
    if (hasLengths) {
      model.input("lengths", DataType.INT32, batch);
    }
    if (config.hasEmbedding()) {
      float[] table = LayerOutput.floats(tensors.get("embedding.weight"));
      model
          .constant("E", table, config.inputSize(), config.embeddingSize())
          .node("MatMul", List.of("X", "E"), List.of("x"), Map.of());
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      int hidden = config.hiddenSize(layer);
      model
          .input("initial_h" + layer, DataType.FLOAT, directions, batch, hidden)
          .constant(
              "W" + layer,
              zrh(tensors, "weight_ih", layer),
              directions,
              3L * hidden,
              config.inputSize(layer))
          .constant("R" + layer, zrh(tensors, "weight_hh", layer), directions, 3L * hidden, hidden)
          .constant("B" + layer, biases(tensors, layer), directions, 6L * hidden)
          .node(
              "GRU",
              List.of(
                  layer > 0 ? "y" + (layer - 1) : config.hasEmbedding() ? "x" : "X",
                  "W" + layer,
                  "R" + layer,
                  "B" + layer,
                  hasLengths ? "lengths" : "",
                  "initial_h" + layer),
              List.of("Y" + layer, "Y_h" + layer),
              attributes(layer))
          .output("Y_h" + layer, DataType.FLOAT, directions, batch, hidden);
      merge(model, layer, "Y" + layer, "y" + layer, steps, batch);
    }
    // The final states are merged as outputs of a single step.
    model
        .constant("one", 0)
        .node(
            "Unsqueeze",
            List.of("Y_h" + (config.layers() - 1), "one"),
            List.of("Y_last"),
            Map.of());
    merge(model, config.layers() - 1, "Y_last", "last", 1, batch);
    return model
        .output("y" + (config.layers() - 1), DataType.FLOAT, steps, batch, config.outputSize())
        .output("last", DataType.FLOAT, 1, batch, config.outputSize())
        .toByteArray();
  }

  /** From [T][D][N][H] to [T][N][O]. */
  private void merge(OnnxModel model, int layer, String from, String to, int steps, int batch) {
    int features = config.merge().size(config.hiddenSize(layer), config.direction().walks());
    if (config.merge() == Merge.CONCAT || config.direction() != Direction.BIDIRECTIONAL) {
      model
          .node(
              "Transpose", List.of(from), List.of(from + "_t"), Map.of("perm", List.of(0, 2, 1, 3)))
          .constant(to + "_shape", steps, batch, features)
          .node("Reshape", List.of(from + "_t", to + "_shape"), List.of(to), Map.of());
    } else if (config.merge() == Merge.SUM) {
      model
          .constant(to + "_axis", 1)
          .node("ReduceSum", List.of(from, to + "_axis"), List.of(to), Map.of("keepdims", 0));
    } else {
      model.node(
          config.merge() == Merge.AVERAGE ? "ReduceMean" : "ReduceProd",
          List.of(from),
          List.of(to),
          Map.of("axes", List.of(1), "keepdims", 0));
    }
  }

  /** States of other sizes: the first of them, or all of them and zeros. */
  public static double[][][] resized(double[][][] states, int units) {
    return Arrays.stream(states)
        .map(
            rows ->
                Arrays.stream(rows).map(row -> Arrays.copyOf(row, units)).toArray(double[][]::new))
        .toArray(double[][][]::new);
  }

  /** The operator's attributes. */
  private Map<String, Object> attributes(int layer) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("hidden_size", config.hiddenSize(layer));
    attributes.put("linear_before_reset", config.reset() == ResetPlacement.AFTER ? 1 : 0);
    attributes.put(
        "direction",
        switch (config.direction()) {
          case FORWARD -> "forward";
          case REVERSE -> "reverse";
          case BIDIRECTIONAL -> "bidirectional";
        });
    if (!config.isStandardCell()) {
      putActivations(attributes);
    }
    if (!Float.isInfinite(config.clip())) {
      attributes.put("clip", config.clip());
    }
    return attributes;
  }

  /** f and g of each direction. The lists of α and β have entries of those that have one only. */
  private void putActivations(Map<String, Object> attributes) {
    List<String> names = new ArrayList<>();
    List<Float> alphas = new ArrayList<>();
    List<Float> betas = new ArrayList<>();
    for (int direction = 0; direction < config.direction().walks(); direction++) {
      for (ActivationFunction f :
          List.of(config.gateActivation(direction), config.candidateActivation(direction))) {
        names.add(onnxName(f.kind()));
        switch (f.kind()) {
          case AFFINE, SCALED_TANH, HARD_SIGMOID -> {
            alphas.add(f.alpha());
            betas.add(f.beta());
          }
          case LEAKY_RELU, THRESHOLDED_RELU, ELU -> alphas.add(f.alpha());
          case SIGMOID, TANH, RELU, SOFTSIGN, SOFTPLUS -> {}
        }
      }
    }
    attributes.put("activations", names);
    if (!alphas.isEmpty()) {
      attributes.put("activation_alpha", alphas);
    }
    if (!betas.isEmpty()) {
      attributes.put("activation_beta", betas);
    }
  }

  private static String onnxName(ActivationFunction.Kind kind) {
    return switch (kind) {
      case SIGMOID -> "Sigmoid";
      case TANH -> "Tanh";
      case RELU -> "Relu";
      case AFFINE -> "Affine";
      case LEAKY_RELU -> "LeakyRelu";
      case THRESHOLDED_RELU -> "ThresholdedRelu";
      case SCALED_TANH -> "ScaledTanh";
      case HARD_SIGMOID -> "HardSigmoid";
      case ELU -> "Elu";
      case SOFTSIGN -> "Softsign";
      case SOFTPLUS -> "Softplus";
    };
  }

  /** A layer's tensor of each direction, gates in ONNX's order. */
  private float[] zrh(Map<String, double[]> tensors, String name, int layer) {
    return join(
        suffixes(layer)
            .map(suffix -> zrh(LayerOutput.floats(tensors.get(name + suffix))))
            .toArray(float[][]::new));
  }

  private float[] biases(Map<String, double[]> tensors, int layer) {
    double[] none = new double[3 * config.hiddenSize(layer)];
    return join(
        suffixes(layer)
            .flatMap(suffix -> Stream.of("bias_ih" + suffix, "bias_hh" + suffix))
            .map(name -> zrh(LayerOutput.floats(tensors.getOrDefault(name, none))))
            .toArray(float[][]::new));
  }

  private Stream<String> suffixes(int layer) {
    return IntStream.range(0, config.direction().walks())
        .mapToObj(walk -> "_l" + layer + (config.direction().isReverse(walk) ? "_reverse" : ""));
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

  /** A three-dimensional input, rounded to float. */
  public static OnnxTensor tensor(OrtEnvironment environment, double[][][] values)
      throws OrtException {
    long[] shape = {values.length, values[0].length, values[0][0].length};
    return OnnxTensor.createTensor(
        environment, FloatBuffer.wrap(LayerOutput.flatten(values)), shape);
  }

  /** A three-dimensional output. */
  public static double[][][] doubles(OrtSession.Result result, String name) {
    OnnxTensor tensor = (OnnxTensor) result.get(name).orElseThrow();
    long[] shape = tensor.getInfo().getShape();
    return LayerOutput.unflatten(
        tensor.getFloatBuffer().array(), (int) shape[0], (int) shape[1], (int) shape[2]);
  }
}
