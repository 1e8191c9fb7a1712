package org.tornadogru.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A batch as the kernels see it, and the memory for it: with rows of padding up to a whole number
 * of the kernels' row tiles.
 *
 * @param sequence what the user asked for
 * @param placement where, and with which kernels
 */
record DeviceShape(SequenceShape sequence, Placement placement) {

  /** Floats from which on copying them takes longer than to wake the other cores: 100 µs. */
  private static final int WORTH_SHARING = 1 << 18;

  /** The kernels that will work on it. */
  KernelSet kernels() {
    return placement.kernels();
  }

  /** T. */
  int steps() {
    return sequence.steps();
  }

  /** Rows, padding included. */
  int batch() {
    return kernels().padded(sequence.batch());
  }

  /** T · batch. */
  int positions() {
    return Math.toIntExact(elements(steps(), batch()));
  }

  /** A buffer of [rows][columns] floats, zero. */
  FloatArray floats(long rows, long columns) {
    return HostArrays.floats(elements(rows, columns));
  }

  /** A buffer of [rows][batch] token ids. */
  IntArray tokens(int rows) {
    IntArray array = HostArrays.ints(elements(rows, batch()));
    array.init(Sequences.PADDING);
    return array;
  }

  /** [T][batch], each position's own number. */
  IntArray identity() {
    IntArray array = HostArrays.ints(positions());
    for (int position = 0; position < array.getSize(); position++) {
      array.set(position, position);
    }
    return array;
  }

  /**
   * Copies token ids into a buffer that may have more rows, and more columns. Those of masked steps
   * may be anything: they become padding.
   *
   * @param tokens of {@code sequence.batch} rows
   * @param buffer [T][batch] or more
   */
  void load(Sequences tokens, IntArray buffer) {
    int rows = sequence.batch();
    for (int step = 0; step < tokens.steps(); step++) {
      for (int row = 0; row < rows; row++) {
        int position = step * rows + row;
        int token = tokens.isValid(position) ? tokens.token(position) : Sequences.PADDING;
        buffer.set(step * batch() + row, token);
      }
    }
  }

  /**
   * Copies vectors into a buffer.
   *
   * @param values [steps][sequence.batch][columns.width] from element {@code at} on
   * @param buffer [steps][batch][columns.stride]
   */
  void upload(Tensor values, int at, int steps, FloatArray buffer, Columns columns) {
    MemorySegment memory = buffer.getSegment();
    copy(
        steps,
        columns,
        (value, element, count) -> values.copyTo(at + value, memory, element, count));
  }

  /**
   * Copies vectors out of a buffer.
   *
   * @param buffer [steps][batch][columns.stride]
   * @param values out, [steps][sequence.batch][columns.width] from element {@code at} on
   */
  void download(Rows buffer, Columns columns, int steps, float[] values, int at) {
    MemorySegment memory = buffer.array().getSegment();
    long first = (long) buffer.first() * columns.stride();
    copy(
        steps,
        columns,
        (value, element, count) ->
            MemorySegment.copy(
                memory,
                ValueLayout.JAVA_FLOAT,
                (first + element) * Float.BYTES,
                values,
                at + value,
                count));
  }

  /** Copies floats that follow each other, between a tensor's values and a buffer's elements. */
  @FunctionalInterface
  private interface Copy {
    void of(int value, int element, int count);
  }

  /** Copies all vectors of some steps; where nothing is padding, those of a step at once. */
  private void copy(int steps, Columns columns, Copy copy) {
    int rows = sequence.batch();
    int width = columns.width();
    int stride = columns.stride();
    List<Columns.Run> runs = columns.runs();
    boolean whole = width == stride && runs.equals(List.of(new Columns.Run(0, 0, width)));
    IntStream all = IntStream.range(0, steps);
    IntStream shared = (long) steps * rows * width < WORTH_SHARING ? all : all.parallel();
    shared.forEach(
        step -> {
          if (whole) {
            copy.of(step * rows * width, step * batch() * stride, rows * width);
          } else {
            for (int row = 0; row < rows; row++) {
              for (Columns.Run run : runs) {
                copy.of(
                    (step * rows + row) * width + run.feature(),
                    (step * batch() + row) * stride + run.column(),
                    run.length());
              }
            }
          }
        });
  }

  /** All vectors of a buffer, [steps][sequence.batch][columns.width]. */
  Tensor download(String name, Rows buffer, Columns columns, int steps) {
    float[] values = new float[steps * sequence.batch() * columns.width()];
    download(buffer, columns, steps, values, 0);
    return new Tensor(name, List.of(steps, sequence.batch(), columns.width()), values);
  }

  private int elements(long rows, long columns) {
    long elements = rows * columns;
    if (elements > Integer.MAX_VALUE / Float.BYTES) {
      throw new InvalidInputException(
          "a batch of %d sequences of %d steps needs an array of %,d floats, more than there can be: choose a smaller batch, fewer steps or fewer hidden units"
              .formatted(sequence.batch(), sequence.steps(), elements));
    }
    return (int) elements;
  }
}
