package org.tornadogru.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/** {@code nn.GRU} in LibTorch, and its product of matrices. */
final class LibTorchLayer implements Model {

  private final GruConfig config;
  private final DataType precision;
  private final Engine engine;
  private final NDManager manager;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();

  /** What a batch of one shape needs; inputs are LibTorch's from the beginning, as a user's are. */
  private Sequences loaded;

  private NDArray inputs;
  private NDArray zeros;
  private NDArray lossWeights;
  private NDArray outputs;

  /**
   * Loads a layer.
   *
   * @param differentiated whether gradients are asked for
   * @param threads LibTorch's threads, in the whole process
   */
  LibTorchLayer(Weights weights, boolean differentiated, DataType precision, int threads) {
    config = weights.config();
    this.precision = precision;
    engine = Engine.getEngine("PyTorch");
    JniUtils.setNumThreads(threads);
    manager = engine.newBaseManager(Device.cpu());
    for (Tensor tensor : weights.tensors()) {
      NDArray parameter = array(tensor);
      parameter.setRequiresGradient(differentiated);
      parameters.put(tensor.name(), parameter);
    }
  }

  @Override
  public void forward(Sequences sequences) {
    load(sequences);
    try (NDManager scope = manager.newSubManager()) {
      run(scope, false);
    }
  }

  @Override
  public void differentiate(Sequences sequences, Tensor outputGradients) {
    if (load(sequences)) {
      inputs.setRequiresGradient(true);
      lossWeights = array(outputGradients);
    } else {
      forgetGradient(inputs);
      parameters.values().forEach(LibTorchLayer::forgetGradient);
    }
    try (NDManager scope = manager.newSubManager();
        GradientCollector collector = engine.newGradientCollector()) {
      run(scope, true);
      NDArray loss = outputs.mul(lossWeights);
      loss.attach(scope);
      NDArray sum = loss.sum();
      sum.attach(scope);
      collector.backward(sum);
    }
  }

  @Override
  public void multiply(Tensor left, Tensor right) {
    if (inputs == null) {
      inputs = array(left).squeeze(0);
      lossWeights = array(right).squeeze(0);
    }
    if (outputs != null) {
      outputs.close();
    }
    outputs = inputs.matMul(lossWeights);
  }

  /** Whether these are others than the last time. */
  private boolean load(Sequences sequences) {
    if (sequences.equals(loaded)) {
      return false;
    }
    loaded = sequences;
    inputs = array(sequences.vectors().orElseThrow());
    zeros =
        manager.zeros(new Shape(config.walks(), sequences.batch(), config.hiddenSize()), precision);
    return true;
  }

  private void run(NDManager scope, boolean training) {
    if (outputs != null) {
      outputs.close();
    }
    NDList result =
        inputs
            .getNDArrayInternal()
            .gru(
                inputs,
                zeros,
                new NDList(parameters.values()),
                true,
                config.layers(),
                0.0,
                training,
                config.direction() == Direction.BIDIRECTIONAL,
                false);
    result.attach(scope);
    outputs = result.get(0);
    outputs.attach(manager);
  }

  /** The next backward pass would add to it. */
  private static void forgetGradient(NDArray variable) {
    try (NDArray gradient = variable.getGradient()) {
      gradient.subi(gradient);
    }
  }

  @Override
  public float[] outputs() {
    return LibTorchModel.floats(outputs);
  }

  @Override
  public List<Tensor> gradients() {
    List<Tensor> gradients = new ArrayList<>();
    parameters.forEach((name, parameter) -> gradients.add(gradient(name, parameter)));
    gradients.add(gradient("inputs", inputs));
    return gradients;
  }

  private static Tensor gradient(String name, NDArray of) {
    try (NDArray gradient = of.getGradient()) {
      return new Tensor(name, LibTorchModel.shapeOf(of), LibTorchModel.floats(gradient));
    }
  }

  private NDArray array(Tensor tensor) {
    Shape shape = new Shape(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
    return manager.create(tensor.values(), shape).toType(precision, false);
  }

  @Override
  public void close() {
    manager.close();
  }
}
