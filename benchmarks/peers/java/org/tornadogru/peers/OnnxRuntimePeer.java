package org.tornadogru.peers;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tornadogru.compare.Work;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.OnnxLayer;
import org.tornadogru.oracle.OnnxModel;

/**
 * ONNX Runtime: lookup of one-hot rows, its GRU operator, the output layer, and the choice of the
 * likeliest token, in one model.
 *
 * <pre>
 *   tokens [T][B] ──▶ Gather ──▶ GRU ──▶ Squeeze ──▶ MatMul, Add ──▶ logits [T][B][V]
 *   state [1][B][H] ──────────────┤                      │
 *                                 ▼                      ▼
 *                        next state [1][B][H]   ArgMax ──▶ next [T][B]
 * </pre>
 *
 * All inputs and outputs are tensors allocated once.
 */
public final class OnnxRuntimePeer implements InferencePeer, GenerationPeer {

  private final SequenceShape shape;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Buffers buffers;

  /**
   * Loads a model.
   *
   * @param weights PyTorch's tensors
   * @param shape one step of one row for generation
   * @param threads of this session
   */
  public OnnxRuntimePeer(GruConfig config, List<Tensor> weights, SequenceShape shape, int threads) {
    this.shape = shape;
    environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      session = environment.createSession(model(config, weights, shape), options);
      buffers = new Buffers(environment, config, shape);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime rejected the language model", e);
    }
  }

  public OnnxRuntimePeer(Work work, int threads) {
    this(work.config(), work.weights().tensors(), work.shape(), threads);
  }

  private static byte[] model(GruConfig config, List<Tensor> weights, SequenceShape shape) {
    Map<String, float[]> named =
        weights.stream().collect(Collectors.toMap(Tensor::name, Tensor::values));
    Function<String, float[]> zrh = name -> OnnxLayer.zrh(named.get(name));
    int vocabulary = config.inputSize();
    int hidden = config.hiddenSize();
    int gates = 3 * hidden;
    int steps = shape.steps();
    int batch = shape.batch();
    return new OnnxModel("language-model")
        .input("tokens", DataType.INT64, steps, batch)
        .input("state", DataType.FLOAT, 1, batch, hidden)
        .constant("symbols", Tensors.identity(vocabulary), vocabulary, vocabulary)
        .constant("W", zrh.apply("weight_ih_l0"), 1, gates, vocabulary)
        .constant("R", zrh.apply("weight_hh_l0"), 1, gates, hidden)
        .constant(
            "B", OnnxLayer.join(zrh.apply("bias_ih_l0"), zrh.apply("bias_hh_l0")), 1, 2L * gates)
        .constant("directions", 1L)
        .constant(
            "output",
            Tensors.transposed(named.get("linear.weight"), vocabulary, hidden),
            hidden,
            vocabulary)
        .constant("bias", named.get("linear.bias"), vocabulary)
        .node("Gather", List.of("symbols", "tokens"), List.of("X"), Map.of())
        .node(
            "GRU",
            List.of("X", "W", "R", "B", "", "state"),
            List.of("Y", "nextState"),
            new OnnxLayer(config).attributes())
        .node("Squeeze", List.of("Y", "directions"), List.of("states"), Map.of())
        .node("MatMul", List.of("states", "output"), List.of("products"), Map.of())
        .node("Add", List.of("products", "bias"), List.of("logits"), Map.of())
        .node("ArgMax", List.of("logits"), List.of("next"), Map.of("axis", 2, "keepdims", 0))
        .output("logits", DataType.FLOAT, steps, batch, vocabulary)
        .output("nextState", DataType.FLOAT, 1, batch, hidden)
        .output("next", DataType.INT64, steps, batch)
        .toByteArray();
  }

  @Override
  public void infer(int[] tokens) {
    LongBuffer ids = buffers.ids;
    for (int i = 0; i < shape.positions(); i++) {
      ids.put(i, tokens[i]);
    }
    run(
        Map.of("tokens", buffers.tokens, "state", buffers.zeroState),
        Map.of("logits", buffers.logits));
  }

  @Override
  public float[] logits() {
    float[] logits = new float[buffers.scores.capacity()];
    buffers.scores.get(0, logits);
    return logits;
  }

  @Override
  public int[] generate(int[] prompt, int count) {
    int[] generated = new int[count];
    OnnxTensor state = buffers.zeroState;
    for (int i = 0; i < prompt.length + count - 1; i++) {
      buffers.ids.put(0, i < prompt.length ? prompt[i] : generated[i - prompt.length]);
      OnnxTensor next = buffers.states.get(i % 2);
      run(
          Map.of("tokens", buffers.tokens, "state", state),
          Map.of("nextState", next, "next", buffers.next));
      state = next;
      if (i >= prompt.length - 1) {
        generated[i - prompt.length + 1] = (int) buffers.likeliest.get(0);
      }
    }
    return generated;
  }

  private void run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    try (OrtSession.Result result = session.run(inputs, outputs)) {
      if (result.size() != outputs.size()) {
        throw new IllegalStateException(
            "ONNX Runtime gave %d values, not %d".formatted(result.size(), outputs.size()));
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }

  @Override
  public void close() {
    try {
      buffers.close();
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not close its session", e);
    }
  }

  /** The tensors of a session, and the memory behind those that we read or write. */
  private static final class Buffers implements AutoCloseable {
    final LongBuffer ids;
    final OnnxTensor tokens;
    final OnnxTensor zeroState;
    final List<OnnxTensor> states;
    final FloatBuffer scores;
    final OnnxTensor logits;
    final LongBuffer likeliest;
    final OnnxTensor next;

    Buffers(OrtEnvironment environment, GruConfig config, SequenceShape shape) throws OrtException {
      int positions = shape.positions();
      long[] stateShape = {1, shape.batch(), config.hiddenSize()};
      int stateSize = shape.batch() * config.hiddenSize();
      ids = direct(positions, Long.BYTES).asLongBuffer();
      tokens = OnnxTensor.createTensor(environment, ids, sequence(shape));
      zeroState = OnnxTensor.createTensor(environment, floats(stateSize), stateShape);
      states =
          List.of(
              OnnxTensor.createTensor(environment, floats(stateSize), stateShape),
              OnnxTensor.createTensor(environment, floats(stateSize), stateShape));
      scores = floats(positions * config.inputSize());
      logits =
          OnnxTensor.createTensor(
              environment, scores, new long[] {shape.steps(), shape.batch(), config.inputSize()});
      likeliest = direct(positions, Long.BYTES).asLongBuffer();
      next = OnnxTensor.createTensor(environment, likeliest, sequence(shape));
    }

    private static long[] sequence(SequenceShape shape) {
      return new long[] {shape.steps(), shape.batch()};
    }

    private static FloatBuffer floats(int size) {
      return direct(size, Float.BYTES).asFloatBuffer();
    }

    /** A direct buffer is the tensor's memory itself; others are copied. */
    private static ByteBuffer direct(int size, int bytes) {
      return ByteBuffer.allocateDirect(size * bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
      states.forEach(OnnxTensor::close);
      List.of(tokens, zeroState, logits, next).forEach(OnnxTensor::close);
    }
  }
}
