package uk.ac.manchester.tornado.api.types.volumes;

import java.lang.foreign.MemorySegment;
import java.nio.ShortBuffer;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.vectors.Short2;

/** A volume of {@link Short2} voxels, [z][y][x]. */
public final class VolumeShort2 implements TornadoVolumesInterface<ShortBuffer> {

  public static final Class<VolumeShort2> TYPE = VolumeShort2.class;

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final ShortArray array;

  private final int width;
  private final int height;
  private final int depth;

  /** Lays a volume over an array and shares its elements. */
  public VolumeShort2(int width, int height, int depth, ShortArray array) {
    this.array = array;
    this.width = width;
    this.height = height;
    this.depth = depth;
  }

  /** Zeros. */
  public VolumeShort2(int width, int height, int depth) {
    this(width, height, depth, new ShortArray(width * height * depth * 2));
  }

  private int first(int x, int y, int z) {
    return ((z * height + y) * width + x) * 2;
  }

  /** A copy of a voxel. */
  public Short2 get(int x, int y, int z) {
    int first = first(x, y, z);
    return new Short2(array.get(first), array.get(first + 1));
  }

  public void set(int x, int y, int z, Short2 value) {
    int first = first(x, y, z);
    array.set(first, value.getX());
    array.set(first + 1, value.getY());
  }

  /** Copies all voxels of another volume. */
  public void set(VolumeShort2 other) {
    getSegment().copyFrom(other.getSegment());
  }

  /** Sets all elements to a value. */
  public void fill(short value) {
    array.init(value);
  }

  /** Sets all elements to zero. */
  public void clear() {
    array.clear();
  }

  /** A copy. */
  public VolumeShort2 duplicate() {
    VolumeShort2 copy = new VolumeShort2(width, height, depth);
    copy.set(this);
    return copy;
  }

  /** The width. */
  public int X() {
    return width;
  }

  /** The height. */
  public int Y() {
    return height;
  }

  /** The depth. */
  public int Z() {
    return depth;
  }

  /** How many numbers there are: two for each voxel. */
  @Override
  public int size() {
    return width * height * depth * 2;
  }

  /** The array that this volume is laid over. */
  public ShortArray getArray() {
    return array;
  }

  /** A copy of the elements. */
  @Override
  public ShortBuffer asBuffer() {
    return ShortBuffer.wrap(array.toHeapArray());
  }

  @Override
  public MemorySegment getSegment() {
    return array.getSegment();
  }

  @Override
  public MemorySegment getSegmentWithHeader() {
    return array.getSegmentWithHeader();
  }

  @Override
  public String toString() {
    return String.format("VolumeShort2 <%d x %d x %d>", height, width, depth);
  }
}
