package org.tornadogru.graph;

import java.util.function.Function;
import java.util.stream.Stream;
import org.tornadogru.kernels.Arrangement;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.VariantBackward;
import org.tornadogru.kernels.VariantForward;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.ResetPlacement;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * One walk through the sequences: a layer in one direction, forward and backward.
 *
 * <pre>
 *  token ids ──▶ inputTable ───────────┐
 *                                      ▼
 *  inputs ──▶ [arrange] ──▶ project ──▶ forward ──▶ states ──▶ [collect] ──▶ outputs, final states
 *                                         │ gates                 of both walks of the layer
 *                                         ▼
 *  dInputs ◀── [arrangeBackward] ◀── projectBackward ◀── backward ◀── [collectBackward] ◀── dOutputs, dFinals
 *                                                           │
 *                       inputGradient, gateGradient, candidateGradient ──▶ {@link Gradients}
 * </pre>
 *
 * Tasks in brackets are left out by a walk that takes every step in the order of the input.
 */
final class WalkStage {

  private final ModelLayout layout;
  private final WalkLayout walk;
  private final DeviceShape shape;
  private final WalkOrder order;
  private final boolean arranged;
  private final boolean keepGates;
  private final Cell cell;

  /** [T][batch] or more: the row of {@link #table} that each step takes. */
  private final IntArray rows;

  /** [batch][H]. */
  final FloatArray initialState;

  /** [T + 1][batch][H], in the order of the walk. */
  private final FloatArray states;

  /** Input products plus bias: [V][3H] for token ids, otherwise [T · batch][3H]. */
  private final FloatArray table;

  /** [T][batch][4H]: r, z, n, q; or [batch][4H] if they are not kept. */
  private final FloatArray gates;

  private final FloatArray arrangedInputs;

  WalkStage(GruStage.Shared shared, WalkLayout walk) {
    this.walk = walk;
    layout = shared.layout();
    shape = shared.shape();
    order = shared.orders().get(walk.walk());
    arranged = shared.isArranged(walk.walk()) && !walk.lookUp();
    keepGates = shared.use().backward();
    int batch = shape.batch();
    int hidden = layout.hidden();
    rows = walk.lookUp() ? shared.tokens().get(walk.walk()) : shape.identity();
    initialState = shape.floats(batch, hidden);
    states = shape.floats((shape.steps() + 1L) * batch, hidden);
    table = shape.floats(walk.lookUp() ? walk.inputs() : shape.positions(), layout.gateColumns());
    gates = shape.floats(keepGates ? shape.positions() : batch, 4L * hidden);
    arrangedInputs = arranged ? shape.floats(shape.positions(), walk.inputs()) : null;
    GruConfig config = layout.config();
    cell =
        config.isStandardCell() && config.recurrentDropout() == 0f
            ? new Standard()
            : new Variant(shared);
  }

  /** What a backward pass in another graph reads of the forward pass. */
  Stream<Object> kept() {
    Stream<Object> own = Stream.of(rows, states, gates);
    return Stream.of(own, Stream.ofNullable((Object) arrangedInputs), cell.kept())
        .flatMap(Function.identity());
  }

  /** The outputs, if the walk takes every step in the order of the input: [T · batch][H]. */
  Rows outputs() {
    return new Rows(states, shape.batch());
  }

  /** The final states, if the walk takes every step: [batch][H]. */
  Rows finals() {
    return new Rows(states, shape.positions());
  }

