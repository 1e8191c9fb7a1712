package org.tornadogru;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.tornadogru.device.Device;
import org.tornadogru.graph.Access;
import org.tornadogru.graph.ModelPlan.Kind;
import org.tornadogru.graph.ModelValues;
import org.tornadogru.graph.Placement;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;

/**
 * A finished model, without optimizer and labels. Every sequence begins at the same state, which is
 * zeros unless a file says otherwise, so that a prediction depends on nothing that was predicted
 * before.
 *
 * <pre>{@code
 * try (Predictor predictor = new Predictor(weights, Head.classifyLast(2), device)) {
 *   int[] classes = predictor.classify(sequences);
 * }
 * }</pre>
 *
 * <p>For one thread at a time: another one that calls it meanwhile is refused. Threads that share a
 * device take predictors out of a pool, each with the same {@link Weights}, which never change.
 */
public final class Predictor implements AutoCloseable {

  private final Access access = new Access("Predictor");
  private final GruConfig config;
  private final Usage usage;
  private final Function<Sequences, Tensor> outputs;
  private final BiFunction<Sequences, Tensor, Continued> continued;
  private final Runnable closing;

  /**
   * What is said of sequences that may go on.
   *
   * @param outputs as of {@link #predict(Sequences)}
   * @param states behind the last steps, [L·D][N][H]
   */
  public record Continued(Tensor outputs, Tensor states) {}

  /**
   * A GRU and a linear layer, for batches of few shapes: each is compiled when it comes first.
   *
   * @throws InvalidInputException if the head does not fit the weights
   */
  public Predictor(Weights weights, Head head, Device device) {
    this(weights, head, ShapePolicy.EXACT, device);
  }

  /**
   * A GRU and a linear layer, for batches of many shapes.
   *
   * @param policy which shapes are compiled
   * @throws InvalidInputException if the head does not fit the weights
   */
  public Predictor(Weights weights, Head head, ShapePolicy policy, Device device) {
    this(weights, Usage.PLAIN, runner(weights, head, Usage.PLAIN, policy, device));
  }

  /**
   * A model with what its file has around the GRU, with or without a linear layer: an initial
   * state, padding that does not count, the steps that are asked for, an activation at the end.
   *
   * @throws InvalidInputException if the initial state does not fit the weights
   */
  public Predictor(Weights weights, Usage usage, Device device) {
    this(
        weights,
        usage,
        weights.outputs() == 0
            ? gru(weights, usage, device)
            : runner(weights, head(weights, usage), usage, ShapePolicy.EXACT, device));
  }

  private Predictor(Weights weights, Usage usage, Outputs outputs) {
    config = weights.config();
    this.usage = Objects.requireNonNull(usage, "usage");
    this.outputs = outputs.of;
    continued = outputs.from;
    closing = outputs.closing;
  }

  /** What makes outputs, before an activation, and how it is closed. */
  private record Outputs(
      Function<Sequences, Tensor> of,
      BiFunction<Sequences, Tensor, Continued> from,
      Runnable closing) {}

  private static Outputs runner(
      Weights weights, Head head, Usage usage, ShapePolicy policy, Device device) {
    head.requireFit(weights);
    requireFit(weights.config(), usage);
    boolean begins = usage.initialState().isPresent();
    Placement placement = Placement.on(device);
    ModelValues values = new ModelValues(weights, null, placement);
    BatchRunner runner = new BatchRunner(values, head, null, policy, begins, placement);
    // Compiled by what is asked for: a predictor that never goes on has no plans of this one.
    BatchRunner carrying = new BatchRunner(values, head, null, policy, true, placement);
    return new Outputs(
        sequences -> {
          if (begins) {
            runner.beginAt(Kind.PREDICT, initialStates(usage, sequences.batch()));
          }
          return runner.predict(sequences);
        },
        (sequences, states) -> {
          carrying.beginAt(Kind.PREDICT, states);
          Tensor outputs = carrying.predict(sequences);
          return new Continued(outputs, carrying.carried(Kind.PREDICT).orElseThrow());
        },
        () -> {
          runner.close();
          carrying.close();
        });
  }

