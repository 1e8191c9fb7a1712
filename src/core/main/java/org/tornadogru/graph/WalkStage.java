package org.tornadogru.graph;

import java.util.function.Function;
import java.util.stream.Stream;
import org.tornadogru.kernels.Arrangement;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.ResetPlacement;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * One walk through the sequences: a layer in one direction, forward and backward.
 *
 * <pre>
 *  one-hot tokens ──▶ inputTable ──────┐
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
  private final WalkBuffers buffers;
  private final Cell cell;

  /** [T · batch][I], in the order of the walk; null if that is the order of the inputs. */
  private final FloatArray arrangedInputs;

  WalkStage(GruStage.Shared shared, WalkLayout walk) {
    this.walk = walk;
    layout = shared.layout();
    shape = shared.shape();
    order = shared.orders().get(walk.walk());
    buffers = WalkBuffers.of(shared, walk);
    cell = Cell.of(shared, buffers);
    arrangedInputs =
        shared.isArranged(walk.walk()) && !walk.lookUp()
            ? shape.floats(shape.positions(), walk.inputs())
            : null;
  }

  /** Where the walk begins, [batch][H]. */
  FloatArray initialState() {
    return buffers.initialState();
  }

  /** What its kernels read and write. */
  WalkBuffers buffers() {
    return buffers;
  }

  /** What a backward pass in another graph reads of the forward pass. */
  Stream<Object> kept() {
    Stream<Object> own = Stream.of(buffers.states(), buffers.gates());
    Stream<Object> tokens = walk.lookUp() ? Stream.of(buffers.rows()) : Stream.of();
    return Stream.of(tokens, own, Stream.ofNullable((Object) arrangedInputs), cell.kept())
        .flatMap(Function.identity());
  }

  /** The outputs, if the walk takes every step in the order of the input: [T · batch][H]. */
  Rows outputs() {
    return new Rows(buffers.states(), shape.batch());
  }

  /** The final states, if the walk takes every step: [batch][H]. */
  Rows finals() {
    return new Rows(buffers.states(), shape.positions());
  }

  /**
   * Adds the tasks of the forward pass.
   *
   * @param inputs [T · batch][I], in the order of the input; unused for one-hot tokens
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
              buffers.table(),
              walk.inputAt(),
              walk.inputs(),
              layout.gateColumns()));
    } else {
      if (arrangedInputs != null) {
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
      graph.add(
          kernels
              .linear()
              .launch(
                  name("project"),
                  taken.array(),
                  parameters,
                  buffers.table(),
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
    return arrangedInputs == null ? inputs : Rows.of(arrangedInputs);
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
            buffers.states(),
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
            buffers.states(),
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
          reachesInputs && arrangedInputs != null
              ? shape.floats(shape.positions(), walk.inputs())
              : null;
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
                shape.kernels().orderBackward().collect(),
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
      graph.add(
          shape
              .kernels()
              .transpose()
              .launch(
                  name("transposeRecurrent"),
                  parameters,
                  recurrentTransposed,
                  walk.recurrentAt(),
                  layout.hidden(),
                  layout.gateColumns()));
      cell.addBackward(graph, recurrentTransposed, stateGradients, initialStateGradient);
    }

    /**
     * Adds the gradients of the walk's parameters.
     *
     * @param inputs as in the forward pass
     */
    void addWeightGradients(PlanGraph graph, Gradients gradients, Rows inputs) {
      int hidden = layout.hidden();
      Gradients.Operand resetUpdateCandidate =
          new Gradients.Operand(buffers.gates(), 0, 4 * hidden);
      if (walk.lookUp()) {
        gradients.addLookUp(graph, name("lookUpGradient"), buffers.rows(), buffers.gates(), walk);
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
      Gradients.Operand candidate = new Gradients.Operand(buffers.gates(), 2 * hidden, 4 * hidden);
      Gradients.Operand product = new Gradients.Operand(buffers.gates(), 3 * hidden, 4 * hidden);
      gradients.addAffine(
          graph,
          name("candidateGradient"),
          after ? cell.operand() : product,
          after ? product : candidate,
          walk.recurrentAt() + 2 * hidden * (hidden + 1),
          shape.positions(),
          hidden,
          hidden);
      gradients.addFrozenBiases(graph, walk);
    }

    /**
     * Adds the gradient of the inputs.
     *
     * @param inputGradients [T · batch][I], in the order of the input
     * @param added whether it comes on top of what is there
     */
    void addInputGradients(
        PlanGraph graph, FloatArray parameters, FloatArray inputGradients, boolean added) {
      graph.add(
          shape
              .kernels()
              .transpose()
              .launch(
                  name("transposeInput"),
                  parameters,
                  inputTransposed,
                  walk.inputAt(),
                  walk.inputs(),
                  layout.gateColumns()));
      graph.add(
          shape
              .kernels()
              .linearBackward()
              .launch(
                  name("projectBackward"),
                  buffers.gates(),
                  inputTransposed,
                  arrangedGradients == null ? inputGradients : arrangedGradients,
                  shape.positions(),
                  walk.inputs(),
                  layout.gateColumns(),
                  4 * layout.hidden()));
      if (arrangedGradients != null) {
        graph.loop(
            shape.batch(),
            walk.inputs(),
            new TaskPackage(
                name("arrangeBackward"),
                shape.kernels().orderBackward().arrange(),
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
    return buffers.name(task);
  }
}
