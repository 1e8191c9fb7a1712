package org.tornadogru.graph;

import java.util.stream.Stream;
import org.tornadogru.kernels.GruBackward;
import org.tornadogru.kernels.GruForward;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Recurrence;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** σ, σ, tanh: the kernels of the set. */
record StandardCell(WalkBuffers walk, WalkWay way) implements Cell {

  /**
   * Launches in a graph that is repeated at most: each is a kernel to compile, and each execution
   * of the graph some calls of the host.
   */
  private static final int MOST_LAUNCHES = 8;

  StandardCell(WalkBuffers walk) {
    this(walk, WalkWay.of(walk.shape().placement(), walk.name("walk"), walk.layout().hidden()));
  }

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
    if (way == WalkWay.SEQUENCE) {
      addSequence(graph, arguments.task(walk.name("forward"), shape.kernels().recurrence()));
    } else {
      Counters counters = new Counters();
      graph.loop(
          shape.batch() * walk.layout().hidden(),
          arguments.begin(walk.name("beginForward"), steps(), counters.even, counters.odd));
      addSteps(graph, "forward", counters, arguments::next);
    }
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
    if (way == WalkWay.SEQUENCE) {
      addSequence(graph, arguments.task(walk.name("backward"), shape.kernels().recurrence()));
    } else {
      Counters counters = new Counters();
      graph.loop(
          shape.batch(),
          walk.layout().hidden(),
          arguments.begin(walk.name("beginBackward"), steps(), counters.even, counters.odd));
      addSteps(graph, "backward", counters, arguments::next);
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

  /** How many launches there were, [1]: even and odd ones count on from each other. */
  private record Counters(IntArray even, IntArray odd) {
    Counters() {
      this(HostArrays.ints(1), HostArrays.ints(1));
    }
  }

  /** A task of one step, or half of it. */
  @FunctionalInterface
  private interface Step {
    TaskPackage of(String id, Recurrence.Steps kernels, int launch, IntArray turn, IntArray next);
  }

  /** Adds all steps: a few that are repeated. */
  private void addSteps(PlanGraph graph, String name, Counters counters, Step step) {
    Recurrence.Steps kernels = steps();
    int all = walk.shape().steps() * (1 + walk.layout().resetBefore());
    graph.repeat(
        Math.ceilDiv(all, 2),
        MOST_LAUNCHES / 2,
        (repeated, pair) -> {
          for (int i = 2 * pair; i < 2 * pair + 2; i++) {
            IntArray turn = i % 2 == 0 ? counters.even : counters.odd;
            IntArray next = i % 2 == 0 ? counters.odd : counters.even;
            TaskPackage task = step.of(walk.name(name + i), kernels, i, turn, next);
            repeated.add(kernels.launch(task, walk.shape().batch(), walk.layout().hidden()));
          }
        });
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