  private static Outputs gru(Weights weights, Usage usage, Device device) {
    requireFit(weights.config(), usage);
    Gru gru = new Gru(weights, device);
    Function<Sequences, GruOutput> forward =
        usage.initialState().isPresent()
            ? sequences -> gru.forward(sequences, initialStates(usage, sequences.batch()))
            : gru::forward;
    Function<GruOutput, Tensor> asked =
        usage.steps() == Usage.Steps.FINAL_STATE ? GruOutput::last : GruOutput::outputs;
    return new Outputs(
        forward.andThen(asked),
        (sequences, states) -> {
          GruOutput output = gru.forward(sequences, states);
          return new Continued(asked.apply(output), output.finalStates());
        },
        gru::close);
  }

  private static void requireFit(GruConfig config, Usage usage) {
    List<Integer> sizes = List.of(config.walks(), config.hiddenSize());
    usage
        .initialState()
        .ifPresent(
            state ->
                Shapes.require("the initial state", state, sizes, "[layers · directions][hidden]"));
  }

  /** The same for every sequence: [L·D][N][H]. */
  private static Tensor initialStates(Usage usage, int batch) {
    Tensor state = usage.initialState().orElseThrow();
    int hidden = state.shape().get(1);
    return Tensor.of(
        state.name(),
        List.of(state.shape().get(0), batch, hidden),
        place -> state.at(place / (batch * hidden) * hidden + place % hidden));
  }

  private static Head head(Weights weights, Usage usage) {
    return usage.steps() == Usage.Steps.FINAL_STATE
        ? Head.predictLast(weights.outputs())
        : Head.predictEachStep(weights.outputs());
  }

  public GruConfig config() {
    return config;
  }

  /**
   * What the model gives out: scores of classes or tokens, or values; of a file's model, what is
   * behind its activation.
   *
   * @return [N][outputs] of final states or last steps, otherwise [T][N][outputs]
   * @throws InvalidInputException if the sequences do not fit the model
   */
  public Tensor predict(Sequences sequences) {
    return asked(access.open(() -> outputs.apply(usage.masked(sequences))));
  }

  /**
   * The same of sequences that go on where others have ended, for a program that keeps the states
   * of many and has them side by side as they come: a sequence in parts is answered as the whole.
   *
   * <pre>{@code
   * Predictor.Continued first = predictor.predict(morning, predictor.initialStates(rows));
   * Predictor.Continued second = predictor.predict(afternoon, first.states());
   * }</pre>
   *
   * @param states where each begins, [L·D][N][H]
   * @throws InvalidInputException if the sequences or the states do not fit the model, or the GRU
   *     walks backwards: it would have to know the end
   */
  public Continued predict(Sequences sequences, Tensor states) {
    if (config.direction() != Direction.FORWARD) {
      throw new InvalidInputException(
          "a sequence in parts has no end to begin from: the direction must be FORWARD, not "
              + config.direction());
    }
    Shapes.requireState(config, states, sequences.batch());
    Continued found = access.open(() -> continued.apply(usage.masked(sequences), states));
    return new Continued(asked(found.outputs), found.states);
  }

  /**
   * Where sequences begin that have no steps yet, [L·D][N][H]: zeros unless a file says otherwise.
   *
   * @param rows N
   */
  public Tensor initialStates(int rows) {
    int batch = new SequenceShape(1, rows).batch();
    return usage.initialState().isPresent()
        ? initialStates(usage, batch)
        : Tensor.of("zero states", List.of(config.walks(), batch, config.hiddenSize()), place -> 0);
  }

  private Tensor asked(Tensor all) {
    return usage.activation().of(usage.steps() == Usage.Steps.LAST ? last(all) : all);
  }

  /**
   * The likeliest class of every sequence.
   *
   * @return [N]
   * @throws InvalidInputException if the sequences do not fit the model, or there are outputs at
   *     every step
   */
  public int[] classify(Sequences sequences) {
    return BatchRunner.likeliest(predict(sequences));
  }

  private static Tensor last(Tensor outputs) {
    int batch = outputs.shape().get(1);
    int size = outputs.shape().get(2);
    int from = outputs.size() - batch * size;
    return Tensor.of(outputs.name(), List.of(batch, size), place -> outputs.at(from + place));
  }

  /** Frees the device's memory; the second time without effect. */
  @Override
  public void close() {
    access.close(closing);
  }
}
