package org.tornadogru.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;

/** GRU nodes in ONNX Runtime; inputs and outputs are tensors that are allocated once. */
final class OnnxRuntimeLayer implements Model {

  private final OrtSession session;
  private final FloatBuffer scores;
  private final OnnxTensor outputs;
  private final Map<String, OnnxTensor> given = new LinkedHashMap<>();

  /** Loads the layers of a work. */
  OnnxRuntimeLayer(Work work, int threads) {
    GruConfig config = work.config();
    SequenceShape shape = work.shape();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    scores = floats(shape.positions() * config.outputSize());
    FloatBuffer inputs = floats(shape.positions() * config.inputSize());
    Sequences sequences = work.vectors();
    inputs.put(0, sequences.vectors().orElseThrow().values());
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      session = environment.createSession(OnnxRuntime.file(work.weights(), work.ragged()), options);
      given.put(
          "X",
          OnnxTensor.createTensor(
              environment, inputs, new long[] {shape.steps(), shape.batch(), config.inputSize()}));
      given.put(
          "initial_h",
          OnnxTensor.createTensor(
              environment,
              floats(config.walks() * shape.batch() * config.hiddenSize()),
              new long[] {config.walks(), shape.batch(), config.hiddenSize()}));
      if (work.ragged()) {
        given.put(
            "lengths",
            OnnxTensor.createTensor(environment, lengths(sequences), new long[] {shape.batch()}));
      }
      outputs =
          OnnxTensor.createTensor(
              environment, scores, new long[] {shape.steps(), shape.batch(), config.outputSize()});
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime rejected the layer", e);
    }
  }

  private static FloatBuffer floats(int size) {
    return OnnxRuntime.direct(size, Float.BYTES).asFloatBuffer();
  }

  private static IntBuffer lengths(Sequences sequences) {
    IntBuffer lengths = OnnxRuntime.direct(sequences.batch(), Integer.BYTES).asIntBuffer();
    for (int row = 0; row < sequences.batch(); row++) {
      int length = 0;
      while (length < sequences.steps() && sequences.isValid(length * sequences.batch() + row)) {
        length++;
      }
      lengths.put(row, length);
    }
    return lengths;
  }

  /** The sequences are those of the work. */
  @Override
  public void forward(Sequences sequences) {
    try {
      session.run(given, Map.of("Y", outputs)).close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime failed", e);
    }
  }

  @Override
  public float[] outputs() {
    float[] values = new float[scores.capacity()];
    scores.get(0, values);
    return values;
  }

  @Override
  public void close() {
    try {
      given.values().forEach(OnnxTensor::close);
      outputs.close();
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not close its session", e);
    }
  }
}