  /**
   * Adds the tasks of the forward pass.
   *
   * @param inputs [T · batch][I], in the order of the input; unused for token ids
   * @param dropout whether recurrent dropout acts
   */
  void addForward(PlanGraph graph, FloatArray parameters, Rows inputs, boolean dropout) {
    KernelSet kernels = shape.kernels();
    if (walk.lookUp()) {
      graph.loop(
          walk.inputs(),
          layout.gateColumns(),
          new TaskPackage(
              name("inputTable"),
              kernels.inputTable(),
              parameters,
              table,
              walk.inputAt(),
              walk.inputs(),
              layout.gateColumns()));
    } else {
      graph.uploadOnce(rows);
      if (arranged) {
        graph.loop(
            shape.positions(),
            walk.inputs(),
            new TaskPackage(
                name("arrange"),
                Arrangement::arrange,
                inputs.array(),
                order.visited,
                arrangedInputs,
                inputs.first(),
                shape.positions(),
                walk.inputs()));
      }
      Rows taken = taken(inputs);
      graph.loop(
          shape.positions(),
          layout.gateColumns(),
          new TaskPackage(
              name("project"),
              kernels.linear(),
              taken.array(),
              parameters,
              table,
              walk.inputAt(),
              shape.positions(),
              taken.first(),
              walk.inputs(),
              layout.gateColumns()));
    }
    cell.addForward(graph, parameters, dropout);
  }

  /** Inputs in the order of the walk. */
  private Rows taken(Rows inputs) {
    return arranged ? Rows.of(arrangedInputs) : inputs;
  }

  /**
   * Adds what puts outputs and final states beside those of the other walk.
   *
   * @param outputs [T · batch][D·H]
   * @param finals [batch][D·H]
   */
  void addCollect(PlanGraph graph, FloatArray outputs, FloatArray finals) {
    graph.loop(
        shape.batch(),
        layout.hidden(),
        new TaskPackage(
            name("collect"),
            Arrangement::collect,
            states,
            order.shown,
            outputs,
            finals,
            walk.walk() * layout.hidden(),
            layout.walkColumns(),
            shape.steps(),
            shape.batch(),
            layout.hidden()));
  }

  /** Adds what copies the final states of a walk that takes every step: [batch][H]. */
  void addCopyFinals(PlanGraph graph, FloatArray finals) {
    graph.loop(
        shape.batch(),
        layout.hidden(),
        new TaskPackage(
            name("copyFinals"),
            Arrangement::copyFinals,
            states,
            finals,
            shape.steps(),
            shape.batch(),
            layout.hidden()));
  }

  /**
   * The walk's way back.
   *
   * @param stateGradients ∂L/∂h, if it comes from elsewhere; otherwise null
   * @param reachesInputs whether gradients of the inputs are wanted
   */
  Backward backward(FloatArray stateGradients, boolean reachesInputs) {
    return new Backward(stateGradients, reachesInputs);
  }

  /** The backward pass of a walk, with its buffers. */
  final class Backward {

    /** [T][batch][H], ∂L/∂h of the state behind each step alone, in the order of the walk. */
    private final FloatArray stateGradients;

    /** [batch][H], ∂L/∂h₀. */
    final FloatArray initialStateGradient = shape.floats(shape.batch(), layout.hidden());

    private final FloatArray recurrentTransposed =
        shape.floats(layout.hidden(), layout.gateColumns());
    private final FloatArray inputTransposed;
    private final FloatArray arrangedGradients;

    private Backward(FloatArray stateGradients, boolean reachesInputs) {
      this.stateGradients =
          stateGradients == null
              ? shape.floats(shape.positions(), layout.hidden())
              : stateGradients;
      inputTransposed = reachesInputs ? shape.floats(walk.inputs(), layout.gateColumns()) : null;
      arrangedGradients =
          reachesInputs && arranged ? shape.floats(shape.positions(), walk.inputs()) : null;
    }

    /**
     * Adds what finds {@link #stateGradients}.
     *
     * @param outputGradients [T · batch][D·H], or null if only final states matter
     * @param finalGradients [batch][D·H]
     */
    void addCollectBackward(
        PlanGraph graph, FloatArray outputGradients, FloatArray finalGradients) {
      int at = walk.walk() * layout.hidden();
      if (outputGradients == null) {
        graph.loop(
            shape.batch(),
            layout.hidden(),
            new TaskPackage(
                name("collectBackward"),
                Arrangement::finalBackward,
                finalGradients,
                order.shown,
                stateGradients,
                at,
                layout.walkColumns(),
                shape.steps(),
                shape.batch(),
                layout.hidden()));
      } else {
        graph.loop(
            shape.batch(),
            layout.hidden(),
            new TaskPackage(
                name("collectBackward"),
                Arrangement::collectBackward,
                outputGradients,
                finalGradients,
                order.shown,
                stateGradients,
                at,
                layout.walkColumns(),
                shape.steps(),
                shape.batch(),
                layout.hidden()));
      }
    }

