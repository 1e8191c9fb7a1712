package uk.ac.manchester.tornado.api;

import java.util.List;

/** A task graph that cannot change any more. */
public class ImmutableTaskGraph {

  private final String name;
  private final List<GraphStep> steps;

  ImmutableTaskGraph(String name, List<GraphStep> steps) {
    this.name = name;
    this.steps = List.copyOf(steps);
  }

  String name() {
    return name;
  }

  List<GraphStep> steps() {
    return steps;
  }
}
