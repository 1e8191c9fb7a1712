package org.tornadogru.graph;

import java.util.List;
import java.util.stream.Stream;
import org.tornadogru.kernels.GradientSum;
import org.tornadogru.optim.Adagrad;
import org.tornadogru.optim.Optimization;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What stays on the device from one execution to the next, whichever graph it is: every graph of a
 * plan takes it from the one before and leaves it for the next. On the host it lies while there is
 * no plan, and where {@link ExecutionPlan#download} brought it.
 *
 * @param parameters [parameters]
 * @param memory of the optimizer, [numbers][parameters]; null if it has none
 * @param averages of the parameters; null if none are kept
 * @param sum of the gradients of several batches; null without optimizer
 * @param summedTargets [1], what they were summed over; null without optimizer
 */
record Residents(
    FloatArray parameters,
    FloatArray memory,
    FloatArray averages,
    FloatArray sum,
    FloatArray summedTargets) {

  /**
   * Those of a model.
   *
   * @param optimization null for a model that is not trained
   */
  static Residents of(FloatArray parameters, Optimization optimization) {
    if (optimization == null) {
      return new Residents(parameters, null, null, null, null);
    }
    int size = parameters.getSize();
    int numbers = UpdateStage.memory(optimization);
    FloatArray memory = numbers == 0 ? null : HostArrays.floats(Math.multiplyExact(numbers, size));
    if (optimization.optimizer() instanceof Adagrad adagrad) {
      for (int index = 0; index < size; index++) {
        memory.set(index, adagrad.initialAccumulator());
      }
    }
    FloatArray averages = optimization.averaging() == 0 ? null : HostArrays.floats(size);
    if (averages != null) {
      for (int index = 0; index < size; index++) {
        averages.set(index, parameters.get(index));
      }
    }
    return new Residents(
        parameters, memory, averages, HostArrays.floats(size), HostArrays.floats(1));
  }

  /** What the host has too. */
  FloatArray[] kept() {
    return Stream.of(parameters, memory, averages)
        .filter(each -> each != null)
        .toArray(FloatArray[]::new);
  }

  private Object[] all() {
    return Stream.of(parameters, memory, averages, sum, summedTargets)
        .filter(each -> each != null)
        .toArray();
  }

  /** The graph that brings them to the device: the first of a plan to be executed. */
  PlanGraph loadGraph() {
    PlanGraph load = new PlanGraph("load").upload((Object[]) kept());
    load.loop(1, PlanGraph.touch("touchResidents", List.of(kept())));
    if (sum != null) {
      addClear(load);
    }
    return load.persist(all()).downloadOnDemand(all());
  }

  /** Adds what begins a new sum. */
  void addClear(PlanGraph graph) {
    graph.loop(
        sum.getSize(),
        new TaskPackage("clear", GradientSum::clear, sum, summedTargets, sum.getSize()));
  }

  /** Lets a graph use them and leave them. */
  PlanGraph passThrough(PlanGraph graph) {
    return graph.consume(all()).persist(all());
  }
}
