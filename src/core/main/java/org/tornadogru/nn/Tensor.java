package org.tornadogru.nn;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A named float32 tensor on the host, row-major; it never changes. */
public final class Tensor {

  private final String name;
  private final List<Integer> shape;
  private final float[] values;

  /** The value at a place in the row-major order. */
  @FunctionalInterface
  public interface Values {
    float at(int place);
  }

  /**
   * A tensor of given values, which are copied.
   *
   * @param name PyTorch's name of a parameter, or what the values are
   * @param shape sizes, outermost first; empty for a scalar
   * @param values row-major, as many as the product of the shape
   */
  public Tensor(String name, List<Integer> shape, float[] values) {
    this(values.clone(), name, shape);
    if (size(shape) != values.length) {
      throw new IllegalArgumentException(
          "%s has shape %s but %d values".formatted(name, shape, values.length));
    }
  }

  private Tensor(float[] values, String name, List<Integer> shape) {
    this.name = Objects.requireNonNull(name, "name");
    this.shape = List.copyOf(Objects.requireNonNull(shape, "shape"));
    this.values = values;
  }

  /** A tensor whose values are computed one by one, in row-major order. */
  public static Tensor of(String name, List<Integer> shape, Values values) {
    float[] computed = new float[(int) size(shape)];
    for (int place = 0; place < computed.length; place++) {
      computed[place] = values.at(place);
    }
    return new Tensor(computed, name, shape);
  }

  /**
   * A tensor of three dimensions.
   *
   * @throws InvalidInputException if parts that should have one size differ
   */
  public static Tensor of(String name, float[][][] values) {
    int inner = values.length == 0 ? 0 : length(name + "[0]", values[0]);
    int size = inner == 0 ? 0 : length(name + "[0][0]", values[0][0]);
    float[] flat = new float[(int) size(List.of(values.length, inner, size))];
    for (int outer = 0; outer < values.length; outer++) {
      String part = name + "[" + outer + "]";
      requireSize(part, length(part, values[outer]), inner);
      for (int row = 0; row < inner; row++) {
        String below = part + "[" + row + "]";
        requireSize(below, length(below, values[outer][row]), size);
        System.arraycopy(values[outer][row], 0, flat, (outer * inner + row) * size, size);
      }
    }
    return new Tensor(flat, name, List.of(values.length, inner, size));
  }

  /**
   * How long a part of an array is.
   *
   * @throws InvalidInputException if it is null
   */
  static int length(String part, Object array) {
    if (array == null) {
      throw new InvalidInputException(part + " is null: expected an array");
    }
    return Array.getLength(array);
  }

  private static void requireSize(String part, int size, int expected) {
    if (size != expected) {
      throw new InvalidInputException(
          "%s has size %d but the first has %d".formatted(part, size, expected));
    }
  }

  /** How many values a shape has; as many as an array can have at most. */
  private static long size(List<Integer> shape) {
    long size = 1;
    for (int each : Objects.requireNonNull(shape, "shape")) {
      if (each < 0 || (each > 0 && size > Integer.MAX_VALUE / each)) {
        throw new IllegalArgumentException(
            "a tensor cannot have the shape %s: sizes are 0 or more, and an array holds their product"
                .formatted(shape));
      }
      size *= each;
    }
    return size;
  }

  public String name() {
    return name;
  }

  /** The same values under another name. */
  public Tensor named(String other) {
    return new Tensor(values, other, shape);
  }

  /**
   * The same values in the same order, in another shape.
   *
   * @throws IllegalArgumentException if that has another number of values
   */
  public Tensor reshaped(List<Integer> other) {
    if (size(other) != values.length) {
      throw new IllegalArgumentException(
          "%s has shape %s: its values do not make %s".formatted(name, shape, other));
    }
    return new Tensor(values, name, other);
  }

  /** Sizes, outermost first; empty for a scalar. */
  public List<Integer> shape() {
    return shape;
  }

  /** How many values there are. */
  public int size() {
    return values.length;
  }

  /**
   * Copies values that follow each other in the row-major order.
   *
   * @param from place of the first
   * @param memory of floats
   * @param at the first float of it to be written
   * @param count how many
   * @throws IndexOutOfBoundsException if there are fewer, here or there
   */
  public void copyTo(int from, MemorySegment memory, long at, int count) {
    Objects.requireNonNull(memory, "memory");
    MemorySegment.copy(values, from, memory, ValueLayout.JAVA_FLOAT, at * Float.BYTES, count);
  }

  /** The value at a place in the row-major order, from 0 to {@link #size}. */
  public float at(int place) {
    return values[place];
  }

  /**
   * The value at an index.
   *
   * @param index as many as the shape has sizes, outermost first
   */
  public float get(int... index) {
    if (index.length != shape.size()) {
      throw new IndexOutOfBoundsException(
          "%s has shape %s: %s is no index".formatted(name, shape, Arrays.toString(index)));
    }
    int place = 0;
    for (int dimension = 0; dimension < index.length; dimension++) {
      int size = shape.get(dimension);
      place = place * size + Objects.checkIndex(index[dimension], size);
    }
    return values[place];
  }

  /** The same values in another shape of as many. */
  public Tensor reshaped(Integer... sizes) {
    List<Integer> other = List.of(Objects.requireNonNull(sizes, "sizes"));
    if (size(other) != values.length) {
      throw new IllegalArgumentException(
          "%s has shape %s, which cannot become %s".formatted(name, shape, other));
    }
    return new Tensor(values, name, other);
  }

  /**
   * The beginning of each dimension.
   *
   * @param sizes as many as there are dimensions, each no larger than that
   */
  public Tensor cropped(Integer... sizes) {
    List<Integer> smaller = List.of(Objects.requireNonNull(sizes, "sizes"));
    return of(
        name,
        smaller,
        place -> {
          int from = 0;
          int stride = 1;
          int rest = place;
          for (int dimension = smaller.size() - 1; dimension >= 0; dimension--) {
            from += rest % smaller.get(dimension) * stride;
            rest /= smaller.get(dimension);
            stride *= shape.get(dimension);
          }
          return values[from];
        });
  }

  /** All values, row-major: a copy. */
  public float[] values() {
    return values.clone();
  }

  /**
   * All values of a tensor of two dimensions: a copy.
   *
   * @throws IllegalStateException if it has another number of dimensions
   */
  public float[][] to2d() {
    requireDimensions(2);
    return rows(0, shape.get(0), shape.get(1));
  }

  /**
   * All values of a tensor of three dimensions: a copy.
   *
   * @throws IllegalStateException if it has another number of dimensions
   */
  public float[][][] to3d() {
    requireDimensions(3);
    float[][][] nested = new float[shape.get(0)][][];
    for (int outer = 0; outer < nested.length; outer++) {
      nested[outer] = rows(outer * shape.get(1), shape.get(1), shape.get(2));
    }
    return nested;
  }

  private float[][] rows(int first, int count, int size) {
    float[][] rows = new float[count][];
    for (int row = 0; row < count; row++) {
      rows[row] = Arrays.copyOfRange(values, (first + row) * size, (first + row + 1) * size);
    }
    return rows;
  }

  private void requireDimensions(int dimensions) {
    if (shape.size() != dimensions) {
      throw new IllegalStateException(
          "%s has shape %s, which is not of %d dimensions".formatted(name, shape, dimensions));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && name.equals(that.name)
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, shape, Arrays.hashCode(values));
  }

  @Override
  public String toString() {
    return name + " " + shape;
  }
}
