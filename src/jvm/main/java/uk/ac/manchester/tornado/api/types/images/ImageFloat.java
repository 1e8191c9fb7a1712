package uk.ac.manchester.tornado.api.types.images;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** An image of float pixels, row after row; x is the column, y the row. */
public final class ImageFloat implements TornadoImagesInterface<FloatBuffer> {

  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
  private final FloatArray array;

  private final int width;
  private final int height;

  /** Lays an image over an array and shares its elements. */
  public ImageFloat(int width, int height, FloatArray array) {
    this.array = array;
    this.width = width;
    this.height = height;
  }

  /** Zeros. */
  public ImageFloat(int width, int height) {
    this(width, height, new FloatArray(width * height));
  }

  /** Multiplies all pixels by a value. */
  public static void scale(ImageFloat image, float alpha) {
    for (int i = 0; i < image.array.getSize(); i++) {
      image.array.set(i, image.array.get(i) * alpha);
    }
  }

  /** A pixel, counted row after row. */
  public float get(int index) {
    return array.get(index);
  }

  /** Sets a pixel, counted row after row. */
  public void set(int index, float value) {
    array.set(index, value);
  }

  public float get(int x, int y) {
    return array.get(y * width + x);
  }

  public void set(int x, int y, float value) {
    array.set(y * width + x, value);
  }

  /** Copies all pixels of another image. */
  public void set(ImageFloat other) {
    getSegment().copyFrom(other.getSegment());
  }

  /** Sets all pixels to a value. */
  public void fill(float value) {
    array.init(value);
  }

  /** Sets all pixels to zero. */
  public void clear() {
    array.clear();
  }

  /** A copy. */
  public ImageFloat duplicate() {
    ImageFloat copy = new ImageFloat(width, height);
    copy.set(this);
    return copy;
  }

  /** The mean pixel. */
  public float mean() {
    float sum = 0;
    for (int i = 0; i < array.getSize(); i++) {
      sum += array.get(i);
    }
    return sum / array.getSize();
  }

  /** The smallest pixel. */
  public float min() {
    float min = array.get(0);
    for (int i = 1; i < array.getSize(); i++) {
      min = TornadoMath.min(min, array.get(i));
    }
    return min;
  }

  /** The largest pixel. */
  public float max() {
    float max = array.get(0);
    for (int i = 1; i < array.getSize(); i++) {
      max = TornadoMath.max(max, array.get(i));
    }
    return max;
  }

  /** The width. */
  public int X() {
    return width;
  }

  /** The height. */
  public int Y() {
    return height;
  }

  @Override
  public int size() {
    return width * height;
  }

  /** The array that this image is laid over. */
  public FloatArray getArray() {
    return array;
  }

  /** A copy of the elements. */
  @Override
  public FloatBuffer asBuffer() {
    return FloatBuffer.wrap(array.toHeapArray());
  }

  @Override
  public MemorySegment getSegment() {
    return array.getSegment();
  }

  @Override
  public MemorySegment getSegmentWithHeader() {
    return array.getSegmentWithHeader();
  }

  /** Each pixel with a format string, a row to a line. */
  @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
  public String toString(String format) {
    StringBuilder text = new StringBuilder();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        text.append(String.format(format, get(x, y))).append(' ');
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return String.format("ImageFloat <%d x %d>", width, height);
  }
}
