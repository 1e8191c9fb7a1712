package org.tornadogru.graph;

import java.util.stream.Stream;
import org.tornadogru.kernels.GruBackward;
import org.tornadogru.kernels.GruForward;
import org.tornadogru.kernels.KernelSet;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** σ, σ, tanh: the kernels of the set. */
record StandardCell(WalkBuffers walk) implements Cell {

  @Override
  public void addForward(PlanGraph graph, FloatArray parameters, boolean dropout) {
    DeviceShape shape = walk.shape();
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
            walk.layout().hidden(),
            walk.gateStride(),
            walk.layout().resetBefore());
    KernelSet kernels = shape.kernels();
    graph.recurrence(
        kernels.recurrence(),
        shape.batch(),
        shape.batch() / kernels.rowTile(),
        walk.layout().hidden(),
        arguments.task(walk.name("forward"), kernels.recurrence()));
  }

  @Override
  public void addBackward(
      PlanGraph graph,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient) {
    DeviceShape shape = walk.shape();
    GruBackward.Arguments arguments =
        new GruBackward.Arguments(
            walk.gates(),
            walk.states(),
            transposed,
            stateGradients,
            initialStateGradient,
            shape.steps(),
            shape.batch(),
            walk.layout().hidden(),
            walk.layout().resetBefore());
    KernelSet kernels = shape.kernels();
    graph.recurrence(
        kernels.recurrence(),
        shape.batch(),
        shape.batch() / kernels.rowTile(),
        walk.layout().hidden(),
        arguments.task(walk.name("backward"), kernels.recurrence()));
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
