package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task18;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * The kernels of a set that walk through time as work-groups: each takes the context of its
 * work-item, then what the loop in whose place it runs takes.
 *
 * <p>A forward or backward pass has a group for each {@link #ROWS} rows of the batch, generation
 * one for each stream.
 *
 * @param <B> as in {@link KernelSet}
 */
public record GroupKernels<B>(
    Task12<KernelContext, IntArray, B, B, B, B, B, Integer, Integer, Integer, Integer, Integer>
        forwardAfter,
    Task12<KernelContext, IntArray, B, B, B, B, B, Integer, Integer, Integer, Integer, Integer>
        forwardBefore,
    Task9<KernelContext, B, B, B, B, B, Integer, Integer, Integer> backwardAfter,
    Task9<KernelContext, B, B, B, B, B, Integer, Integer, Integer> backwardBefore,
    Task18<
            KernelContext,
            IntArray,
            FloatArray,
            B,
            B,
            B,
            IntArray,
            B,
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
        write) {

  /** Rows of a batch per group: how often a weight is used once it is read. */
  static final int ROWS = 4;

  /** What every GPU can take. */
  private static final int LARGEST_GROUP = 256;

  /** Floats in local memory per unit and row: the backward pass keeps three gradients. */
  private static final int LOCAL_FLOATS = 3;

  /** Work-items per group: one per unit, up to what devices can take. */
  public int groupSize(int hidden) {
    return Math.min(hidden, LARGEST_GROUP);
  }

  /** Bytes of local memory that a group needs at most. */
  public long localMemory(int hidden) {
    return (long) LOCAL_FLOATS * ROWS * hidden * Float.BYTES;
  }

  /** One of four values; a device has no arrays of registers. */
  static float pick(int i, float value0, float value1, float value2, float value3) {
    float low = i == 0 ? value0 : value1;
    float high = i == 2 ? value2 : value3;
    return i < 2 ? low : high;
  }
}
