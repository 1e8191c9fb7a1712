package uk.ac.manchester.tornado.api;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.BFloat16;
import uk.ac.manchester.tornado.api.types.FP8;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FP8Array;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.matrix.Matrix8x8Float;
import uk.ac.manchester.tornado.api.types.vectors.Half2;

/**
 * What a work-item knows about itself, and what it shares with its work-group. A program makes one
 * and passes it to a task, which gets another one for each work-item; the grid comes from {@link
 * TornadoExecutionPlan#withGridScheduler}.
 */
public class KernelContext {

  private static final VarHandle ATOMIC_INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle ATOMIC_LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle ATOMIC_FLOAT = ValueLayout.JAVA_FLOAT.varHandle();
  private static final VarHandle ATOMIC_DOUBLE = ValueLayout.JAVA_DOUBLE.varHandle();

  /** Rows and columns of what a SIMD group of Apple's devices multiplies at once. */
  private static final int TILE = 8;

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

  /** Counts the work-items of the group along x first, then y, then z. */
  private final int number;

  private int localArrays;

  /** The only work-item of its grid. */
  public KernelContext() {
    this(
        new WorkGroup(
            ThreadGrid.of(null, ""), 0, 0, 0, Order.WRITTEN, arguments -> {}, new Object[0]),
        0);
  }

