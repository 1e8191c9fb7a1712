package org.tornadogru.kernels;

/** The kernels of a set that walk through time: one launch per sequence. */
public sealed interface Recurrence {

  /** Parallel loops, from which TornadoVM makes the grid. */
  record Loops(GruForward.Loop forward, GruBackward.Loop backward, TextGeneration.Loop write)
      implements Recurrence {}

  /**
   * Work-groups that share local memory: each kernel takes the context of its work-item, then what
   * its loop takes. A forward or backward pass has a group for each row tile of the set, generation
   * one.
   *
   * @param largestGroup work-items per group at most; there is one per hidden unit up to that
   * @param localFloats floats of local memory that a group needs at most, per hidden unit
   */
  record Groups(
      int largestGroup,
      int localFloats,
      GruForward.Group forward,
      GruBackward.Group backward,
      TextGeneration.Group write)
      implements Recurrence {

    /** Work-items per group. */
    public int groupSize(int hidden) {
      return Math.min(hidden, largestGroup);
    }
  }
}
