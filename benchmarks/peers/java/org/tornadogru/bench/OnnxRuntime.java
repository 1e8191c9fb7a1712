package org.tornadogru.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;

/** ONNX Runtime, which does not train, with the model that {@link ModelFormat#ONNX} has of ours. */
public final class OnnxRuntime implements Library {

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public String description() {
    return "ONNX Runtime";
  }

  @Override
  public boolean does(Work work) {
    return !work.kind().trains() && work.kind() != Work.Kind.PRODUCT;
  }

  @Override
  public Model load(Work work) {
    int threads = Runtime.getRuntime().availableProcessors();
    return work.kind().isOfLayer()
        ? new OnnxRuntimeLayer(work, threads)
        : new Session(work.weights(), work.shape(), threads);
  }

  /**
   * A model as a file has it.
   *
   * @param lengths whether it has an input for them
   */
  static byte[] file(Weights weights, boolean lengths) {
    try {
      Path file = Files.createTempFile("tornado-gru", ModelFormat.ONNX.ending());
      try {
        ModelFormat.write(new GruModel(weights, Map.of()), file, lengths);
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A direct buffer is the tensor's memory itself; others are copied. */
  static ByteBuffer direct(int size, int bytes) {
    return ByteBuffer.allocateDirect(size * bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * A session, and its inputs and outputs, tensors that are allocated once.
   *
   * <pre>
   *   tokens [T][B] ──▶ one-hot ──▶ GRU ──▶ linear ──▶ logits [T][B][V]
   *   initial_h [1][B][H] ───────────┴──▶ Y_h [1][B][H]
   * </pre>
   */
  static final class Session implements Model {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final LongBuffer ids;
    private final FloatBuffer scores;
    private final OnnxTensor tokens;
    private final OnnxTensor logits;
    private final OnnxTensor zeroState;
    private final List<OnnxTensor> states;

    /**
     * Loads a model.
     *
     * @param shape one step of one row for generation
     * @param threads of this session
     */
    Session(Weights weights, SequenceShape shape, int threads) {
      GruConfig config = weights.config();
      long[] sequence = {shape.steps(), shape.batch()};
      long[] state = {1, shape.batch(), config.hiddenSize()};
      ids = direct(shape.positions(), Long.BYTES).asLongBuffer();
      scores = direct(shape.positions() * weights.outputs(), Float.BYTES).asFloatBuffer();
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        session = environment.createSession(file(weights, false), options);
        tokens = OnnxTensor.createTensor(environment, ids, sequence);
        logits =
            OnnxTensor.createTensor(
                environment, scores, new long[] {sequence[0], sequence[1], weights.outputs()});
        zeroState = state(state);
        states = List.of(state(state), state(state));
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime rejected the language model", e);
      }
    }

    private OnnxTensor state(long... shape) throws OrtException {
      int size = Math.toIntExact(shape[1] * shape[2]);
      return OnnxTensor.createTensor(environment, direct(size, Float.BYTES).asFloatBuffer(), shape);
    }

    @Override
    public void score(int[] batch) {
      for (int i = 0; i < batch.length; i++) {
        ids.put(i, batch[i]);
      }
      run(zeroState, Map.of("logits", logits));
    }

    @Override
    public float[] logits() {
      float[] values = new float[scores.capacity()];
      scores.get(0, values);
      return values;
    }

    @Override
    public int[] write(int first, int count) {
      int[] written = new int[count];
      OnnxTensor state = zeroState;
      for (int i = 0; i < count; i++) {
        ids.put(0, i == 0 ? first : written[i - 1]);
        OnnxTensor next = states.get(i % 2);
        run(state, Map.of("logits", logits, "Y_h", next));
        written[i] = likeliest();
        state = next;
      }
      return written;
    }

    private int likeliest() {
      int best = 0;
      for (int symbol = 1; symbol < scores.capacity(); symbol++) {
        if (scores.get(symbol) > scores.get(best)) {
          best = symbol;
        }
      }
      return best;
    }

    private void run(OnnxTensor state, Map<String, OnnxTensor> outputs) {
      try (OrtSession.Result result =
          session.run(Map.of("tokens", tokens, "initial_h", state), outputs)) {
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
        states.forEach(OnnxTensor::close);
        List.of(tokens, zeroState, logits).forEach(OnnxTensor::close);
        session.close();
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime could not close its session", e);
      }
    }
  }
}
