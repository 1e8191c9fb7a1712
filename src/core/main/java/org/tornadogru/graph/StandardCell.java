package org.tornadogru.graph;

import java.util.stream.Stream;
import org.tornadogru.kernels.GruBackward;
import org.tornadogru.kernels.GruForward;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Recurrence;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** σ, σ, tanh: the kernels of the set. */
record StandardCell(WalkBuffers walk, WalkWay way) implements Cell {

  @Override
  public void addForward(PlanGraph graph, FloatArray parameters, boolean dropout) {
    DeviceShape shape = walk.shape();
    int hidden = walk.layout().hidden();
    GruForward.Arguments arguments =
        new GruForward.Arguments(
            walk.rows(),
            walk.table(),
            parameters,
            walk.initialState(),
            walk.states(),
            walk.gates(),
            walk.walk().recurrentAt(),
            shape.steps(),
            shape.batch(),
            hidden,
            walk.gateStride(),
            walk.layout().resetBefore());
    if (way == WalkWay.SEQUENCE) {
      addSequence(graph, arguments.task(walk.name("forward"), shape.kernels().recurrence()));
    } else {
      WalkSteps.add(
          graph,
          walk,
          "forward",
          (id, turn, next) ->
              Launch.loop(shape.batch() * hidden, arguments.begin(id, steps(), turn, next)),
          (id, launch, turn, next) -> step(arguments.next(id, steps(), launch, turn, next)));
    }
  }

  @Override
  public void addBackward(
      PlanGraph graph,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient) {
    DeviceShape shape = walk.shape();
    int hidden = walk.layout().hidden();
    GruBackward.Arguments arguments =
        new GruBackward.Arguments(
            walk.gates(),
            walk.states(),
            transposed,
            stateGradients,
            initialStateGradient,
            shape.steps(),
            shape.batch(),
            hidden,
            walk.layout().resetBefore());
    if (way == WalkWay.SEQUENCE) {
      addSequence(graph, arguments.task(walk.name("backward"), shape.kernels().recurrence()));
    } else {
      WalkSteps.add(
          graph,
          walk,
          "backward",
          (id, turn, next) ->
              Launch.loop(shape.batch(), hidden, arguments.begin(id, steps(), turn, next)),
          (id, launch, turn, next) -> step(arguments.next(id, steps(), launch, turn, next)));
    }
  }

  private void addSequence(PlanGraph graph, TaskPackage task) {
    KernelSet kernels = walk.shape().kernels();
    int batch = walk.shape().batch();
    graph.add(
        kernels
            .recurrence()
            .launch(task, batch, batch / kernels.rowTile(), walk.layout().hidden()));
  }

  private Recurrence.Steps steps() {
    return ((Recurrence.Groups) walk.shape().kernels().recurrence()).steps();
  }

  /** A task of one step, or half of it, for all rows and units. */
  private Launch step(TaskPackage task) {
    return steps().spread().launch(task, walk.shape().batch(), walk.layout().hidden());
  }

  @Override
  public Gradients.Operand operand() {
    return new Gradients.Operand(walk.states(), 0, walk.layout().hidden());
  }

  @Override
  public Stream<Object> kept() {
    return Stream.of();
  }
}
