package org.tornadogru;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.tornadogru.graph.DeviceMemoryException;
import org.tornadogru.graph.ModelPlan;
import org.tornadogru.graph.ModelPlan.Kind;
import org.tornadogru.graph.ModelValues;
import org.tornadogru.graph.Placement;
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

  /** A graph that keeps the states of the batch before. */
  private record Carrier(ModelPlan plan, SequenceShape shape, Kind kind) {}

  private final ModelValues values;
  private final Head head;

  /** Null for a model that is not trained. */
  private final Optimization optimization;

  private final boolean stateful;
  private final ShapePolicy policy;
  private final Plans plans;

  /** Where the last batch ended, of each kind that was on this device; accumulated is trained. */
  private final Map<Kind, Carrier> latest = new EnumMap<>(Kind.class);

  /** Where the next batch of a kind begins, unless the device knows. */
  private final Map<Kind, Tensor> given = new EnumMap<>(Kind.class);

  BatchRunner(
      ModelValues values,
      Head head,
      Optimization optimization,
      ShapePolicy policy,
      boolean stateful,
      Placement placement) {
    if (values.config().keepReversed() && !policy.isExact()) {
      throw new InvalidInputException(
          "a GRU that keeps the order of its reverse walk begins with what batches are filled up with: it takes ShapePolicy.EXACT, not "
              + policy);
    }
    this.values = values;
    this.head = head;
    this.optimization = optimization;
    this.policy = policy;
    this.stateful = stateful;
    plans =
        new Plans(
            values, Objects.requireNonNull(policy, "policy"), placement, this::bringBackStates);
  }

  Plans plans() {
    return plans;
  }

  /** The next batch of every kind begins at the zero state. */
  void resetState() {
    latest.clear();
    given.clear();
  }

  /** The next batch of a kind begins at a state, [L·D][N][H], those of others at the zero state. */
  void beginAt(Kind kind, Tensor state) {
    resetState();
    given.put(following(kind), state);
  }

  /** The kind from whose batches one of a kind goes on. */
  private static Kind following(Kind kind) {
    return kind.trains() ? Kind.TRAIN : kind;
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
    while (true) {
      ModelPlan plan = plans.get(shape, use);
      Carrier carrier = new Carrier(plan, full, kind);
      boolean isNext = carrier.equals(latest.get(following(kind)));
      plan.load(full, inputs, stateful && !begins && isNext);
      if (stateful && !begins && !isNext) {
        carried(kind).ifPresent(state -> plan.beginAt(requireRows(state, shape.batch())));
      }
      if (labels != null) {
        plan.load(labels);
      }
      try {
        R result = execution.apply(plan);
        latest.put(following(kind), carrier);
        given.remove(following(kind));
        return result;
      } catch (DeviceMemoryException tooMuch) {
        if (!plans.makeRoom(plan)) {
          throw tooMuch;
        }
      }
    }
  }

  private void bringBackStates(ModelPlan leaving) {
    for (Kind kind : Kind.values()) {
      if (latest.containsKey(kind) && latest.get(kind).plan == leaving) {
        carried(kind).ifPresent(state -> given.put(kind, state));
        latest.remove(kind);
      }
    }
  }

  private static Tensor requireRows(Tensor state, int batch) {
    if (state.shape().get(1) != batch) {
      throw new InvalidInputException(
          "the carried state is of %d sequences but the batch has %d: reset the state first"
              .formatted(state.shape().get(1), batch));
    }
    return state;
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

  /** The likeliest class of every sequence, [N], of scores that are [N][classes]. */
  static int[] likeliest(Tensor predicted) {
    if (predicted.shape().size() != 2) {
      throw new InvalidInputException("the model has outputs at every step: ask for predict");
    }
    float[][] scores = predicted.to2d();
    int[] classes = new int[scores.length];
    for (int row = 0; row < scores.length; row++) {
      for (int candidate = 1; candidate < scores[row].length; candidate++) {
        classes[row] =
            scores[row][candidate] > scores[row][classes[row]] ? candidate : classes[row];
      }
    }
    return classes;
  }

  /** The labels of a batch as the model sees them. */
  Labels labels(Batch batch) {
    return switch (head.target()) {
      case LAST -> batch.labels();
      case EACH_STEP -> counted(batch.labels(), batch.sequences());
      case NEXT_TOKEN -> Labels.nextOf(batch.sequences());
    };
  }

  /** Labels are in the order of the outputs, which is not the input's where a walk's is kept. */
  private Labels counted(Labels labels, Sequences sequences) {
    if (!values.config().keepReversed() || !sequences.isMasked()) {
      return labels.counting(sequences);
    }
    boolean[][] counted = new boolean[sequences.steps()][sequences.batch()];
    for (int position = 0; position < sequences.steps() * sequences.batch(); position++) {
      int turn = sequences.steps() - 1 - position / sequences.batch();
      counted[turn][position % sequences.batch()] = sequences.isValid(position);
    }
    return labels.counting(counted);
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

  /** Where the next batch of a kind begins; empty for the zero state. */
  Optional<Tensor> carried(Kind kind) {
    Carrier carrier = latest.get(following(kind));
    if (stateful && carrier != null) {
      return Optional.of(carrier.plan.carried(carrier.shape, carrier.kind));
    }
    return Optional.ofNullable(given.get(following(kind)));
  }

  /** Frees the device's memory; what there is to go on from is kept. */
  @Override
  public void close() {
    plans.close();
  }
}