    /** Adds what a row without steps needs: its final state is its initial one. */
    void addUnmovedBackward(PlanGraph graph, FloatArray finalGradients) {
      graph.loop(
          shape.batch(),
          layout.hidden(),
          new TaskPackage(
              name("unmovedBackward"),
              Arrangement::unmovedBackward,
              finalGradients,
              order.shown,
              initialStateGradient,
              walk.walk() * layout.hidden(),
              layout.walkColumns(),
              shape.steps(),
              shape.batch(),
              layout.hidden()));
    }

    /** Adds the way back through time, from {@link #stateGradients}. */
    void addBackward(PlanGraph graph, FloatArray parameters) {
      graph.loop(
          layout.gateColumns(),
          layout.hidden(),
          new TaskPackage(
              name("transposeRecurrent"),
              shape.kernels().transpose(),
              parameters,
              recurrentTransposed,
              walk.recurrentAt(),
              layout.hidden(),
              layout.gateColumns()));
      cell.addBackward(graph, this);
    }

    /**
     * Adds the gradients of the walk's parameters.
     *
     * @param inputs as in the forward pass
     */
    void addWeightGradients(PlanGraph graph, Gradients gradients, Rows inputs) {
      int hidden = layout.hidden();
      Gradients.Operand resetUpdateCandidate = new Gradients.Operand(gates, 0, 4 * hidden);
      if (walk.lookUp()) {
        gradients.addLookUp(graph, name("lookUpGradient"), rows, gates, walk);
      } else {
        Rows taken = taken(inputs);
        gradients.addAffine(
            graph,
            name("inputGradient"),
            new Gradients.Operand(taken.array(), taken.first() * walk.inputs(), walk.inputs()),
            resetUpdateCandidate,
            walk.inputAt(),
            shape.positions(),
            walk.inputs(),
            3 * hidden);
      }
      gradients.addAffine(
          graph,
          name("gateGradient"),
          cell.operand(),
          resetUpdateCandidate,
          walk.recurrentAt(),
          shape.positions(),
          hidden,
          2 * hidden);
      boolean after = layout.config().reset() == ResetPlacement.AFTER;
      Gradients.Operand candidate = new Gradients.Operand(gates, 2 * hidden, 4 * hidden);
      Gradients.Operand product = new Gradients.Operand(gates, 3 * hidden, 4 * hidden);
      gradients.addAffine(
          graph,
          name("candidateGradient"),
          after ? cell.operand() : product,
          after ? product : candidate,
          walk.recurrentAt() + 2 * hidden * (hidden + 1),
          shape.positions(),
          hidden,
          hidden);
      addFrozenBiases(graph, gradients);
    }

    private void addFrozenBiases(PlanGraph graph, Gradients gradients) {
      Biases biases = layout.config().biases();
      if (biases != Biases.TWO) {
        gradients.addFrozenBias(
            graph,
            name("freezeRecurrentBias"),
            walk.recurrentAt(),
            layout.hidden(),
            layout.gateColumns());
      }
      if (biases == Biases.NONE && walk.lookUp()) {
        gradients.addFrozenRow(
            graph,
            name("freezeInputBias"),
            walk.inputAt() + walk.inputs() * layout.gateColumns(),
            layout.gateColumns());
      } else if (biases == Biases.NONE) {
        gradients.addFrozenBias(
            graph, name("freezeInputBias"), walk.inputAt(), walk.inputs(), layout.gateColumns());
      }
    }

