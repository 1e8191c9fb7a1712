package org.tornadogru.formats;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.tornadogru.nn.Tensor;

/** The oracle for models in ONNX. */
final class OnnxRuntime {

  private OnnxRuntime() {}

  /** The first output of a model with one input; a single direction's dimension is left out. */
  static Tensor first(Path file, Tensor x) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] sizes = x.shape().stream().mapToLong(Integer::longValue).toArray();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.values()), sizes);
        OrtSession.Result result =
            session.run(Map.of(session.getInputNames().iterator().next(), input))) {
      OnnxTensor output = (OnnxTensor) result.get(0);
      float[] values = new float[output.getFloatBuffer().remaining()];
      output.getFloatBuffer().get(values);
      List<Integer> shape =
          Arrays.stream(output.getInfo().getShape()).mapToObj(size -> (int) size).toList();
      return new Tensor(
          "output",
          shape.size() == 4 ? List.of(shape.get(0), shape.get(2), shape.get(3)) : shape,
          values);
    }
  }
}
