import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The template of arrays of vectors. */
record CollectionClass(VectorClass vector) {

  static final List<CollectionClass> ALL = new ArrayList<>();

  static {
    for (VectorClass vector : VectorClass.ALL) {
      if (vector.element() != Element.SHORT && vector.element() != Element.BYTE) {
        ALL.add(new CollectionClass(vector));
      }
    }
  }

  String name() {
    return "Vector" + vector.name();
  }

  private boolean isHalf() {
    return vector.element() == Element.HALF;
  }

  /** TornadoVM's constructor is not public for all. */
  private String visibility() {
    return isHalf() || vector.name().equals("Float2") ? "" : "public ";
  }

  private String lanes(String between, String expression) {
    return IntStream.range(0, vector.width())
        .mapToObj(i -> expression.replace("#", Integer.toString(i)).replace(" + 0", ""))
        .collect(Collectors.joining(between));
  }

  String source() {
    String source =
        TEMPLATE
            .replace(
                "IMPORTS", isHalf() ? "import uk.ac.manchester.tornado.api.types.HalfFloat;\n" : "")
            .replace("PUBLIC ", visibility())
            .replace("GET", lanes(",\n        ", "array.get(first + #)"))
            .replace("SET", lanes("\n    ", "array.set(first + #, value.get(#));"))
            .replace("EXTREMES", isHalf() ? "" : EXTREMES)
            .replace("FILLED", vector.name().equals("Double4") ? "float" : vector.element().type);
    return source
        .replaceAll("\\bC\\b", name())
        .replaceAll("\\bV\\b", vector.name())
        .replaceAll("\\bA\\b", vector.element().array())
        .replaceAll("\\bE\\b", vector.element().type)
        .replaceAll("\\bB\\b", vector.element().buffer())
        .replaceAll("\\bN\\b", Integer.toString(vector.width()))
        .replaceAll("\\bLAST\\b", Integer.toString(vector.width() - 1))
        .replace("ELEMENTS()", isHalf() ? "toShortArray()" : "toHeapArray()")
        .replaceAll("\\bBOX\\b", vector.element().box);
  }

  private static final String EXTREMES =
      """

        /** The largest of each lane. */
        public V max() {
          V max = get(0);
          for (int i = 1; i < length; i++) {
            max = V.max(max, get(i));
          }
          return max;
        }

        /** The smallest of each lane. */
        public V min() {
          V min = get(0);
          for (int i = 1; i < length; i++) {
            min = V.min(min, get(i));
          }
          return min;
        }
      """;

  private static final String TEMPLATE =
      """
      package uk.ac.manchester.tornado.api.types.collections;

      import java.lang.foreign.MemorySegment;
      import java.nio.B;
      IMPORTSimport uk.ac.manchester.tornado.api.types.arrays.A;
      import uk.ac.manchester.tornado.api.types.vectors.V;

      /**
       * An array of {@link V}, laid over a {@link A}: vector i is its elements N i to N i + LAST.
       *
       * <p>As a task's argument it has device memory of its own, apart from the device memory of the
       * array that it is laid over.
       */
      public final class C implements TornadoCollectionInterface<B> {

        public static final Class<C> TYPE = C.class;

        private static final long serialVersionUID = 1L;

        private static final int WIDTH = N;

        @SuppressWarnings("serial") // the interface is Serializable, arrays are not: as in TornadoVM
        private final A array;

        private final int length;

        /**
         * Lays vectors over an array and shares its elements; elements beyond the last whole vector are
         * left out.
         */
        PUBLIC C(A array) {
          this.array = array;
          length = array.getSize() / WIDTH;
        }

        /** Vectors of zeros. */
        public C(int length) {
          this(new A(Math.multiplyExact(length, WIDTH)));
        }

        /** A copy of a vector. */
        public V get(int index) {
          int first = index * WIDTH;
          return new V(
              GET);
        }

        public void set(int index, V value) {
          int first = index * WIDTH;
          SET
        }

        /** Copies as many vectors as this array has. */
        public void set(C values) {
          set(values.array);
        }

        /** Copies as many elements as this array's vectors have. */
        public void set(A values) {
          long bytes = (long) length * WIDTH * BOX.BYTES;
          MemorySegment.copy(values.getSegment(), 0, array.getSegment(), 0, bytes);
        }

        /** Sets all elements to a value. */
        public void fill(FILLED value) {
          array.init(value);
        }

        /** Sets all elements to zero. */
        public void clear() {
          array.clear();
        }

        /** A copy. */
        public C duplicate() {
          C copy = new C(length);
          copy.set(this);
          return copy;
        }

        /** The sum of all vectors, lane by lane. */
        public V sum() {
          V sum = new V();
          for (int i = 0; i < length; i++) {
            sum = V.add(sum, get(i));
          }
          return sum;
        }
      EXTREMES
        /** Lanes of a vector. */
        public int vectorWidth() {
          return WIDTH;
        }

        /** How many vectors there are. */
        public int getLength() {
          return length;
        }

        /** How many elements there are. */
        @Override
        public int size() {
          return array.getSize();
        }

        /** The array that this one is laid over. */
        public A getArray() {
          return array;
        }

        /** A copy of the elements. */
        @Override
        public B asBuffer() {
          return B.wrap(array.ELEMENTS());
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
          return "C <" + length + ">";
        }
      }
      """;
}