    /**
     * Adds the gradient of the inputs.
     *
     * @param inputGradients [T · batch][I], in the order of the input
     * @param added whether it comes on top of what is there
     */
    void addInputGradients(
        PlanGraph graph, FloatArray parameters, FloatArray inputGradients, boolean added) {
      graph.loop(
          layout.gateColumns(),
          walk.inputs(),
          new TaskPackage(
              name("transposeInput"),
              shape.kernels().transpose(),
              parameters,
              inputTransposed,
              walk.inputAt(),
              walk.inputs(),
              layout.gateColumns()));
      graph.loop(
          shape.positions(),
          walk.inputs(),
          new TaskPackage(
              name("projectBackward"),
              shape.kernels().linearBackward(),
              gates,
              inputTransposed,
              arranged ? arrangedGradients : inputGradients,
              shape.positions(),
              walk.inputs(),
              layout.gateColumns(),
              4 * layout.hidden()));
      if (arranged) {
        graph.loop(
            shape.batch(),
            walk.inputs(),
            new TaskPackage(
                name("arrangeBackward"),
                Arrangement::arrangeBackward,
                arrangedGradients,
                order.visited,
                inputGradients,
                shape.steps(),
                shape.batch(),
                walk.inputs(),
                added ? 1 : 0));
      }
    }
  }

  String name(String task) {
    return task + Parameter.suffix(walk.layer(), walk.reverse());
  }

  private int gateStride() {
    return keepGates ? shape.batch() * 4 * layout.hidden() : 0;
  }

  /** How one step goes. */
  private sealed interface Cell {
    void addForward(PlanGraph graph, FloatArray parameters, boolean dropout);

    void addBackward(PlanGraph graph, Backward backward);

    /** What the recurrent products of r and z multiply: [T · batch][H]. */
    Gradients.Operand operand();

    /** What the backward pass reads beside gates and states. */
    Stream<Object> kept();
  }

  /** σ, σ, tanh: the kernels of the set. */
  private final class Standard implements Cell {

    @Override
    public void addForward(PlanGraph graph, FloatArray parameters, boolean dropout) {
      KernelSet kernels = shape.kernels();
      boolean after = layout.config().reset() == ResetPlacement.AFTER;
      int steps = shape.steps();
      int batch = shape.batch();
      int hidden = layout.hidden();
      switch (kernels.recurrence()) {
        case Recurrence.Loops loops ->
            graph.loop(
                batch,
                new TaskPackage(
                    name("forward"),
                    after ? loops.forwardAfter() : loops.forwardBefore(),
                    rows,
                    table,
                    parameters,
                    initialState,
                    states,
                    gates,
                    walk.recurrentAt(),
                    steps,
                    batch,
                    hidden,
                    gateStride()));
        case Recurrence.Groups grouped -> {
          graph.groups(
              grouped,
              batch / kernels.rowTile(),
              hidden,
              new TaskPackage(
                  name("forward"),
                  after ? grouped.forwardAfter() : grouped.forwardBefore(),
                  new KernelContext(),
                  rows,
                  table,
                  parameters,
                  initialState,
                  states,
                  gates,
                  walk.recurrentAt(),
                  steps,
                  batch,
                  hidden,
                  gateStride()));
        }
      }
    }

    @Override
    public void addBackward(PlanGraph graph, Backward backward) {
      KernelSet kernels = shape.kernels();
      boolean after = layout.config().reset() == ResetPlacement.AFTER;
      int batch = shape.batch();
      int hidden = layout.hidden();
      switch (kernels.recurrence()) {
        case Recurrence.Loops loops ->
            graph.loop(
                batch,
                new TaskPackage(
                    name("backward"),
                    after ? loops.backwardAfter() : loops.backwardBefore(),
                    gates,
                    states,
                    backward.recurrentTransposed,
                    backward.stateGradients,
                    backward.initialStateGradient,
                    shape.steps(),
                    batch,
                    hidden));
        case Recurrence.Groups grouped -> {
          graph.groups(
              grouped,
              batch / kernels.rowTile(),
              hidden,
              new TaskPackage(
                  name("backward"),
                  after ? grouped.backwardAfter() : grouped.backwardBefore(),
                  new KernelContext(),
                  gates,
                  states,
                  backward.recurrentTransposed,
                  backward.stateGradients,
                  backward.initialStateGradient,
                  shape.steps(),
                  batch,
                  hidden));
        }
      }
    }