  /**
   * @param item counts the work-items of the group as they run
   */
  KernelContext(WorkGroup group, int item) {
    this.group = group;
    this.item = item;
    number = group.number(item);
    int[] global = group.grid().global();
    int[] local = group.grid().local();
    localIdx = number % local[0];
    localIdy = number / local[0] % local[1];
    localIdz = number / (local[0] * local[1]);
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

  public Half2[] allocateHalf2LocalArray(int size) {
    Half2 poison = Half2.fromFloats(Float.NaN, Float.NaN);
    return localArray(Half2[].class, size, array -> Arrays.fill(array, poison));
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

  public void atomicAdd(LongArray array, int index, long value) {
    ATOMIC_LONG.getAndAdd(array.getSegment(), (long) index * Long.BYTES, value);
  }

  public void atomicAdd(FloatArray array, int index, float value) {
    MemorySegment segment = array.getSegment();
    long offset = (long) index * Float.BYTES;
    float old;
    do {
      old = (float) ATOMIC_FLOAT.getVolatile(segment, offset);
    } while (!ATOMIC_FLOAT.compareAndSet(segment, offset, old, old + value));
  }

  public void atomicAdd(DoubleArray array, int index, double value) {
    MemorySegment segment = array.getSegment();
    long offset = (long) index * Double.BYTES;
    double old;
    do {
      old = (double) ATOMIC_DOUBLE.getVolatile(segment, offset);
    } while (!ATOMIC_DOUBLE.compareAndSet(segment, offset, old, old + value));
  }

  private List<Object> exchange(Object mine) {
    return group.exchange(item, mine);
  }

  private int lane() {
    return number - WorkGroup.firstLane(number);
  }

  /** The sum over the SIMD group: 32 work-items in order of their numbers. */
  public float simdSum(float value) {
    float sum = 0;
    for (Object other : exchange(value)) {
      sum += (float) other;
    }
    return sum;
  }

  /** The value of the work-item that is so many lanes further; the last ones keep their own. */
  public float simdShuffleDown(float value, int delta) {
    List<Object> all = exchange(value);
    return lane() + delta < all.size() ? (float) all.get(lane() + delta) : value;
  }

  /** The value of the SIMD group's first work-item. */
  public float simdBroadcastFirst(float value) {
    return (float) exchange(value).getFirst();
  }

  /** c = a b, tiles of [8][8] with so many elements to a row, over a depth that 8 divides. */
  public void matrixMultiply8x8(
      FloatArray a,
      int aBase,
      int lda,
      FloatArray b,
      int bBase,
      int ldb,
      FloatArray c,
      int cBase,
      int ldc,
      int k) {
    Matrix8x8Float sum = simdgroupMatrixZero();
    for (int step = 0; step < k; step += TILE) {
      Matrix8x8Float left = simdgroupMatrixLoad(a, aBase + step, lda);
      Matrix8x8Float right = simdgroupMatrixLoad(b, bBase + step * ldb, ldb);
      sum = simdgroupMatrixMultiplyAccumulate(left, right, sum);
    }
    simdgroupMatrixStore(sum, c, cBase, ldc);
  }

  public Matrix8x8Float simdgroupMatrixZero() {
    return new Matrix8x8Float();
  }

  /** A tile whose rows are so many elements apart. */
  public Matrix8x8Float simdgroupMatrixLoad(FloatArray array, int base, int stride) {
    return tile((row, column) -> array.get(base + row * stride + column));
  }

  /** A tile of local memory whose rows are so many elements apart. */
  public Matrix8x8Float simdgroupMatrixLoad(float[] array, int base, int stride) {
    return tile((row, column) -> array[base + row * stride + column]);
  }

  /** a b + c. */
  public Matrix8x8Float simdgroupMatrixMultiplyAccumulate(
      Matrix8x8Float a, Matrix8x8Float b, Matrix8x8Float c) {
    return tile(
        (row, column) -> {
          float sum = c.get(row, column);
          for (int k = 0; k < TILE; k++) {
            sum += a.get(row, k) * b.get(k, column);
          }
          return sum;
        });
  }

  public void simdgroupMatrixStore(Matrix8x8Float tile, FloatArray array, int base, int stride) {
    for (int i = 0; i < TILE * TILE; i++) {
      array.set(base + i / TILE * stride + i % TILE, tile.values[i]);
    }
  }

  private static Matrix8x8Float tile(Elements elements) {
    Matrix8x8Float tile = new Matrix8x8Float();
    for (int i = 0; i < TILE * TILE; i++) {
      tile.values[i] = elements.get(i / TILE, i % TILE);
    }
    return tile;
  }

  private interface Elements {
    float get(int row, int column);
  }

  /** An element of a tile in local memory whose rows are turned, each by another count of bytes. */
  public HalfFloat swizzleLoadFp16Stride32(HalfFloat[] array, int row, int col, int stride) {
    return array[swizzled((row * stride + col) * Short.BYTES, 7, 4) / Short.BYTES];
  }

  public void swizzleStoreFp16Stride32(
      HalfFloat[] array, int row, int col, int stride, HalfFloat value) {
    array[swizzled((row * stride + col) * Short.BYTES, 7, 4) / Short.BYTES] = value;
  }

  /** The same for rows of half as many bytes. */
  public HalfFloat swizzleLoadFp16Stride16(HalfFloat[] array, int row, int col, int stride) {
    return array[swizzled((row * stride + col) * Short.BYTES, 6, 3) / Short.BYTES];
  }

  public void swizzleStoreFp16Stride16(
      HalfFloat[] array, int row, int col, int stride, HalfFloat value) {
    array[swizzled((row * stride + col) * Short.BYTES, 6, 3) / Short.BYTES] = value;
  }

  /** The same for bytes. */
  public byte swizzleLoadInt8(byte[] array, int row, int col, int stride) {
    return array[swizzled(row * stride + col, 7, 4)];
  }

  public void swizzleStoreInt8(byte[] array, int row, int col, int stride, byte value) {
    array[swizzled(row * stride + col, 7, 4)] = value;
  }

  private static int swizzled(int byteOffset, int source, int target) {
    return byteOffset ^ (((byteOffset >> source) & 7) << target);
  }

  /** A work-item's part of a sum of products of matrices: see {@link #mma}. */
  public float[] mmaFragment(float value) {
    return new float[] {value, value, value, value};
  }

  public int[] mmaFragmentInt(int value) {
    return new int[] {value, value, value, value};
  }

  public HalfFloat[] mmaLoadA(int[] tile, int depth) {
    return mmaLoadA(tile, depth, 0);
  }

  /** Its part of a tile [16][16] of halves, two to an int. */
  public HalfFloat[] mmaLoadA(int[] tile, int depth, int byteOffset) {
    return halves(MatrixFragments.OF_16_BITS.loadA(lane(), tile, byteOffset));
  }

  public HalfFloat[] mmaLoadB(int[] tile, int depth) {
    return mmaLoadB(tile, depth, 0);
  }

  /** Its part of a tile [16][8] of halves, two to an int. */
  public HalfFloat[] mmaLoadB(int[] tile, int depth, int byteOffset) {
    return halves(MatrixFragments.OF_16_BITS.loadB(lane(), tile, byteOffset));
  }

  public HalfFloat[] mmaLoadBSwizzled(HalfFloat[] tile, int depth) {
    return mmaLoadBSwizzled(tile, depth, 0);
  }

  /** Its part of a tile [16][8] that was written with {@link #swizzleStoreFp16Stride32}. */
  public HalfFloat[] mmaLoadBSwizzled(HalfFloat[] tile, int depth, int byteOffset) {
    int[] plain = new int[Short.BYTES * TILE * TILE / 2];
    for (int i = 0; i < 2 * plain.length; i++) {
      int position = (byteOffset + swizzled(i * Short.BYTES, 7, 4)) / Short.BYTES;
      int bits = Short.toUnsignedInt(tile[position].getHalfFloatValue());
      plain[i / 2] |= bits << (Short.SIZE * (i % 2));
    }
    return mmaLoadB(plain, depth);
  }

  /** Writes into a tile so many bytes further, for {@link #mmaLoadBSwizzled}. */
  public void mmaStoreBSwizzled(
      HalfFloat[] array, int row, int col, int stride, HalfFloat value, int byteOffset) {
    int position = byteOffset + swizzled((row * stride + col) * Short.BYTES, 7, 4);
    array[position / Short.BYTES] = value;
  }

  /** Its part of a tile [16][32] of bytes, four to an int. */
  public byte[] mmaLoadAInt8(int[] tile, int depth) {
    return bytes(MatrixFragments.OF_8_BITS.loadA(lane(), tile, 0));
  }

  /** Its part of a tile [32][8] of bytes, two rows and two columns to an int, column by column. */
  public byte[] mmaLoadBInt8(int[] tile, int depth) {
    return bytes(MatrixFragments.OF_8_BITS.loadB(lane(), tile, 0));
  }

  public byte[] mmaLoadAFP8(int[] tile, int depth) {
    return mmaLoadAInt8(tile, depth);
  }

  public byte[] mmaLoadBFP8(int[] tile, int depth) {
    return mmaLoadBInt8(tile, depth);
  }

  private static HalfFloat[] halves(int[] bits) {
    HalfFloat[] halves = new HalfFloat[bits.length];
    Arrays.setAll(halves, i -> new HalfFloat((short) bits[i]));
    return halves;
  }

  private static byte[] bytes(int[] bits) {
    byte[] bytes = new byte[bits.length];
    for (int i = 0; i < bits.length; i++) {
      bytes[i] = (byte) bits[i];
    }
    return bytes;
  }

  /** Its part of a b + c, which all work-items of the SIMD group compute together. */
  public float[] mma(HalfFloat[] a, HalfFloat[] b, float[] c, MMAShape shape) {
    return multiply(bits(a), bits(b), c, bits -> Float.float16ToFloat((short) bits));
  }

  /** The same, where a half's bits are bfloat16's. */
  public float[] mmaBF16(HalfFloat[] a, HalfFloat[] b, float[] c, MMAShape shape) {
    return multiply(bits(a), bits(b), c, bits -> BFloat16.bf16ToFloat((short) bits));
  }

  public float[] mmaFP8E4M3(byte[] a, byte[] b, float[] c, MMAShape shape) {
    return multiply(bits(a), bits(b), c, bits -> FP8.e4m3ToFloat((byte) bits));
  }

  public float[] mmaFP8E5M2(byte[] a, byte[] b, float[] c, MMAShape shape) {
    return multiply(bits(a), bits(b), c, bits -> FP8.e5m2ToFloat((byte) bits));
  }

  public int[] mmaInt8(byte[] a, byte[] b, int[] c, MMAShape shape) {
    double[] sums = multiply(bits(a), bits(b), Arrays.stream(c).asDoubleStream(), bits -> bits);
    return Arrays.stream(sums).mapToInt(sum -> (int) sum).toArray();
  }

  private float[] multiply(int[] a, int[] b, float[] c, IntToDoubleFunction decode) {
    double[] sums = multiply(a, b, IntStream.range(0, c.length).mapToDouble(i -> c[i]), decode);
    float[] rounded = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      rounded[i] = (float) sums[i];
    }
    return rounded;
  }

  private double[] multiply(int[] a, int[] b, DoubleStream c, IntToDoubleFunction decode) {
    List<Object> operands = exchange(new MatrixFragments.Operands(a, b));
    return new MatrixFragments(a.length / 4).multiply(lane(), operands, c.toArray(), decode);
  }

  private static int[] bits(HalfFloat[] halves) {
    return Arrays.stream(halves).mapToInt(HalfFloat::getHalfFloatValue).toArray();
  }

  private static int[] bits(byte[] bytes) {
    return IntStream.range(0, bytes.length).map(i -> bytes[i]).toArray();
  }

  /** Writes its part to a matrix with so many columns, from a row and a column. */
  public void mmaStore(float[] fragment, FloatArray matrix, int row, int column, int columns) {
    for (int i = 0; i < fragment.length; i++) {
      matrix.set(index(i, row, column, columns), fragment[i]);
    }
  }

  public void mmaStoreInt(int[] fragment, IntArray matrix, int row, int column, int columns) {
    for (int i = 0; i < fragment.length; i++) {
      matrix.set(index(i, row, column, columns), fragment[i]);
    }
  }

  private int index(int i, int row, int column, int columns) {
    return (row + MatrixFragments.rowOfC(lane(), i)) * columns
        + column
        + MatrixFragments.columnOfC(lane(), i);
  }

  /** Copies two halves into an int, at once: there is nothing to wait for. */
  public void asyncCopyToLocal(int[] tile, int index, HalfFloatArray source, int from) {
    copyToLocal(tile, index, source, from);
  }

  /** Copies four bytes into an int, at once. */
  public void asyncCopyToLocal(int[] tile, int index, FP8Array source, int from) {
    copyToLocal(tile, index, source, from);
  }

  /** Copies four bytes into an int, at once. */
  public void asyncCopyToLocal(int[] tile, int index, ByteArray source, int from) {
    copyToLocal(tile, index, source, from);
  }

  private static void copyToLocal(int[] tile, int index, TornadoNativeArray source, int from) {
    long offset = (long) from * source.getElementSize();
    tile[index] = source.getSegment().get(ValueLayout.JAVA_INT_UNALIGNED, offset);
  }

  /** Has nothing to do. */
  public void asyncCopyCommit() {}

  /** Has nothing to wait for. */
  public void asyncCopyWaitGroup(int groups) {}
}
