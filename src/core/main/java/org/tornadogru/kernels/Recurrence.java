package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task17;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task18;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** The kernels of a set that walk through time: one launch per sequence. */
public sealed interface Recurrence {

  /**
   * Parallel loops, from which TornadoVM makes the grid.
   *
   * @param forwardAfter {@link GruForward#resetAfter}
   * @param forwardBefore {@link GruForward#resetBefore}
   * @param backwardAfter {@link GruBackward#resetAfter}
   * @param backwardBefore {@link GruBackward#resetBefore}
   * @param write {@link TextGeneration#write}
   */
  record Loops(
      Task11<
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          forwardAfter,
      Task11<
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          forwardBefore,
      Task8<FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, Integer, Integer, Integer>
          backwardAfter,
      Task8<FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, Integer, Integer, Integer>
          backwardBefore,
      Task17<
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              IntArray,
              FloatArray,
              FloatArray,
              IntArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          write)
      implements Recurrence {}

  /**
   * Work-groups that share local memory: each kernel takes the context of its work-item, then what
   * its loop takes. A forward or backward pass has a group for each row tile of the set, generation
   * one for each stream.
   *
   * @param largestGroup work-items per group at most; there is one per hidden unit up to that
   * @param localFloats floats of local memory that a group needs at most, per hidden unit
   */
  record Groups(
      int largestGroup,
      int localFloats,
      Task12<
              KernelContext,
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          forwardAfter,
      Task12<
              KernelContext,
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          forwardBefore,
      Task9<
              KernelContext,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer>
          backwardAfter,
      Task9<
              KernelContext,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              Integer,
              Integer,
              Integer>
          backwardBefore,
      Task18<
              KernelContext,
              IntArray,
              FloatArray,
              FloatArray,
              FloatArray,
              FloatArray,
              IntArray,
              FloatArray,
              FloatArray,
              IntArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          write)
      implements Recurrence {

    /** Work-items per group. */
    public int groupSize(int hidden) {
      return Math.min(hidden, largestGroup);
    }

    /** Bytes of local memory that a group needs at most. */
    public long localMemory(int hidden) {
      return (long) localFloats * hidden * Float.BYTES;
    }
  }
}
