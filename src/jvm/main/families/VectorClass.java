import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The template of vectors. Which operations a vector has is TornadoVM's choice, not ours. */
record VectorClass(Element element, int width) {

  static final List<VectorClass> ALL = new ArrayList<>();

  static {
    for (Element element : List.of(Element.FLOAT, Element.DOUBLE, Element.INT, Element.HALF)) {
      for (int width : new int[] {2, 3, 4, 8, 16}) {
        ALL.add(new VectorClass(element, width));
      }
    }
    ALL.add(new VectorClass(Element.SHORT, 2));
    ALL.add(new VectorClass(Element.SHORT, 3));
    ALL.add(new VectorClass(Element.BYTE, 3));
    ALL.add(new VectorClass(Element.BYTE, 4));
  }

  String name() {
    return element.name + width;
  }

  private boolean isSmall() {
    return width <= 4;
  }

  private boolean isHalf() {
    return element == Element.HALF;
  }

  private boolean isOneOf(String names) {
    return List.of(names.split(" ")).contains(name());
  }

  /** One expression for each lane, with something in between. */
  private String lanes(String between, IntFunction<String> expression) {
    return IntStream.range(0, width).mapToObj(expression).collect(Collectors.joining(between));
  }

  private String lane(String vector, int index) {
    return element.ofStored(vector + ".lanes[" + index + "]");
  }

  /** f(f(f(lane 0, lane 1), lane 2), lane 3). */
  private String fold(String function) {
    String folded = lane("a", 0);
    for (int i = 1; i < width; i++) {
      folded = function + "(" + folded + ", " + lane("a", i) + ")";
    }
    return folded;
  }

  String source() {
    StringBuilder body = new StringBuilder(head());
    arithmetic(body);
    if (!isHalf()) {
      comparison(body);
    }
    if (element.isReal()) {
      realFunctions(body);
    }
    if (name().equals("Half2")) {
      body.append(HALF2);
    }
    accessors(body);
    parts(body);
    return fill(body + tail() + "}\n");
  }

  /** Replaces V by the vector's name, E by the element's type, and so on. */
  private String fill(String template) {
    return template
        .replaceAll("\\bV\\b", name())
        .replaceAll("\\bE\\b", element.type)
        .replaceAll("\\bS\\b", element.stored())
        .replaceAll("\\bB\\b", element.buffer())
        .replaceAll("\\bN\\b", Integer.toString(width))
        .replaceAll("\\bBOX\\b", element.box);
  }

  private String head() {
    String imports =
        "import java.nio.B;\n"
            + (isOneOf("Float4 Double4") ? "import java.util.Arrays;\n" : "")
            + (isHalf()
                ? "import uk.ac.manchester.tornado.api.types.HalfFloat;\n"
                : "import uk.ac.manchester.tornado.api.math.TornadoMath;\n");
    return """
    package uk.ac.manchester.tornado.api.types.vectors;

    %s
    /** A vector of N. Arithmetic returns a new vector; only the setters change one. */
    public final class V implements TornadoVectorsInterface<B> {

      public static final Class<V> TYPE = V.class;

      private static final long serialVersionUID = 1L;

      // Indexed by constants wherever arithmetic is done: the JIT compiler then keeps lanes in
      // registers and allocates nothing.
      private final S[] lanes;

      /** Zeros. */
      public V() {
        lanes = new S[N];
      }

      public V(%s) {
        this();
    %s
      }
    """
        .formatted(
            imports,
            lanes(", ", i -> "E " + argument(i)),
            lanes("\n", i -> "    lanes[" + i + "] = " + element.toStored(argument(i)) + ";"))
        .replace("of N.", "of N " + (isHalf() ? "halves" : "{@code E}s") + ".");
  }

  private String argument(int index) {
    return isSmall() ? "xyzw".substring(index, index + 1) : "s" + index;
  }

  private void arithmetic(StringBuilder body) {
    for (String method : List.of("add", "sub", "mult", "div")) {
      function(
          body, method, "V a, V b", i -> element.operation(method, lane("a", i), lane("b", i)));
      function(body, method, "V a, E b", i -> element.operation(method, lane("a", i), "b"));
      if (isOneOf("Double2 Float2") || (name().equals("Half2") && !method.equals("div"))) {
        into(body, method);
      }
      if (element == Element.FLOAT) {
        mixed(body, method, "%s %s %s".formatted("%s", sign(method), "%s"));
      }
    }
    if (isSmall() && !isHalf()) {
      delegate(body, "inc", "add(a, value)");
      delegate(body, "dec", "sub(a, value)");
      delegate(body, "scale", "mult(a, value)");
    }
    if (element.isReal() && isSmall()) {
      delegate(body, "scaleByInverse", "mult(a, 1f / value)");
    }
    if (!isOneOf("Byte3 Byte4 Double8 Int3 Int4 Short2 Short3")) {
      String dot = element.operation("mult", lane("a", 0), lane("b", 0));
      for (int i = 1; i < width; i++) {
        dot = element.operation("add", dot, element.operation("mult", lane("a", i), lane("b", i)));
      }
      body.append(
          """

            public static E dot(V a, V b) {
              return %s;
            }
          """
              .formatted(dot));
    }
  }

