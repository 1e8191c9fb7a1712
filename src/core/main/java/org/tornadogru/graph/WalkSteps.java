package org.tornadogru.graph;

import org.tornadogru.kernels.Launch;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The tasks of a walk in {@linkplain WalkWay#STEPS a launch per step}, or per half of one. They are
 * alike, or every other, so that a few of them are executed again and again.
 */
final class WalkSteps {

  /**
   * Launches in a graph that is repeated at most: each is a kernel to compile, and each execution
   * of the graph some calls of the host.
   */
  private static final int MOST_LAUNCHES = 8;

  private WalkSteps() {}

  /** The task before the first step. */
  @FunctionalInterface
  interface Begin {

    /**
     * Of two counters of launches, [1], that of even ones and that of odd ones, which count on from
     * each other.
     */
    Launch of(String id, IntArray turn, IntArray next);
  }

  /** The task of one step, or half of it. */
  @FunctionalInterface
  interface Step {

    /** Of its place among those that are repeated, and of its own counter and the next one's. */
    Launch of(String id, int launch, IntArray turn, IntArray next);
  }

  /**
   * Adds all steps.
   *
   * @param pass forward or backward
   */
  static void add(PlanGraph graph, WalkBuffers walk, String pass, Begin begin, Step step) {
    IntArray even = HostArrays.ints(1);
    IntArray odd = HostArrays.ints(1);
    graph.add(begin.of(walk.name("begin" + capitalized(pass)), even, odd));
    int all = walk.shape().steps() * (1 + walk.layout().resetBefore());
    graph.repeat(
        Math.ceilDiv(all, 2),
        MOST_LAUNCHES / 2,
        (repeated, pair) -> {
          int first = 2 * pair;
          repeated.add(step.of(walk.name(pass + first), first, even, odd));
          repeated.add(step.of(walk.name(pass + (first + 1)), first + 1, odd, even));
        });
  }

  private static String capitalized(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
