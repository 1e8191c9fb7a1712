package org.tornadogru.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import org.tornadogru.Batch;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.optim.Adam;

/**
 * A lesson in LibTorch, as a user of PyTorch would write it: one-hot inputs, {@code nn.GRU(V, H,
 * layers, dropout)}, {@code nn.Linear(H, V)}, cross-entropy that ignores padding, {@code
 * clip_grad_norm_}, {@code Adam}, and the state carried from batch to batch without its gradient.
 */
final class LibTorchLearner implements Learner {

  private static final int PER_LAYER = 4;

  private final GruConfig config;
  private final int symbols;
  private final float clip;
  private final Adam adam;
  private final DataType precision;
  private final Engine engine;
  private final NDManager manager;

  /** Of the layers, {@value #PER_LAYER} each, and the linear layer's two. */
  private final NDList parameters = new NDList();

  /** Adam's, of each parameter. */
  private final List<NDList> moments = new ArrayList<>();

  /** Where training and evaluation ended. */
  private NDArray trained;

  private NDArray evaluated;
  private int updates;

  LibTorchLearner(Lesson lesson, DataType precision, int threads) {
    config = lesson.config();
    symbols = lesson.symbols();
    clip = lesson.optimization().clipping().limit();
    adam = (Adam) lesson.optimization().optimizer();
    this.precision = precision;
    engine = Engine.getEngine("PyTorch");
    engine.setRandomSeed(Long.hashCode(lesson.seed()));
    JniUtils.setNumThreads(threads);
    manager = engine.newBaseManager(Device.cpu());
    for (Tensor tensor : lesson.weights().tensors()) {
      Shape shape = new Shape(tensor.shape().stream().mapToLong(Integer::longValue).toArray());
      NDArray parameter = manager.create(tensor.values(), shape).toType(precision, true);
      parameter.setRequiresGradient(true);
      parameters.add(parameter);
      moments.add(new NDList(manager.zeros(shape, precision), manager.zeros(shape, precision)));
    }
  }

  @Override
  public float train(Batch batch, double rate) {
    try (NDManager scope = manager.newSubManager()) {
      float loss;
      try (GradientCollector collector = engine.newGradientCollector()) {
        Forward forward = forward(scope, batch, trained, true);
        collector.backward(forward.loss);
        loss = scalar(forward.loss);
        trained = kept(trained, forward.state);
      }
      clip(scope);
      update(scope, rate);
      return loss;
    }
  }

  @Override
  public float evaluate(Batch batch) {
    try (NDManager scope = manager.newSubManager()) {
      Forward forward = forward(scope, batch, evaluated, false);
      evaluated = kept(evaluated, forward.state);
      return scalar(forward.loss);
    }
  }

  private NDArray kept(NDArray before, NDArray state) {
    if (before != null) {
      before.close();
    }
    NDArray kept = state.stopGradient();
    kept.attach(manager);
    return kept;
  }

  private record Forward(NDArray loss, NDArray state) {}

  private Forward forward(NDManager scope, Batch batch, NDArray before, boolean training) {
    Sequences sequences = batch.sequences();
    int rows = sequences.batch();
    int steps = sequences.steps() - 1;
    int positions = steps * rows;
    long[] inputs = new long[positions];
    long[] targets = new long[positions];
    float[] counts = new float[positions];
    int count = 0;
    for (int position = 0; position < positions; position++) {
      inputs[position] = Math.max(0, sequences.token(position));
      int target = sequences.token(position + rows);
      targets[position] = Math.max(0, target);
      counts[position] = target < 0 ? 0 : 1;
      count += target < 0 ? 0 : 1;
    }
    NDArray oneHot = scope.create(inputs, new Shape(steps, rows)).oneHot(symbols, precision);
    NDArray initial =
        before == null || batch.begins()
            ? scope.zeros(new Shape(config.layers(), rows, config.hiddenSize()), precision)
            : before;
    int recurrent = PER_LAYER * config.layers();
    NDList gru =
        oneHot
            .getNDArrayInternal()
            .gru(
                oneHot,
                initial,
                new NDList(parameters.subList(0, recurrent)),
                true,
                config.layers(),
                config.dropout(),
                training,
                false,
                false);
    gru.attach(scope);
    NDArray scores =
        Linear.linear(gru.get(0), parameters.get(recurrent), parameters.get(recurrent + 1))
            .singletonOrThrow();
    scores.attach(scope);
    NDArray loss =
        scores
            .reshape(positions, symbols)
            .logSoftmax(-1)
            .gather(scope.create(targets, new Shape(positions, 1)), 1)
            .mul(scope.create(counts, new Shape(positions, 1)).toType(precision, false))
            .sum()
            .div(-count);
    return new Forward(loss, gru.get(1));
  }

  private void clip(NDManager scope) {
    double squares = 0;
    for (NDArray parameter : parameters) {
      double norm = scalar(attached(scope, attached(scope, parameter.getGradient()).norm()));
      squares += norm * norm;
    }
    double norm = Math.sqrt(squares);
    for (NDArray parameter : parameters) {
      if (norm > clip) {
        attached(scope, parameter.getGradient()).muli(clip / norm);
      }
    }
  }

  /**
   * DJL's update has the corrections of both moments in the rate, and so PyTorch's ε is ε √(1 −
   * β₂ᵗ) there. It also clears the gradients.
   */
  private void update(NDManager scope, double rate) {
    updates++;
    double first = 1 - Math.pow(adam.beta1(), updates);
    double second = Math.sqrt(1 - Math.pow(adam.beta2(), updates));
    for (int index = 0; index < parameters.size(); index++) {
      NDArray parameter = parameters.get(index);
      NDArray gradient = attached(scope, parameter.getGradient());
      parameter
          .getNDArrayInternal()
          .adamUpdate(
              new NDList(parameter, gradient, moments.get(index).get(0), moments.get(index).get(1)),
              new NDList(parameter),
              (float) rate,
              (float) (rate * second / first),
              0f,
              1f,
              -1f,
              adam.beta1(),
              adam.beta2(),
              (float) (adam.epsilon() * second),
              false,
              false);
    }
  }

  private static NDArray attached(NDManager scope, NDArray array) {
    array.attach(scope);
    return array;
  }

  private static float scalar(NDArray array) {
    return array.getDataType() == DataType.FLOAT64 ? (float) array.getDouble() : array.getFloat();
  }

  @Override
  public void close() {
    manager.close();
  }
}
