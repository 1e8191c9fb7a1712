package org.tornadogru;

import java.util.Objects;
import java.util.Optional;
import org.tornadogru.device.Device;
import org.tornadogru.device.Transfers;
import org.tornadogru.graph.Access;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.ModelPlan.Kind;
import org.tornadogru.graph.ModelValues;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Optimizer;

/**
 * A GRU and a linear layer, with dense layers between them or without, that classify sequences,
 * predict values or the next token. The weights stay on the device for as long as batches have one
 * shape, and are trained there by gradient descent if there is an optimizer.
 *
 * <pre>{@code
 * Head head = Head.classifyLast(2);
 * Weights weights = Weights.initial(config, head.outputs(), Initialization.UNIFORM, seed);
 * try (SequenceModel model = new SequenceModel(weights, head, Optimization.sgd(0.5f, 1f), device)) {
 *   for (int step = 0; step < 500; step++) {
 *     float loss = model.train(sequences, Labels.classes(labels));
 *   }
 *   int[] classes = model.classify(sequences);
 * }
 * }</pre>
 *
 * <p>For one thread at a time: another one that calls it meanwhile is refused.
 */
public final class SequenceModel implements AutoCloseable {

  private final Access access = new Access("SequenceModel");
  private final Head head;

  /** Null for a model that is not trained. */
  private final Optimization optimization;

  private final ModelValues values;
  private final BatchRunner runner;
  private long seed;
  private int draws;

  /**
   * A finished model, which predicts and is measured, and begins every sequence at the zero state.
   *
   * @throws InvalidInputException if the head does not fit the weights
   */
  public SequenceModel(Weights weights, Head head, Device device) {
    this(weights, head, null, device);
  }

  /**
   * A model that is trained, and begins every sequence at the zero state.
   *
   * @param weights where training starts
   * @throws InvalidInputException if the head does not fit the weights
   */
  public SequenceModel(Weights weights, Head head, Optimization optimization, Device device) {
    this(weights, head, optimization, ShapePolicy.EXACT, device);
  }

  /**
   * The same for batches of many shapes.
   *
   * @param policy which shapes are compiled
   * @throws InvalidInputException if the head does not fit the weights
   */
  public SequenceModel(
      Weights weights, Head head, Optimization optimization, ShapePolicy policy, Device device) {
    this(weights, head, optimization, policy, device, false);
  }

  private SequenceModel(
      Weights weights,
      Head head,
      Optimization optimization,
      ShapePolicy policy,
      Device device,
      boolean stateful) {
    head.requireFit(weights);
    this.head = head;
    this.optimization = optimization;
    Placement placement = Placement.on(device);
    values = new ModelValues(weights, optimization, placement);
    runner = new BatchRunner(values, head, optimization, policy, stateful, placement);
  }

  /**
   * A finished model that begins every batch where the previous one of its kind, prediction,
   * evaluation or measurement, ended, unless it {@linkplain Batch#begins begins} anew; batches have
   * the same number of rows.
   */
  public static SequenceModel stateful(Weights weights, Head head, Device device) {
    return stateful(weights, head, null, device);
  }

  /**
   * A model that is trained, and begins every batch where the previous one of its kind, training,
   * prediction or evaluation, ended, unless it {@linkplain Batch#begins begins} anew; batches have
   * the same number of rows. The state is carried, the gradient is not.
   */
  public static SequenceModel stateful(
      Weights weights, Head head, Optimization optimization, Device device) {
    return new SequenceModel(weights, head, optimization, ShapePolicy.EXACT, device, true);
  }

  public GruConfig config() {
    return values.config();
  }

  public Head head() {
    return head;
  }

  /** How it is trained; empty for a model that is not. */
  public Optional<Optimization> optimization() {
    return Optional.ofNullable(optimization);
  }

  /** Dropout draws from this seed from now on. */
  public void seed(long value) {
    access.open(
        () -> {
          seed = value;
          draws = 0;
        });
  }

