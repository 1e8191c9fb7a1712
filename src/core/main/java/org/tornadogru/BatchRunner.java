package org.tornadogru;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tornadogru.device.Device;
import org.tornadogru.graph.DeviceMemoryException;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.ModelValues;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Target;
import org.tornadogru.nn.Tensor;
import org.tornadogru.optim.Optimization;

/**
 * Runs batches on the device: fills them up to the shapes of the policy, finds the plan for them,
 * and lets them begin where the ones before have ended.
 */
final class BatchRunner implements AutoCloseable {

  /** What may be done with a batch, each with states of its own. */
  enum Kind {
    PREDICT,
    EVALUATE,
    MEASURE,
    TRAIN,
    ACCUMULATE;

    boolean trains() {
      return this == TRAIN || this == ACCUMULATE;
    }
  }

  /** A graph that keeps the states of the batch before. */
  private record Carrier(ModelPlan plan, SequenceShape shape, Kind kind) {}

  private final ModelValues values;
  private final Head head;

  /** Null for a model that is not trained. */
  private final Optimization optimization;

  private final boolean stateful;
  private final ShapePolicy policy;
  private final Plans plans;

  /** What has a state to go on from. */
  private final Set<Carrier> carriers = new HashSet<>();

  /** Where training ended last; null if it was not on this device. */
  private Carrier trained;

  /** Where the next batch of training begins; null if the device knows. */
  private Tensor given;

  BatchRunner(
      ModelValues values,
      Head head,
      Optimization optimization,
      ShapePolicy policy,
      boolean stateful,
      Device device) {
    this.values = values;
    this.head = head;
    this.optimization = optimization;
    this.policy = policy;
    this.stateful = stateful;
    plans = new Plans(values, policy, device);
  }

  Plans plans() {
    return plans;
  }

  /** The next batch of every kind begins at the zero state. */
  void resetState() {
    carriers.clear();
    given = null;
  }

  /** The next batch of training begins at a state, [L·D][N][H], or at zero if it is null. */
  void beginAt(Tensor state) {
    carriers.clear();
    trained = null;
    given = state;
  }

  /** Executes a graph for a batch, once its inputs and labels are loaded. */
  <R> R run(Kind kind, Batch batch, Function<ModelPlan, R> execution) {
    Sequences sequences = batch.sequences();
    int rows = sequences.batch();
    if (head.target() != Target.NEXT_TOKEN) {
      requireFit(batch);
      Shapes.requireFit(values.config(), sequences, false);
      SequenceShape shape = new SequenceShape(sequences.steps(), rows);
      Labels labels = filledUp(labels(batch), head, shape);
      return on(kind, head, shape, filledUp(sequences, shape), labels, batch.begins(), execution);
    }
    if (batch.labels() != Labels.NEXT_TOKENS || sequences.steps() < 2) {
      throw new InvalidInputException(
          "a language model learns from tokens alone, [T + 1][N] with at least two steps, each being the label of the one before");
    }
    Shapes.requireFit(values.config(), sequences, true);
    SequenceShape shape = new SequenceShape(sequences.steps() - 1, rows);
    if (sequences.isMasked()) { // the order of the inputs is then not that of the targets
      Head each = head.withTarget(Target.EACH_STEP);
      Labels labels = filledUp(labels(batch), each, shape);
      Sequences inputs = filledUp(sequences.withoutLast(), shape);
      return on(kind, each, shape, inputs, labels, batch.begins(), execution);
    }
    SequenceShape full = policy.of(shape);
    Sequences tokens =
        policy.isExact()
            ? sequences
            : sequences.filledUp(full.steps() + 1, full.batch()).withoutMask();
    return on(kind, head, shape, tokens, null, batch.begins(), execution);
  }

  private Sequences filledUp(Sequences sequences, SequenceShape shape) {
    SequenceShape full = policy.of(shape);
    return policy.isExact() ? sequences : sequences.filledUp(full.steps(), full.batch());
  }

  private Labels filledUp(Labels labels, Head asked, SequenceShape shape) {
    SequenceShape full = policy.of(shape);
    return policy.isExact() ? labels : labels.filledUp(asked.steps(full.steps()), full.batch());
  }

  /**
   * Executes a graph of the plan for a batch; where the device has no memory for it, without the
   * plans that were used least lately.
   *
   * @param shape of the batch, before it was filled up
   * @param labels null where the tokens are, or nothing is learned
   * @param begins whether to begin at the zero state
   */
  private <R> R on(
      Kind kind,
      Head asked,
      SequenceShape shape,
      Sequences inputs,
      Labels labels,
      boolean begins,
      Function<ModelPlan, R> execution) {
    ModelPlan.Use use = new ModelPlan.Use(asked, inputs.isMasked(), stateful, optimization);
    SequenceShape full = policy.of(shape);
    if (begins && kind.trains()) {
      given = null;
    }
    while (true) {
      ModelPlan plan = plans.get(shape, use);
      Carrier carrier = new Carrier(plan, full, kind);
      plan.load(full, inputs, stateful && !begins && carriers.contains(carrier));
      if (given != null && kind.trains()) {
        plan.beginAt(given);
      }
      if (labels != null) {
        plan.load(labels);
      }
      try {
        R result = execution.apply(plan);
        carriers.add(carrier);
        if (kind.trains()) {
          trained = carrier;
          given = null;
        }
        return result;
      } catch (DeviceMemoryException tooMuch) {
        if (!kind.trains()) { // training goes on where it ended, whichever plan is closed
          given = carried().orElse(null);
        }
        boolean more = plans.makeRoom(plan);
        forgetStates();
        if (!more) {
          throw tooMuch;
        }
      }
    }
  }

  /** Plans were closed, and with them the states of their batches. */
  private void forgetStates() {
    carriers.clear();
    trained = null;
  }

  /** The linear layer's outputs, cropped to the batch. */
  Tensor predict(Sequences sequences) {
    Shapes.requireFit(values.config(), sequences, false);
    SequenceShape shape = new SequenceShape(sequences.steps(), sequences.batch());
    Function<ModelPlan, Tensor> predict =
        plan -> {
          plan.predict();
          return plan.outputs();
        };
    Tensor outputs =
        on(Kind.PREDICT, head, shape, filledUp(sequences, shape), null, false, predict);
    if (policy.isExact()) {
      return outputs;
    }
    return head.ofLast()
        ? outputs.cropped(shape.batch(), head.outputs())
        : outputs.cropped(shape.steps(), shape.batch(), head.outputs());
  }

  /** The labels of a batch as the model sees them. */
  Labels labels(Batch batch) {
    return switch (head.target()) {
      case LAST -> batch.labels();
      case EACH_STEP -> batch.labels().counting(batch.sequences());
      case NEXT_TOKEN -> Labels.nextOf(batch.sequences());
    };
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

  /** Where the next batch of training begins; empty for the zero state. */
  Optional<Tensor> carried() {
    if (given == null && stateful && trained != null && carriers.contains(trained)) {
      return Optional.of(trained.plan.carried(trained.shape, trained.kind == Kind.ACCUMULATE));
    }
    return Optional.ofNullable(given);
  }

  /** Frees the device's memory; what there is to go on from is kept. */
  @Override
  public void close() {
    if (!plans.isEmpty()) {
      given = carried().orElse(null);
    }
    forgetStates();
    plans.close();
  }
}
