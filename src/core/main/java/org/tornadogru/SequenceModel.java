package org.tornadogru;

import org.tornadogru.device.Device;
import org.tornadogru.graph.Placement;
import org.tornadogru.graph.SequencePlan;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Weights;

/**
 * A GRU and a linear layer that classify sequences or predict values, trained on the device by
 * gradient descent. The weights stay there for as long as batches have one shape.
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
  private final SgdConfig sgd;
  private final Device device;
  private final boolean stateful;
  private Weights weights;
  private Prepared prepared;
  private boolean carries;
  private int seed;
  private int execution;

  /** A plan, and what it was made for. */
  private record Prepared(SequenceShape shape, SequencePlan.Use use, SequencePlan plan) {}

  /**
   * A model that begins every sequence at the zero state.
   *
   * @param weights where training starts, with as many outputs as the head
   */
  public SequenceModel(Weights weights, Head head, SgdConfig sgd, Device device) {
    this(weights, head, sgd, device, false);
  }

  private SequenceModel(
      Weights weights, Head head, SgdConfig sgd, Device device, boolean stateful) {
    if (weights.outputs() != head.outputs()) {
      throw new InvalidInputException(
          "the weights have %d outputs but the head has %d"
              .formatted(weights.outputs(), head.outputs()));
    }
    this.weights = weights;
    this.head = head;
    this.sgd = sgd;
    this.device = device;
    this.stateful = stateful;
  }

  /**
   * A model that begins every batch where the previous one of its kind, training or evaluation,
   * ended: the state is carried, the gradient is not.
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
   * @param targets one per sequence or one per step, as the head wants them; those of masked steps
   *     do not count
   * @return the mean loss before the update: nats, or the mean squared error
   */
  public float train(Sequences sequences, Labels targets) {
    load(sequences, targets);
    return prepared.plan.train(seed, execution++);
  }

  /** The mean loss of a batch with the weights as they are now, without dropout. */
  public float evaluate(Sequences sequences, Labels targets) {
    load(sequences, targets);
    return prepared.plan.evaluate();
  }

  /**
   * The linear layer's outputs for every sequence, without dropout: scores of classes, or values.
   *
   * @return [N][outputs]
   */
  public float[][] predict(Sequences sequences) {
    if (!head.ofLast()) {
      throw new InvalidInputException(
          "the head has outputs at every step: ask for predictEachStep");
    }
    return outputs(sequences)[0];
  }

  /**
   * The linear layer's outputs at every step, without dropout.
   *
   * @return [T][N][outputs]
   */
  public float[][][] predictEachStep(Sequences sequences) {
    if (head.ofLast()) {
      throw new InvalidInputException("the head has one output per sequence: ask for predict");
    }
    return outputs(sequences);
  }

  /**
   * The likeliest class of every sequence.
   *
   * @return [N]
   */
  public int[] classify(Sequences sequences) {
    float[][] scores = predict(sequences);
    int[] classes = new int[scores.length];
    for (int row = 0; row < scores.length; row++) {
      for (int candidate = 1; candidate < scores[row].length; candidate++) {
        classes[row] =
            scores[row][candidate] > scores[row][classes[row]] ? candidate : classes[row];
      }
    }
    return classes;
  }

  private float[][][] outputs(Sequences sequences) {
    prepare(sequences);
    int steps = head.ofLast() ? 1 : sequences.steps();
    return GruOutput.nested(prepared.plan.predict(), steps, sequences.batch(), head.outputs());
  }

  private void load(Sequences sequences, Labels targets) {
    requireFit(sequences, targets);
    prepare(sequences);
    boolean masks = !head.ofLast() && sequences.valid() != null;
    Labels counted = masks ? targets.countingOnly(sequences.valid()) : targets;
    prepared.plan.loadTargets(counted.classes(), counted.values());
  }

  private void requireFit(Sequences sequences, Labels targets) {
    boolean values = head.loss() == Loss.SQUARED_ERROR;
    if (values != (targets.values() != null)) {
      throw new InvalidInputException(
          "the targets are %s but the head wants %s"
              .formatted(
                  targets.values() == null ? "classes" : "values", values ? "values" : "classes"));
    }
    int steps = head.ofLast() ? 1 : sequences.steps();
    int size = values ? head.outputs() : 0;
    if (targets.steps() != steps
        || targets.batch() != sequences.batch()
        || targets.size() != size) {
      throw new InvalidInputException(
          "the targets are [%d][%d][%d] but the head wants [%d][%d][%d]: %s"
              .formatted(
                  targets.steps(),
                  targets.batch(),
                  targets.size(),
                  steps,
                  sequences.batch(),
                  size,
                  "[steps, or 1 per sequence][batch][values, 0 for classes]"));
    }
    for (int known : targets.classes()) {
      if (!values && known >= head.outputs()) {
        throw new InvalidInputException(
            "class %d is not below %d, the outputs of the head".formatted(known, head.outputs()));
      }
    }
  }

  private void prepare(Sequences sequences) {
    Shapes.requireFit(config(), sequences);
    SequenceShape shape = new SequenceShape(sequences.steps(), sequences.batch());
    SequencePlan.Use use =
        new SequencePlan.Use(head.ofLast(), head.loss(), sequences.valid() != null, stateful);
    if (prepared == null || !prepared.shape.equals(shape) || !prepared.use.equals(use)) {
      close();
      prepared =
          new Prepared(
              shape, use, new SequencePlan(weights, shape, use, sgd, Placement.on(device)));
      carries = false;
    }
    prepared.plan.load(sequences, stateful && carries);
    carries = true;
  }

  /** The weights as they are now, a copy. */
  public Weights weights() {
    return prepared == null ? weights.copy() : prepared.plan.weights();
  }

  /** Frees the device's memory; the weights are kept, and another batch would bring them back. */
  @Override
  public void close() {
    if (prepared != null) {
      weights = prepared.plan.weights();
      prepared.plan.close();
      prepared = null;
    }
  }
}
