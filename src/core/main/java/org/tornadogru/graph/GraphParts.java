package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Touch;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/**
 * A graph in as many as TornadoVM needs, to be executed one after the other: what is repeated is a
 * part of its own, and one part has no more than TornadoVM describes. Each takes from the one
 * before what was used so far and will be used again, and what is resident.
 */
final class GraphParts {

  /** TornadoVM's own bounds, 256 tasks and the size of its code for them, are not reached. */
  private static final int MOST_TASKS = 96;

  /** TornadoVM has room for 1024; what a part only takes and leaves has some too. */
  private static final int MOST_NODES = 800;

  /** Nodes of an array: for itself, its memory, the copy of it, and the end of it. */
  private static final int NODES_PER_ARRAY = 4;

  private final PlanGraph whole;

  GraphParts(PlanGraph whole) {
    this.whole = whole;
  }

  /** The parts in their order; the whole itself if it is the only one. */
  List<PlanGraph> parts() {
    Set<Object> rewritten = rewriteResults();
    List<PlanGraph> parts = split();
    if (parts.size() <= 1) {
      parts.forEach(only -> whole.times = only.times);
      return List.of(whole);
    }
    whole.downloaded.stream()
        .filter(each -> !rewritten.contains(each))
        .forEach(result -> rewriteInLast(parts, result));
    parts.getFirst().consumed.putAll(whole.consumed);
    Set<Object> known = new LinkedHashSet<>();
    whole.consumed.values().forEach(known::addAll);
    for (int index = 0; index < parts.size(); index++) {
      PlanGraph part = parts.get(index);
      if (index > 0) {
        part.consume(known.toArray());
      }
      Set<Object> used = part.arguments();
      Set<Object> later = new LinkedHashSet<>();
      parts.subList(index + 1, parts.size()).forEach(next -> later.addAll(next.arguments()));
      copy(whole.uploadedOnce, used, known, part.uploadedOnce);
      copy(whole.uploaded, used, known, part.uploaded);
      copy(whole.carried, used, known, part.carried);
      copy(whole.downloaded, used, later, part.downloaded);
      copy(whole.onDemand, used, later, part.onDemand);
      known.addAll(used);
      if (part.times > 1) { // it is the part before, too
        part.persist(known.toArray());
      }
      later.addAll(whole.persistent);
      known.retainAll(later);
      part.persist(known.toArray());
    }
    return parts;
  }

  /** TornadoVM downloads only what a part writes: the last one that uses it may only read it. */
  private static void rewriteInLast(List<PlanGraph> parts, Object result) {
    List<PlanGraph> using =
        parts.stream().filter(part -> part.arguments().contains(result)).toList();
    if (using.size() > 1) {
      rewrite(using.getLast(), result);
    }
  }

  /**
   * Of what is repeated, TornadoVM downloads what a task behind it writes, too.
   *
   * @return those for which there is one
   */
  private Set<Object> rewriteResults() {
    Set<Object> results = new LinkedHashSet<>();
    for (PlanGraph.Repetition repetition : whole.repetitions) {
      results.addAll(
          PlanGraph.arguments(whole.launches.subList(repetition.first(), repetition.end())));
    }
    results.retainAll(whole.downloaded);
    results.forEach(result -> rewrite(whole, result));
    return results;
  }

  private static void rewrite(PlanGraph graph, Object result) {
    String id = "result" + graph.launches.size();
    graph.loop(
        1,
        result instanceof IntArray ints
            ? new TaskPackage(id, Touch::rewriteInts, ints)
            : new TaskPackage(id, Touch::rewrite, (FloatArray) result));
  }

  /** The tasks alone, in parts. */
  private List<PlanGraph> split() {
    List<PlanGraph> parts = new ArrayList<>();
    int nodes = 0;
    PlanGraph.Repetition previous = null;
    Set<Object> seen = new LinkedHashSet<>();
    for (int index = 0; index < whole.launches.size(); index++) {
      Launch launch = whole.launches.get(index);
      PlanGraph.Repetition repetition = repetitionOf(index);
      nodes += nodes(launch, seen);
      boolean isFull =
          !parts.isEmpty() && (parts.getLast().launches.size() == MOST_TASKS || nodes > MOST_NODES);
      if (parts.isEmpty()
          || !Objects.equals(repetition, previous)
          || (repetition == null && isFull)) {
        parts.add(
            new PlanGraph(
                parts.isEmpty() ? whole.name() : whole.name() + "_" + (parts.size() + 1)));
        parts.getLast().times = repetition == null ? 1 : repetition.times();
        seen.clear();
        nodes = nodes(launch, seen);
      }
      parts.getLast().launches.add(launch);
      previous = repetition;
    }
    return parts;
  }

  /** Null for a task that is executed once. */
  private PlanGraph.Repetition repetitionOf(int launch) {
    return whole.repetitions.stream()
        .filter(each -> each.first() <= launch && launch < each.end())
        .findFirst()
        .orElse(null);
  }

  /** At most how many nodes a task adds to TornadoVM's graph. */
  private static int nodes(Launch launch, Set<Object> seen) {
    Object[] arguments = launch.task().getTaskParameters();
    long arrays =
        Stream.of(arguments).filter(TornadoNativeArray.class::isInstance).filter(seen::add).count();
    return 1 + arguments.length + NODES_PER_ARRAY * (int) arrays;
  }

  /** What a part uses, and others do not. */
  private static void copy(Set<Object> all, Set<Object> used, Set<Object> others, Set<Object> to) {
    all.stream().filter(used::contains).filter(each -> !others.contains(each)).forEach(to::add);
  }
}