  /** The next batch of a stateful model begins at the zero state. */
  public void resetState() {
    access.open(runner::resetState);
  }

  /**
   * One update.
   *
   * @param labels one per sequence or one per step, as the head wants them; those of masked steps
   *     do not count
   * @return the mean loss before the update, in nats where labels are classes
   * @throws IllegalStateException if the model has no optimizer
   */
  public float train(Sequences sequences, Labels labels) {
    return train(new Batch(sequences, labels));
  }

  /**
   * One update of a language model.
   *
   * @param tokens [T + 1][N], negative where a row has no more of them
   * @return the mean loss before the update, nats per token
   * @throws IllegalStateException if the model has no optimizer
   */
  public float train(Sequences tokens) {
    return train(Batch.ofTokens(tokens));
  }

  /**
   * One update.
   *
   * @return the mean loss before the update, in nats where labels are classes
   * @throws IllegalStateException if the model has no optimizer
   */
  public float train(Batch batch) {
    requireOptimizer();
    return access.open(
        () -> {
          int draw = draws++;
          return runner.run(Kind.TRAIN, batch, plan -> plan.train(seed, draw));
        });
  }

  /**
   * Adds the gradient of a batch to those of the batches since the last update.
   *
   * @return the mean loss of the batch
   * @throws IllegalStateException if the model has no optimizer
   */
  public float accumulate(Batch batch) {
    requireOptimizer();
    return access.open(
        () -> {
          int draw = draws++;
          return runner.run(Kind.ACCUMULATE, batch, plan -> plan.accumulate(seed, draw));
        });
  }

  /**
   * One update by the gradient of the mean loss over all labels of the batches since the last one.
   *
   * @throws IllegalStateException if there were no batches
   */
  public void update() {
    access.open(
        () -> {
          if (!values.isSumming()) {
            throw new IllegalStateException("there is no gradient to update by: accumulate first");
          }
          runner.plans().latest().orElseThrow().update();
        });
  }

  /**
   * The gradient of every tensor: of the mean loss over the batches since the last update, or if
   * there are none, of the last {@link #train(Batch)}. The global norm and values are not clipped
   * yet, norms of tensors are.
   *
   * @throws IllegalStateException if there is none, or the last update was by several batches
   */
  public Weights gradients() {
    return access.any(values::gradients);
  }

  /**
   * Sets the gradient that the next {@link #update} is by, in place of those of the batches since
   * the last one: that of a mean loss, for example over batches of several machines. Batches that
   * are accumulated after it are added to it as to that of one label.
   *
   * @throws InvalidInputException if it is of another model
   * @throws IllegalStateException if the model has no optimizer, or has not met a batch yet
   */
  public void gradients(Weights gradients) {
    Objects.requireNonNull(gradients, "gradients");
    requireOptimizer();
    access.open(
        () -> {
          if (runner.plans().isEmpty()) {
            throw new IllegalStateException(
                "the device has nothing to update with yet: train or accumulate first");
          }
          values.gradients(gradients);
        });
  }

  /** Forgets the gradients of the batches since the last {@link #update}. */
  public void clearGradients() {
    access.open(values::clearSum);
  }

  /** η of the next update. */
  public double learningRate() {
    return values.learningRate();
  }

  /**
   * Sets η of the updates from now on.
   *
   * @throws InvalidInputException if it is negative or not finite
   */
  public void learningRate(double rate) {
    Optimizer.requireNotNegative("learning rate", (float) rate);
    access.open(() -> values.learningRate(rate));
  }

  private void requireOptimizer() {
    if (optimization == null) {
      throw new IllegalStateException(
          "this model has no optimizer: give its constructor an Optimization to train it");
    }
  }

  /**
   * The labels of a batch as this model sees them: those that do not count, since their steps are
   * masked, left out; those of a language model spelt out.
   */
  public Labels labels(Batch batch) {
    return runner.labels(batch);
  }

  /** The mean loss of a batch with the weights as they are now, without dropout. */
  public float evaluate(Sequences sequences, Labels labels) {
    return evaluate(new Batch(sequences, labels));
  }