    @Override
    public Gradients.Operand operand() {
      return new Gradients.Operand(states, 0, layout.hidden());
    }

    @Override
    public Stream<Object> kept() {
      return Stream.of();
    }
  }

  /** Any other cell: the annotated loops, which know them all. */
  private final class Variant implements Cell {
    private final FloatArray slopes;
    private final FloatArray operands;
    private final FloatArray ones;

    /** Null without recurrent dropout. */
    private final DropoutMask mask;

    private final FloatArray functions;

    Variant(GruStage.Shared shared) {
      int hidden = layout.hidden();
      long positions = keepGates ? shape.positions() : shape.batch();
      slopes = shape.floats(positions, 3L * hidden);
      operands = shape.floats(positions, hidden);
      ones = shape.floats(shape.batch(), hidden);
      ones.init(1f);
      GruConfig config = layout.config();
      mask =
          config.recurrentDropout() > 0
              ? shared.mask(
                  1 + config.layers() + layout.walks().indexOf(walk),
                  config.recurrentDropout(),
                  shape.batch(),
                  hidden)
              : null;
      ActivationFunction f = config.gateActivation();
      ActivationFunction g = config.candidateActivation();
      functions =
          HostArrays.of(
              f.kind().code(),
              f.alpha(),
              f.beta(),
              g.kind().code(),
              g.alpha(),
              g.beta(),
              Math.min(config.clip(), Float.MAX_VALUE)); // devices compile without infinity
    }

    @Override
    public void addForward(PlanGraph graph, FloatArray parameters, boolean dropout) {
      GruConfig config = layout.config();
      boolean after = config.reset() == ResetPlacement.AFTER;
      boolean drops = dropout && mask != null;
      if (drops) {
        mask.addDraw(graph, name("drawRecurrent"));
      }
      int gating = (config.gating().resets() ? 1 : 0) + (config.gating().updates() ? 2 : 0);
      graph.uploadOnce(functions, ones);
      graph.loop(
          shape.batch(),
          new TaskPackage(
              name("forward"),
              after ? VariantForward::variantAfter : VariantForward::variantBefore,
              rows,
              table,
              parameters,
              initialState,
              states,
              gates,
              slopes,
              operands,
              drops ? mask.multipliers() : ones,
              functions,
              walk.recurrentAt(),
              shape.steps(),
              shape.batch(),
              layout.hidden(),
              gateStride(),
              gating,
              config.hiddenSize()));
    }

    @Override
    public void addBackward(PlanGraph graph, Backward backward) {
      FloatArray used = multipliersInUse();
      if (layout.config().reset() == ResetPlacement.AFTER) {
        graph.loop(
            shape.batch(),
            new TaskPackage(
                name("backward"),
                VariantBackward::variantAfter,
                gates,
                slopes,
                states,
                used,
                backward.recurrentTransposed,
                backward.stateGradients,
                backward.initialStateGradient,
                shape.steps(),
                shape.batch(),
                layout.hidden()));
      } else {
        graph.loop(
            shape.batch(),
            new TaskPackage(
                name("backward"),
                VariantBackward::variantBefore,
                gates,
                slopes,
                operands,
                states,
                used,
                backward.recurrentTransposed,
                backward.stateGradients,
                backward.initialStateGradient,
                shape.steps(),
                shape.batch(),
                layout.hidden()));
      }
    }

    @Override
    public Gradients.Operand operand() {
      return new Gradients.Operand(operands, 0, layout.hidden());
    }

    @Override
    public Stream<Object> kept() {
      return Stream.of(slopes, operands, multipliersInUse());
    }

    private FloatArray multipliersInUse() {
      return mask == null ? ones : mask.multipliers();
    }
  }
}
