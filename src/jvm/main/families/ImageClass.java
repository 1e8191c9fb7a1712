import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The template of images whose pixels are vectors. */
record ImageClass(VectorClass pixel) {

  static final List<ImageClass> ALL =
      List.of(
          new ImageClass(new VectorClass(Element.FLOAT, 3)),
          new ImageClass(new VectorClass(Element.FLOAT, 4)),
          new ImageClass(new VectorClass(Element.FLOAT, 8)),
          new ImageClass(new VectorClass(Element.BYTE, 3)),
          new ImageClass(new VectorClass(Element.BYTE, 4)));

  String name() {
    return "Image" + pixel.name();
  }

  private String lanes(String between, String expression) {
    return IntStream.range(0, pixel.width())
        .mapToObj(i -> expression.replace("#", Integer.toString(i)).replace(" + 0", ""))
        .collect(Collectors.joining(between));
  }

  String source() {
    return TEMPLATE
        .replace("STATISTICS", pixel.element() == Element.FLOAT ? STATISTICS : "")
        .replace("GET", lanes(",\n        ", "array.get(first + #)"))
        .replace("SET", lanes("\n    ", "array.set(first + #, value.get(#));"))
        .replaceAll("\\bI\\b", name())
        .replaceAll("\\bV\\b", pixel.name())
        .replaceAll("\\bA\\b", pixel.element().array())
        .replaceAll("\\bE\\b", pixel.element().type)
        .replaceAll("\\bB\\b", pixel.element().buffer())
        .replaceAll("\\bN\\b", Integer.toString(pixel.width()));
  }

  private static final String STATISTICS =
      """

        /** The mean pixel. */
        public V mean() {
          V sum = new V();
          for (int i = 0; i < width * height; i++) {
            sum = V.add(sum, get(i));
          }
          return V.div(sum, width * height);
        }

        /** The smallest of each lane. */
        public V min() {
          V min = get(0);
          for (int i = 1; i < width * height; i++) {
            min = V.min(min, get(i));
          }
          return min;
        }

        /** The largest of each lane. */
        public V max() {
          V max = get(0);
          for (int i = 1; i < width * height; i++) {
            max = V.max(max, get(i));
          }
          return max;
        }
      """;

  private static final String TEMPLATE =
      """
      package uk.ac.manchester.tornado.api.types.images;

      import java.lang.foreign.MemorySegment;
      import java.nio.B;
      import uk.ac.manchester.tornado.api.types.arrays.A;
      import uk.ac.manchester.tornado.api.types.vectors.V;

      /**
       * An image of {@link V} pixels, row after row; x is the column, y the row.
       *
       * <p>As a task's argument it has device memory of its own, apart from the device memory of the
       * array that it is laid over.
       */
      public final class I implements TornadoImagesInterface<B> {

        public static final Class<I> TYPE = I.class;

        private static final long serialVersionUID = 1L;

        private static final int WIDTH = N;

        @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
        private final A array;

        private final int width;
        private final int height;

        /** Lays an image over an array and shares its elements. */
        public I(int width, int height, A array) {
          this.array = array;
          this.width = width;
          this.height = height;
        }

        /** Zeros. */
        public I(int width, int height) {
          this(width, height, new A(width * height * WIDTH));
        }

        /** A copy of a pixel, counted row after row. */
        public V get(int index) {
          int first = index * WIDTH;
          return new V(
              GET);
        }

        /** Sets a pixel, counted row after row. */
        public void set(int index, V value) {
          int first = index * WIDTH;
          SET
        }

        /** A copy of a pixel. */
        public V get(int x, int y) {
          return get(y * width + x);
        }

        public void set(int x, int y, V value) {
          set(y * width + x, value);
        }

        /** Copies as many elements as this image has. */
        public void set(I other) {
          long bytes = getNumBytes();
          MemorySegment.copy(other.getSegment(), 0, getSegment(), 0, bytes);
        }

        /** Sets all elements to a value. */
        public void fill(E value) {
          array.init(value);
        }

        /** Sets all elements to zero. */
        public void clear() {
          array.clear();
        }

        /** A copy. */
        public I duplicate() {
          I copy = new I(width, height);
          copy.set(this);
          return copy;
        }
      STATISTICS
        /** The width. */
        public int X() {
          return width;
        }

        /** The height. */
        public int Y() {
          return height;
        }

        /** How many elements there are. */
        @Override
        public int size() {
          return width * height * WIDTH;
        }

        /** The array that this image is laid over. */
        public A getArray() {
          return array;
        }

        /** A copy of the elements. */
        @Override
        public B asBuffer() {
          return B.wrap(array.toHeapArray());
        }

        @Override
        public MemorySegment getSegment() {
          return array.getSegment();
        }

        @Override
        public MemorySegment getSegmentWithHeader() {
          return array.getSegmentWithHeader();
        }

        /** Each pixel with a format string, one to a line. */
        public String toString(String format) {
          StringBuilder text = new StringBuilder();
          for (int i = 0; i < width * height; i++) {
            text.append(get(i).toString(format)).append('\\n');
          }
          return text.toString();
        }

        @Override
        public String toString() {
          return String.format("I <%d x %d>", width, height);
        }
      }
      """;
}
