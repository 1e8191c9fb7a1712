package org.tornadogru;

import org.tornadogru.device.Device;
import org.tornadogru.device.Transfers;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Target;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * A GRU and a linear layer that classify sequences, predict values or the next token. The weights
 * stay on the device for as long as batches have one shape, and are trained there by gradient
 * descent if there is an optimizer.
 *
 * <pre>{@code
 * Head head = Head.classifyLast(2);
 * Weights weights = Weights.initial(config, head.outputs(), Initialization.UNIFORM, seed);
 * try (SequenceModel model = new SequenceModel(weights, head, new SgdConfig(0.5f, 1f), device)) {
 *   for (int step = 0; step < 500; step++) {
 *     float loss = model.train(sequences, Labels.classes(labels));
 *   }
 *   int[] classes = model.classify(sequences);
 * }
 * }</pre>
 *
 * <p>Not for several threads at once.
 */
public final class SequenceModel implements AutoCloseable {

  private final Head head;

  /** Null for a model that is not trained. */
  private final SgdConfig sgd;

  private final Device device;
  private final boolean stateful;
  private Weights weights;
  private Prepared prepared;
  private Transfers before = Transfers.NONE;
  private boolean carries;
  private int seed;
  private int execution;

  /** A plan, and what it was made for. */
  private record Prepared(SequenceShape shape, ModelPlan.Use use, ModelPlan plan) {}

  /**
   * A finished model, which predicts and is measured, and begins every sequence at the zero state.
   *
   * @throws InvalidInputException if the head does not fit the weights
   */
  public SequenceModel(Weights weights, Head head, Device device) {
    this(weights, head, null, device, false);
  }

  /**
   * A model that is trained, and begins every sequence at the zero state.
   *
   * @param weights where training starts
   * @throws InvalidInputException if the head does not fit the weights
   */
  public SequenceModel(Weights weights, Head head, SgdConfig sgd, Device device) {
    this(weights, head, sgd, device, false);
  }

  private SequenceModel(
      Weights weights, Head head, SgdConfig sgd, Device device, boolean stateful) {
    head.requireFit(weights);
    this.weights = weights;
    this.head = head;
    this.sgd = sgd;
    this.device = device;
    this.stateful = stateful;
  }

  /**
   * A finished model that begins every batch where the previous one of its kind, prediction,
   * evaluation or measurement, ended, as long as batches have one shape.
   */
  public static SequenceModel stateful(Weights weights, Head head, Device device) {
    return new SequenceModel(weights, head, null, device, true);
  }

  /**
   * A model that is trained, and begins every batch where the previous one of its kind, training,
   * prediction or evaluation, ended, as long as batches have one shape: the state is carried, the
   * gradient is not.
   */
  public static SequenceModel stateful(Weights weights, Head head, SgdConfig sgd, Device device) {
    return new SequenceModel(weights, head, sgd, device, true);
  }

  public GruConfig config() {
    return weights.config();
  }

  public Head head() {
    return head;
  }

  /** Dropout draws from this seed from now on. */
  public void seed(int value) {
    seed = value;
    execution = 0;
  }

  /** The next batch of a stateful model begins at the zero state. */
  public void resetState() {
    carries = false;
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
    if (sgd == null) {
      throw new IllegalStateException(
          "this model has no optimizer: give its constructor an SgdConfig to train it");
    }
    load(batch);
    return prepared.plan.train(seed, execution++);
  }

  /** The mean loss of a batch with the weights as they are now, without dropout. */
  public float evaluate(Sequences sequences, Labels labels) {
    return evaluate(new Batch(sequences, labels));
  }