  private static String sign(String method) {
    return Element.INT.operation(method, "", "").strip();
  }

  private void comparison(StringBuilder body) {
    for (String method : List.of("min", "max")) {
      String call = "TornadoMath." + method;
      function(
          body, method, "V a, V b", i -> call + "(" + lane("a", i) + ", " + lane("b", i) + ")");
      body.append(
          """

            /** The %s lane. */
            public static E %s(V a) {
              return %s;
            }
          """
              .formatted(method.equals("min") ? "smallest" : "largest", method, fold(call)));
      if (element == Element.FLOAT && !(name().equals("Float4") && method.equals("max"))) {
        mixed(body, method, call + "(%s, %s)");
      }
      if (isOneOf("Double2 Float2")) {
        into(body, method);
      }
    }
    if (isSmall() && !isOneOf("Double2 Float2")) {
      function(
          body,
          "clamp",
          "V a, E min, E max",
          i -> "TornadoMath.clamp(" + lane("a", i) + ", min, max)");
    }
    if (!name().equals("Float16")) {
      body.append(
          """

            /** Whether all lanes are the same%s. */
            public static boolean isEqual(V a, V b) {
              return TornadoMath.isEqual(a.lanes, b.lanes);
            }
          """
              .formatted(element.isReal() ? ", bit by bit" : ""));
    }
  }

  private void realFunctions(StringBuilder body) {
    List<String> functions = new ArrayList<>();
    if (isSmall()) {
      functions.addAll(List.of("floor", "fract"));
    }
    if (!name().equals("Float16")) {
      functions.add("sqrt");
    }
    for (String method : functions) {
      function(body, method, "V a", i -> "TornadoMath." + method + "(" + lane("a", i) + ")");
    }
    if (isSmall()) {
      body.append(
          """

            /** The Euclidean length. */
            public static E length(V a) {
              return TornadoMath.sqrt(dot(a, a));
            }
          """);
    }
    if (isOneOf("Float2 Float3 Float4")) {
      body.append(
          """

            /** A vector of length 1 in the same direction. */
            public static V normalise(V a) {
              return scaleByInverse(a, length(a));
            }
          """);
    }
    if (isOneOf("Double2 Float2")) {
      body.append(
          """

            /** Changes the vector itself. */
            public static void clamp(V a, E min, E max) {
              a.lanes[0] = TornadoMath.clamp(a.lanes[0], min, max);
              a.lanes[1] = TornadoMath.clamp(a.lanes[1], min, max);
            }
          """);
    }
    if (isOneOf("Double3 Float3")) {
      body.append(
          """

            public static V cross(V a, V b) {
              return new V(
                  a.lanes[1] * b.lanes[2] - a.lanes[2] * b.lanes[1],
                  a.lanes[2] * b.lanes[0] - a.lanes[0] * b.lanes[2],
                  a.lanes[0] * b.lanes[1] - a.lanes[1] * b.lanes[0]);
            }

            /** Whether all lanes are less than so many units in the last place away. */
            public static boolean isEqualULP(V value, V expected, E numULP) {
              return TornadoMath.isEqualULP(value.lanes, expected.lanes, numULP);
            }
          """);
    }
    if (isOneOf("Double3 Double8 Double16 Float3 Float4 Float8")) {
      body.append(
          """

            /** The largest distance of a lane, in units in the last place. */
            public static E findULPDistance(V value, V expected) {
              return TornadoMath.findULPDistance(value.lanes, expected.lanes);
            }
          """);
    }
    if (name().equals("Float4")) {
      body.append(
          """

            /** The sum of all lanes. */
            public static float sum(V a) {
              return a.lanes[0] + a.lanes[1] + a.lanes[2] + a.lanes[3];
            }
          """);
    }
  }

  private void accessors(StringBuilder body) {
    for (int i = 0; i < width; i++) {
      if (isSmall()) {
        String axis = "XYZW".substring(i, i + 1);
        getter(body, axis, i);
        setter(body, axis, i);
      }
      if (!isSmall() || isOneOf("Float3 Half3 Half4 Int2")) {
        getter(body, "S" + i, i);
      }
      if (!isSmall() && (i != 13 || isHalf()) || isOneOf("Double3 Float3 Half3 Half4")) {
        setter(body, "S" + i, i);
      }
    }
  }

  private void getter(StringBuilder body, String axis, int index) {
    body.append(
        """

          public E get%s() {
            return %s;
          }
        """
            .formatted(axis, element.ofStored("lanes[" + index + "]")));
  }

  private void setter(StringBuilder body, String axis, int index) {
    body.append(
        """

          public void set%s(E value) {
            lanes[%d] = %s;
          }
        """
            .formatted(axis, index, element.toStored("value")));
  }

