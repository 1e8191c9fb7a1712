package org.tornadogru.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Tensor;
import org.tornadogru.optim.Optimization;

/** A language model in LibTorch. All arrays of a step are in a scope that ends with it. */
final class LibTorchModel implements Model {

  /** The mean loss, and its gradient by each parameter, under PyTorch's names. */
  record Gradients(double loss, Map<String, double[]> parameters) {}

  private final GruConfig config;
  private final int batch;
  private final Optimization sgd;
  private final DataType precision;
  private final Engine engine;
  private final NDManager manager;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private NDArray logits;

  /**
   * Loads a model.
   *
   * @param config reset after the product; LibTorch has no other
   * @param weights PyTorch's tensors
   * @param batch rows of a batch
   * @param precision FLOAT32, or FLOAT64 for a reference
   * @param threads LibTorch's threads, in the whole process
   */
  LibTorchModel(
      GruConfig config,
      List<Tensor> weights,
      int batch,
      Optimization sgd,
      DataType precision,
      int threads) {
    this.config = config;
    this.batch = batch;
    this.sgd = sgd;
    this.precision = precision;
    engine = Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
    manager = engine.newBaseManager(Device.cpu());
    for (Tensor tensor : weights) {
      Shape dimensions = new Shape(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
      NDArray parameter = manager.create(tensor.values(), dimensions).toType(precision, true);
      parameter.setRequiresGradient(true);
      parameters.put(tensor.name(), parameter);
    }
  }

  // ---- Training ----

  @Override
  public float train(int[] tokens) {
    try (NDManager scope = manager.newSubManager()) {
      float loss = (float) scalar(backward(scope, tokens));
      update(scope);
      return loss;
    }
  }

  /** The gradients of a batch; the weights stay as they are. */
  Gradients gradients(int[] tokens) {
    try (NDManager scope = manager.newSubManager()) {
      double loss = scalar(backward(scope, tokens));
      Map<String, double[]> gradients = new LinkedHashMap<>();
      parameters.forEach(
          (name, parameter) -> {
            NDArray gradient = attached(scope, parameter.getGradient());
            gradients.put(name, doubles(attached(scope, gradient.duplicate())));
            gradient.subi(gradient); // the next backward pass would add to it
          });
      return new Gradients(loss, gradients);
    }
  }

  private NDArray backward(NDManager scope, int[] tokens) {
    try (GradientCollector collector = engine.newGradientCollector()) {
      int positions = tokens.length - batch;
      NDArray scores =
          forward(scope, ids(scope, tokens, positions), zeroState(scope, batch), true)
              .logits
              .reshape(positions, config.inputSize());
      NDArray targets = scope.create(longs(tokens, batch, positions), new Shape(positions, 1));
      NDArray loss = scores.logSoftmax(-1).gather(targets, 1).mean().neg();
      collector.backward(loss);
      return loss;
    }
  }

  /** As {@code clip_grad_norm_} and {@code SGD.step}; the update also clears the gradients. */
  private void update(NDManager scope) {
    double squares = 0;
    for (NDArray parameter : parameters.values()) {
      double norm = scalar(attached(scope, attached(scope, parameter.getGradient()).norm()));
      squares += norm * norm;
    }
    double norm = Math.sqrt(squares);
    for (NDArray parameter : parameters.values()) {
      NDArray gradient = attached(scope, parameter.getGradient());
      if (norm > sgd.clipping().limit()) {
        gradient.muli(sgd.clipping().limit() / norm);
      }
      parameter
          .getNDArrayInternal()
          .sgdUpdate(
              new NDList(parameter, gradient),
              new NDList(parameter),
              sgd.optimizer().learningRate(),
              0f,
              1f,
              -1f,
              0f,
              false);
    }
  }

  @Override
  public List<Tensor> weights() {
    return parameters.entrySet().stream()
        .map(
            entry ->
                new Tensor(entry.getKey(), shapeOf(entry.getValue()), floats(entry.getValue())))
        .toList();
  }

  static List<Integer> shapeOf(NDArray array) {
    return Arrays.stream(array.getShape().getShape()).mapToObj(Math::toIntExact).toList();
  }

  // ---- Inference ----

  @Override
  public void score(int[] tokens) {
    if (logits != null) {
      logits.close();
    }
    try (NDManager scope = manager.newSubManager()) {
      NDArray ids = ids(scope, tokens, tokens.length);
      logits = forward(scope, ids, zeroState(scope, batch), false).logits;
      logits.attach(manager);
    }
  }

  @Override
  public float[] logits() {
    return floats(logits);
  }

  // ---- Generation ----

  @Override
  public int[] write(int first, int count) {
    int[] written = new int[count];
    NDArray state = zeroState(manager, 1);
    for (int i = 0; i < count; i++) {
      int token = i == 0 ? first : written[i - 1];
      try (NDManager scope = manager.newSubManager();
          NDArray previous = state) {
        previous.attach(scope);
        NDArray id = scope.create(new long[] {token}, new Shape(1, 1));
        Forward forward = forward(scope, id, previous, false);
        state = forward.state;
        state.attach(manager);
        written[i] = (int) forward.logits.argMax().getLong();
      }
    }
    state.close();
    return written;
  }

  // ---- Model ----

  private record Forward(NDArray logits, NDArray state) {}

  private Forward forward(NDManager scope, NDArray ids, NDArray state, boolean training) {
    NDArray inputs = inputs(ids);
    NDList gru =
        inputs
            .getNDArrayInternal()
            .gru(
                inputs,
                state,
                new NDList(
                    parameters.get("weight_ih_l0"),
                    parameters.get("weight_hh_l0"),
                    parameters.get("bias_ih_l0"),
                    parameters.get("bias_hh_l0")),
                true,
                1,
                0.0,
                training,
                false,
                false);
    NDArray scores =
        Linear.linear(gru.get(0), parameters.get("linear.weight"), parameters.get("linear.bias"))
            .singletonOrThrow();
    return new Forward(attached(scope, scores), attached(scope, gru.get(1)));
  }

  /** One-hot vectors, or those of a table. */
  private NDArray inputs(NDArray ids) {
    return config.hasEmbedding()
        ? Embedding.embedding(ids, parameters.get("embedding.weight"), SparseFormat.DENSE)
            .singletonOrThrow()
        : ids.oneHot(config.inputSize(), precision);
  }

  private NDArray zeroState(NDManager scope, int rows) {
    return scope.zeros(new Shape(1, rows, config.hiddenSize()), precision);
  }

  /** The first rows of a batch as LibTorch's indices, [steps][batch]. */
  private NDArray ids(NDManager scope, int[] tokens, int count) {
    return scope.create(longs(tokens, 0, count), new Shape(count / batch, batch));
  }

  private static long[] longs(int[] tokens, int first, int count) {
    return LongStream.range(first, first + count).map(i -> tokens[(int) i]).toArray();
  }

  private static NDArray attached(NDManager scope, NDArray array) {
    array.attach(scope);
    return array;
  }

  private static double scalar(NDArray array) {
    return array.getDataType() == DataType.FLOAT64 ? array.getDouble() : array.getFloat();
  }

  /** Of an array of either precision. */
  static float[] floats(NDArray array) {
    try (NDArray single = array.toType(DataType.FLOAT32, true)) {
      return single.toFloatArray();
    }
  }

  private static double[] doubles(NDArray array) {
    if (array.getDataType() == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    float[] values = array.toFloatArray();
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