  /** The mean loss of a batch with the weights as they are now, without dropout. */
  public float evaluate(Batch batch) {
    return access.open(() -> runner.run(Kind.EVALUATE, batch, ModelPlan::evaluate));
  }

  /**
   * The mean loss over all labels of many batches, as if they were one; not a number if there are
   * none.
   */
  public double evaluate(Batches batches) {
    double sum = 0;
    double weights = 0;
    for (int index = 0; index < batches.count(); index++) {
      Batch batch = batches.get(index);
      double loss = evaluate(batch);
      double weight = head.loss().weight(labels(batch));
      sum += loss * weight;
      weights += weight;
    }
    return sum / weights;
  }

  /**
   * The same loss, and what else tells how good the model is with the weights as they are now,
   * without dropout. It is summed on the device; what crosses is three floats per batch.
   */
  public Measurement measure(Batches batches) {
    Measurement.Sums sums = new Measurement.Sums();
    for (int index = 0; index < batches.count(); index++) {
      Batch batch = batches.get(index);
      ModelPlan.Measured measured =
          access.open(() -> runner.run(Kind.MEASURE, batch, ModelPlan::measure));
      Labels labels = labels(batch);
      sums.add(
          measured.meanLoss(),
          head.loss().weight(labels),
          labels.count(),
          measured.first(),
          measured.second());
    }
    return sums.of(head.loss());
  }

  /**
   * The linear layer's outputs, without dropout: scores of classes or tokens, or values.
   *
   * @return [N][outputs] of final states, otherwise [T][N][outputs]
   */
  public Tensor predict(Sequences sequences) {
    return access.open(() -> runner.predict(sequences));
  }

  /**
   * The likeliest class of every sequence.
   *
   * @return [N]
   */
  public int[] classify(Sequences sequences) {
    return BatchRunner.likeliest(predict(sequences));
  }

  /** The weights as they are now. */
  public Weights weights() {
    return access.any(values::weights);
  }

  /**
   * Sets the weights, and leaves what the optimizer remembers.
   *
   * @throws InvalidInputException if they are of another model
   */
  public void weights(Weights weights) {
    access.open(() -> values.weights(weights));
  }

  /** The moving average of the weights; the weights themselves where none is kept. */
  public Weights averages() {
    return access.any(values::averages);
  }

  /** Exchanges the weights for their moving average where one is kept, or back. */
  public void exchangeAverages() {
    if (optimization != null && optimization.averaging() > 0) {
      access.open(values::exchange);
    }
  }

  /** All that the next update depends on, but for its batch. */
  public ModelState state() {
    return access.any(
        () ->
            new ModelState(
                values.weights(),
                optimization != null && optimization.averaging() > 0
                    ? Optional.of(values.averages())
                    : Optional.empty(),
                values.memory(),
                values.updates(),
                draws,
                seed,
                runner.carried(Kind.TRAIN)));
  }

  /**
   * Goes on from a state.
   *
   * @throws InvalidInputException if it is of another model, or another optimizer
   */
  public void restore(ModelState state) {
    access.open(
        () -> {
          values.weights(state.weights());
          state.averages().ifPresent(values::averages);
          values.memory(state.memory());
          values.updates(state.updates());
          values.clearSum();
          draws = state.draws();
          seed = state.seed();
          runner.beginAt(Kind.TRAIN, state.carried().orElse(null));
        });
  }

  /** How many updates there were. */
  public long updates() {
    return values.updates();
  }

  /**
   * How many graphs the device has compiled so far; that is what a first batch of a shape costs.
   */
  public int compilations() {
    return access.any(runner.plans()::compilations);
  }

  /** What crossed between host and device so far. */
  public Transfers transfers() {
    return access.any(runner.plans()::transfers);
  }

  /** Frees the device's memory. The weights and {@link #state} are kept; nothing else goes on. */
  @Override
  public void close() {
    access.close(runner::close);
  }
}