  /** The mean loss of a batch with the weights as they are now, without dropout. */
  public float evaluate(Batch batch) {
    load(batch);
    return prepared.plan.evaluate();
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
      load(batch);
      ModelPlan.Measured measured = prepared.plan.measure();
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
   * The labels of a batch as this model sees them: those that do not count, since their steps are
   * masked, left out; those of a language model spelt out.
   */
  public Labels labels(Batch batch) {
    return switch (head.target()) {
      case LAST -> batch.labels();
      case EACH_STEP -> batch.labels().counting(batch.sequences());
      case NEXT_TOKEN -> Labels.nextOf(batch.sequences());
    };
  }

  /**
   * The linear layer's outputs, without dropout: scores of classes or tokens, or values.
   *
   * @return [N][outputs] of final states, otherwise [T][N][outputs]
   */
  public Tensor predict(Sequences sequences) {
    Shapes.requireFit(config(), sequences, false);
    prepare(sequences, sequences.steps(), head);
    prepared.plan.predict();
    return prepared.plan.outputs();
  }

  /**
   * The likeliest class of every sequence.
   *
   * @return [N]
   */
  public int[] classify(Sequences sequences) {
    if (!head.ofLast()) {
      throw new InvalidInputException("the head has outputs at every step: ask for predict");
    }
    float[][] scores = predict(sequences).to2d();
    int[] classes = new int[scores.length];
    for (int row = 0; row < scores.length; row++) {
      for (int candidate = 1; candidate < scores[row].length; candidate++) {
        classes[row] =
            scores[row][candidate] > scores[row][classes[row]] ? candidate : classes[row];
      }
    }
    return classes;
  }

  private void load(Batch batch) {
    Sequences sequences = batch.sequences();
    if (head.target() != Target.NEXT_TOKEN) {
      requireFit(batch);
      Shapes.requireFit(config(), sequences, false);
      prepare(sequences, sequences.steps(), head);
      prepared.plan.load(labels(batch));
      return;
    }
    if (batch.labels() != Labels.NEXT_TOKENS || sequences.steps() < 2) {
      throw new InvalidInputException(
          "a language model learns from tokens alone, [T + 1][N] with at least two steps, each being the label of the one before");
    }
    Shapes.requireFit(config(), sequences, true);
    if (sequences.isMasked()) { // the order of the inputs is then not that of the targets
      Head each = Head.classifyEachStep(head.outputs()).withLoss(head.loss());
      prepare(sequences.withoutLast(), sequences.steps() - 1, each);
      prepared.plan.load(labels(batch));
    } else {
      prepare(sequences, sequences.steps() - 1, head);
    }
  }

  private void requireFit(Batch batch) {
    Labels labels = batch.labels();
    boolean values = !head.loss().ofClasses();
    if (values != labels.values().isPresent()) {
      throw new InvalidInputException(
          "the labels are %s but the head wants %s"
              .formatted(values ? "classes" : "values", values ? "values" : "classes"));
    }
    int steps = head.steps(batch.sequences().steps());
    int rows = batch.sequences().batch();
    int size = values ? head.outputs() : 0;
    if (labels.steps() != steps || labels.batch() != rows || labels.size() != size) {
      throw new InvalidInputException(
          "the labels are [%d][%d][%d] but the head wants [%d][%d][%d]: %s"
              .formatted(
                  labels.steps(),
                  labels.batch(),
                  labels.size(),
                  steps,
                  rows,
                  size,
                  "[steps, or 1 per sequence][batch][values, 0 for classes]"));
    }
    head.loss().requireFit(labels(batch));
    for (int position = 0; !values && position < steps * rows; position++) {
      if (labels.at(position) >= head.outputs()) {
        throw new InvalidInputException(
            "class %d is not below %d, the outputs of the head"
                .formatted(labels.at(position), head.outputs()));
      }
    }
  }

  private void prepare(Sequences sequences, int steps, Head asked) {
    SequenceShape shape = new SequenceShape(steps, sequences.batch());
    ModelPlan.Use use = new ModelPlan.Use(asked, sequences.isMasked(), stateful, sgd);
    if (prepared == null || !prepared.shape.equals(shape) || !prepared.use.equals(use)) {
      close();
      prepared = new Prepared(shape, use, new ModelPlan(weights, shape, use, Placement.on(device)));
      carries = false;
    }
    prepared.plan.load(sequences, stateful && carries);
    carries = true;
  }

  /** The weights as they are now. */
  public Weights weights() {
    return prepared == null ? weights : prepared.plan.weights();
  }

  /** What crossed between host and device so far. */
  public Transfers transfers() {
    return prepared == null ? before : before.plus(prepared.plan.transfers());
  }

  /** Frees the device's memory; the weights are kept, and another batch would bring them back. */
  @Override
  public void close() {
    if (prepared == null) {
      return;
    }
    try (ModelPlan plan = prepared.plan) {
      prepared = null;
      weights = plan.weights();
      before = before.plus(plan.transfers());
    }
  }
}