  private void parts(StringBuilder body) {
    if (!isHalf() && (width == 3 || width == 4) && element.ordinal() <= Element.INT.ordinal()) {
      part(body, "as" + element.name + "2", 0, 2);
    }
    if (name().equals("Half3")) {
      part(body, "aHalf2", 0, 2);
    }
    if (isOneOf("Float4 Double4 Int4")) {
      part(body, "as" + element.name + "3", 0, 3);
    }
    if (isOneOf("Float4 Double4 Float8 Double8 Half8 Int8")) {
      part(body, "getLow", 0, width / 2);
      part(body, "getHigh", width / 2, width);
    }
    if (isOneOf("Float4 Double4")) {
      body.append(
          """

            public void fill(E value) {
              Arrays.fill(lanes, value);
            }
          """);
    }
    if (!isOneOf("Float16 Half16")) {
      body.append(
          """

            /** A copy. */
            public V duplicate() {
              V copy = new V();
              copy.set(this);
              return copy;
            }
          """);
    }
  }

  private void part(StringBuilder body, String method, int from, int to) {
    String type = element.name + (to - from);
    String arguments =
        IntStream.range(from, to)
            .mapToObj(i -> element.ofStored("lanes[" + i + "]"))
            .collect(Collectors.joining(", "));
    body.append(
        """

          /** A copy of lanes %d to %d. */
          public %s %s() {
            return new %s(%s);
          }
        """
            .formatted(from, to - 1, type, method, type, arguments));
  }

  /** A static method that returns a new vector. */
  private void function(
      StringBuilder body, String method, String parameters, IntFunction<String> expression) {
    body.append(
        """

          public static V %s(%s) {
            return new V(
                %s);
          }
        """
            .formatted(method, parameters, lanes(",\n        ", expression)));
  }

  /** The same with a vector of ints on either side. */
  private void mixed(StringBuilder body, String method, String expression) {
    IntFunction<String> operation = i -> expression.formatted(lane("a", i), "b.get(" + i + ")");
    IntFunction<String> reversed = i -> expression.formatted("a.get(" + i + ")", lane("b", i));
    function(body, method, "V a, Int" + width + " b", operation);
    function(body, method, "Int" + width + " a, V b", reversed);
  }

  /** A static method that writes into its third argument. */
  private void into(StringBuilder body, String method) {
    body.append(
        """

          /** Writes into {@code result}. */
          public static void %s(V a, V b, V result) {
            result.set(%s(a, b));
          }
        """
            .formatted(method, method));
  }

  private void delegate(StringBuilder body, String method, String call) {
    body.append(
        """

          public static V %s(V a, E value) {
            return %s;
          }
        """
            .formatted(method, call));
  }

  private String tail() {
    String format = isSmall() ? smallFormat() : "{" + lanes(",", i -> element.format) + "}";
    return """

      public E get(int index) {
        return %s;
      }

      public void set(int index, E value) {
        lanes[index] = %s;
      }

      public void set(V other) {
        System.arraycopy(other.lanes, 0, lanes, 0, lanes.length);
      }

      /** The lanes themselves: writing to the array changes this vector. */
      public S[] getArray() {
        return lanes;
      }

      /** The same as {@link #getArray()}. */
      public S[] toArray() {
        return lanes;
      }

      @Override
      public void loadFromBuffer(B buffer) {
        asBuffer().put(buffer);
      }

      /** A view: writing to the buffer changes this vector. */
      @Override
      public B asBuffer() {
        return B.wrap(lanes);
      }

      @Override
      public int size() {
        return lanes.length;
      }

      @Override
      public long getNumBytes() {
        return (long) lanes.length * BOX.BYTES;
      }

      /** The lanes in the default locale. */
      @Override
      public String toString() {
        return toString("%s");
      }

      /** The lanes as the N arguments of a format string. */
      @SuppressWarnings("AnnotateFormatMethod") // TornadoVM's signature
      public String toString(String format) {
        return String.format(
            format,
            %s);
      }
    """
        .formatted(
            element.ofStored("lanes[index]"),
            element.toStored("value"),
            format,
            lanes(
                ",\n        ",
                i -> isHalf() ? "Float.float16ToFloat(lanes[" + i + "])" : "lanes[" + i + "]"));
  }

  /** Small vectors of integers name their lanes. */
  private String smallFormat() {
    if (element.isReal() || isHalf() || name().equals("Short2")) {
      return "{" + lanes(",", i -> element.format) + "}";
    }
    return "{ " + lanes(", ", i -> argument(i) + "=%-7d") + " }";
  }

  private static final String HALF2 =
      """

        /** a b + c in single precision. */
        public static V fma(V a, V b, V c) {
          return fromFloats(
              Math.fma(a.lane(0), b.lane(0), c.lane(0)), Math.fma(a.lane(1), b.lane(1), c.lane(1)));
        }

        private float lane(int index) {
          return Float.float16ToFloat(lanes[index]);
        }

        public static float lowFloat(V a) {
          return a.lane(0);
        }

        public static float highFloat(V a) {
          return a.lane(1);
        }

        public static V fromFloats(float low, float high) {
          return new V(new HalfFloat(low), new HalfFloat(high));
        }
      """;
}
