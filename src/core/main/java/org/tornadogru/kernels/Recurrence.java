package org.tornadogru.kernels;

import java.util.function.IntUnaryOperator;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** The kernels of a set that walk through time. */
public sealed interface Recurrence {

  /**
   * What walks through a whole sequence at once, or writes a text.
   *
   * @param task of one of the set's kernels
   * @param rows of the batch
   * @param groups how many of work-groups, if the set has them
   * @param hidden units that each group shares out among its work-items
   */
  Launch launch(TaskPackage task, int rows, int groups, int hidden);

  /** Parallel loops, from which TornadoVM makes the grid: one launch per sequence. */
  record Loops(GruForward.Loop forward, GruBackward.Loop backward, TextGeneration.Loop write)
      implements Recurrence {

    @Override
    public Launch launch(TaskPackage task, int rows, int groups, int hidden) {
      return Launch.loop(rows, task);
    }
  }

  /**
   * Work-groups that share local memory: each kernel takes the context of its work-item, then what
   * its loop takes. A forward or backward pass has a group for each row tile of the set, generation
   * one.
   *
   * @param largestGroup work-items per group at most; there is one per hidden unit up to that
   * @param localFloats floats of local memory that a group needs at most, by hidden units
   * @param steps the same walks in a launch per step
   */
  record Groups(
      int largestGroup,
      IntUnaryOperator localFloats,
      GruForward.Group forward,
      GruBackward.Group backward,
      TextGeneration.Group write,
      Steps steps)
      implements Recurrence {

    @Override
    public Launch.Groups launch(TaskPackage task, int rows, int groups, int hidden) {
      int size = Math.min(hidden, largestGroup);
      return new Launch.Groups(task, groups, 1, size, localFloats.applyAsInt(hidden));
    }

    /** Bytes of local memory that a group needs at most. */
    public long localMemory(int hidden) {
      return (long) localFloats.applyAsInt(hidden) * Float.BYTES;
    }
  }

  /**
   * Kernels that take one step per launch or, if the reset gate acts before the recurrent product,
   * a half of one. The launches of a walk are alike, or every other, so that a graph of a few can
   * be executed again and again: one counter says how many there were, and another the next launch
   * which is its own.
   *
   * @param spread of a task over all rows and units
   */
  record Steps(
      Spread spread,
      GruForward.Begin beginForward,
      GruForward.Step forward,
      GruBackward.Begin beginBackward,
      GruBackward.Step backward,
      TextGeneration.Turns turns) {

    /** The part of a launch that takes a whole step. */
    public static final int WHOLE = 0;

    /** That with the products of the reset and update gates. */
    public static final int GATES = 1;

    /** That with the product of the candidate: behind the other, on the way back before it. */
    public static final int CANDIDATE = 2;

    /** What the i-th launch of a forward walk takes. */
    public static int forwardPart(int launch, int resetBefore) {
      return resetBefore == 0 ? WHOLE : launch % 2 == 0 ? GATES : CANDIDATE;
    }

    /** What the i-th launch of a backward walk takes. */
    public static int backwardPart(int launch, int resetBefore) {
      return resetBefore == 0 ? WHOLE : launch % 2 == 0 ? CANDIDATE : GATES;
    }

    /** Gives a task its work-groups. */
    @FunctionalInterface
    public interface Spread {

      /** For all rows of the batch and all units. */
      Launch launch(TaskPackage task, int batch, int hidden);
    }
  }
}
