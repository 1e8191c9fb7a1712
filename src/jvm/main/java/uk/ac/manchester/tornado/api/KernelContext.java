package uk.ac.manchester.tornado.api;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a work-item knows about itself, and what it shares with its work-group. A program makes one
 * and passes it to a task, which gets another one for each work-item; the grid comes from {@link
 * TornadoExecutionPlan#withGridScheduler}.
 */
public class KernelContext {

  private static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle ATOMIC_FLOAT = ValueLayout.JAVA_FLOAT.varHandle();

  public final Integer globalIdx;
  public final Integer globalIdy;
  public final Integer globalIdz;
  public final Integer groupIdx;
  public final Integer groupIdy;
  public final Integer groupIdz;
  public final Integer localIdx;
  public final Integer localIdy;
  public final Integer localIdz;

  /** Work-items of the grid along x. */
  public final Integer globalGroupSizeX;

  public final Integer globalGroupSizeY;
  public final Integer globalGroupSizeZ;

  /** Work-items of a group along x. */
  public final Integer localGroupSizeX;

  public final Integer localGroupSizeY;
  public final Integer localGroupSizeZ;

  private final WorkGroup group;
  private final int item;
  private int localArrays;

  /** The only work-item of its grid. */
  public KernelContext() {
    this(new WorkGroup(ThreadGrid.of(null, ""), 0, 0, 0, arguments -> {}, new Object[0]), 0);
  }

  /**
   * @param item counts the work-items of the group along x first, then y, then z
   */
  KernelContext(WorkGroup group, int item) {
    this.group = group;
    this.item = item;
    int[] global = group.grid().global();
    int[] local = group.grid().local();
    localIdx = item % local[0];
    localIdy = item / local[0] % local[1];
    localIdz = item / (local[0] * local[1]);
    groupIdx = group.x;
    groupIdy = group.y;
    groupIdz = group.z;
    globalIdx = groupIdx * local[0] + localIdx;
    globalIdy = groupIdy * local[1] + localIdy;
    globalIdz = groupIdz * local[2] + localIdz;
    globalGroupSizeX = global[0];
    globalGroupSizeY = global[1];
    globalGroupSizeZ = global[2];
    localGroupSizeX = local[0];
    localGroupSizeY = local[1];
    localGroupSizeZ = local[2];
  }

  /** Waits for all work-items of the group; what they wrote to local memory is visible then. */
  public void localBarrier() {
    group.barrier(item);
  }

  /** Waits for all work-items of the group; what they wrote to global memory is visible then. */
  public void globalBarrier() {
    group.barrier(item);
  }

  public float[] allocateFloatLocalArray(int size) {
    return localArray(float[].class, size, array -> Arrays.fill(array, Float.NaN));
  }

  public double[] allocateDoubleLocalArray(int size) {
    return localArray(double[].class, size, array -> Arrays.fill(array, Double.NaN));
  }

  public int[] allocateIntLocalArray(int size) {
    return localArray(int[].class, size, array -> Arrays.fill(array, Poison.INT));
  }

  public long[] allocateLongLocalArray(int size) {
    return localArray(long[].class, size, array -> Arrays.fill(array, Poison.LONG));
  }

  public byte[] allocateByteLocalArray(int size) {
    return localArray(byte[].class, size, array -> Arrays.fill(array, Poison.BYTE));
  }

  public HalfFloat[] allocateHalfFloatLocalArray(int size) {
    HalfFloat poison = new HalfFloat(Float.NaN);
    return localArray(HalfFloat[].class, size, array -> Arrays.fill(array, poison));
  }

  private <A> A localArray(Class<A> type, int size, Consumer<A> poison) {
    return group.localArray(localArrays++, type, size, poison);
  }

  public void atomicAdd(IntArray array, int index, int value) {
    ATOMIC_INT.getAndAdd(array.getSegment(), (long) index * Integer.BYTES, value);
  }

  public void atomicAdd(int[] array, int index, int value) {
    ATOMIC_INT.getAndAdd(MemorySegment.ofArray(array), (long) index * Integer.BYTES, value);
  }

  public void atomicAdd(FloatArray array, int index, float value) {
    MemorySegment segment = array.getSegment();
    long offset = (long) index * Float.BYTES;
    float old;
    do {
      old = (float) ATOMIC_FLOAT.getVolatile(segment, offset);
    } while (!ATOMIC_FLOAT.compareAndSet(segment, offset, old, old + value));
  }
}
