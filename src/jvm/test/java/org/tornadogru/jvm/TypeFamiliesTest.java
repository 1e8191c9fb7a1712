package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.ByteArray;
import uk.ac.manchester.tornado.api.types.arrays.CharArray;
import uk.ac.manchester.tornado.api.types.arrays.DoubleArray;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;
import uk.ac.manchester.tornado.api.types.arrays.ShortArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;
import uk.ac.manchester.tornado.api.types.collections.VectorDouble3;
import uk.ac.manchester.tornado.api.types.collections.VectorHalf8;
import uk.ac.manchester.tornado.api.types.images.ImageFloat3;
import uk.ac.manchester.tornado.api.types.matrix.Matrix2DDouble;
import uk.ac.manchester.tornado.api.types.matrix.Matrix3DInt;
import uk.ac.manchester.tornado.api.types.vectors.Byte3;
import uk.ac.manchester.tornado.api.types.vectors.Byte4;
import uk.ac.manchester.tornado.api.types.vectors.Double16;
import uk.ac.manchester.tornado.api.types.vectors.Double2;
import uk.ac.manchester.tornado.api.types.vectors.Double3;
import uk.ac.manchester.tornado.api.types.vectors.Double4;
import uk.ac.manchester.tornado.api.types.vectors.Double8;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Float2;
import uk.ac.manchester.tornado.api.types.vectors.Float3;
import uk.ac.manchester.tornado.api.types.vectors.Float4;
import uk.ac.manchester.tornado.api.types.vectors.Float8;
import uk.ac.manchester.tornado.api.types.vectors.Half16;
import uk.ac.manchester.tornado.api.types.vectors.Half2;
import uk.ac.manchester.tornado.api.types.vectors.Half3;
import uk.ac.manchester.tornado.api.types.vectors.Half4;
import uk.ac.manchester.tornado.api.types.vectors.Half8;
import uk.ac.manchester.tornado.api.types.vectors.Int16;
import uk.ac.manchester.tornado.api.types.vectors.Int2;
import uk.ac.manchester.tornado.api.types.vectors.Int3;
import uk.ac.manchester.tornado.api.types.vectors.Int4;
import uk.ac.manchester.tornado.api.types.vectors.Int8;
import uk.ac.manchester.tornado.api.types.vectors.Short2;
import uk.ac.manchester.tornado.api.types.vectors.Short3;

/** Types that differ by element type or width alone, on the host. */
class TypeFamiliesTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        FloatArray.class,
        DoubleArray.class,
        IntArray.class,
        LongArray.class,
        ShortArray.class,
        ByteArray.class,
        CharArray.class
      })
  void arraysHoldTheirElementsBehindAHeader(Class<? extends TornadoNativeArray> type)
      throws ReflectiveOperationException {
    Class<?> element = type.getMethod("get", int.class).getReturnType();
    Object values = Array.newInstance(element, 5);
    for (int i = 0; i < 5; i++) {
      Array.set(values, i, number(element, 10 + i));
    }
    TornadoNativeArray array =
        type.cast(type.getMethod("fromArray", values.getClass()).invoke(null, values));
    Method set = type.getMethod("set", int.class, element);
    set.invoke(array, 1, number(element, 99));
    Object slice = type.getMethod("slice", int.class, int.class).invoke(array, 1, 3);
    Object pair = Array.newInstance(type, 2);
    Array.set(pair, 0, slice);
    Array.set(pair, 1, array);
    Object joined = type.getMethod("concat", pair.getClass()).invoke(null, pair);

    assertThat(doubles(type.getMethod("toHeapArray").invoke(joined)))
        .containsExactly(99, 12, 13, 10, 99, 12, 13, 14);
    assertThat(Array.get(values, 1)).isEqualTo(number(element, 11));
    assertThat(array.getNumBytesOfSegment()).isEqualTo(5L * array.getElementSize());
    assertThat(array.getNumBytesOfSegmentWithHeader() - array.getNumBytesOfSegment())
        .isEqualTo(TornadoNativeArray.ARRAY_HEADER);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Float2.class,
        Float3.class,
        Float4.class,
        Float8.class,
        Float16.class,
        Double2.class,
        Double3.class,
        Double4.class,
        Double8.class,
        Double16.class,
        Int2.class,
        Int3.class,
        Int4.class,
        Int8.class,
        Int16.class,
        Half2.class,
        Half3.class,
        Half4.class,
        Half8.class,
        Half16.class,
        Short2.class,
        Short3.class,
        Byte3.class,
        Byte4.class
      })
  void vectorsAreAddedAndMultipliedLaneByLane(Class<?> type) throws ReflectiveOperationException {
    Class<?> element = type.getMethod("get", int.class).getReturnType();
    Object a = vector(type, element, 5);
    Object b = vector(type, element, 2);
    int width = (int) type.getMethod("size").invoke(a);
    double[] x = new double[width];
    double[] y = new double[width];
    Arrays.setAll(x, i -> 5 + i);
    Arrays.setAll(y, i -> 2 + i);

    Object sum = type.getMethod("add", type, type).invoke(null, a, b);
    Object difference = type.getMethod("sub", type, type).invoke(null, sum, b);
    Object product = type.getMethod("mult", type, element).invoke(null, a, number(element, 3));
    Object quotient =
        type.getMethod("div", type, element).invoke(null, product, number(element, 3));

    for (int i = 0; i < width; i++) {
      assertThat(lane(sum, i)).isEqualTo(x[i] + y[i]);
      assertThat(lane(difference, i)).isEqualTo(x[i]);
      assertThat(lane(product, i)).isEqualTo(3 * x[i]);
      assertThat(lane(quotient, i)).isEqualTo(x[i]);
    }
    assertThat(lane(a, 0)).as("no operation changes its operands").isEqualTo(5);
  }

  private static Object vector(Class<?> type, Class<?> element, int first)
      throws ReflectiveOperationException {
    Object vector = type.getConstructor().newInstance();
    int width = (int) type.getMethod("size").invoke(vector);
    for (int i = 0; i < width; i++) {
      type.getMethod("set", int.class, element).invoke(vector, i, number(element, first + i));
    }
    return vector;
  }

  private static double lane(Object vector, int index) throws ReflectiveOperationException {
    return toDouble(vector.getClass().getMethod("get", int.class).invoke(vector, index));
  }

  private static double toDouble(Object number) {
    return switch (number) {
      case HalfFloat half -> half.getFloat32();
      case Character character -> character;
      case Number other -> other.doubleValue();
      default -> throw new IllegalArgumentException(number.toString());
    };
  }

  private static double[] doubles(Object array) {
    double[] values = new double[Array.getLength(array)];
    Arrays.setAll(values, i -> toDouble(Array.get(array, i)));
    return values;
  }

  private static Object number(Class<?> type, int value) {
    return switch (type.getSimpleName()) {
      case "float" -> (float) value;
      case "double" -> (double) value;
      case "int" -> value;
      case "long" -> (long) value;
      case "short" -> (short) value;
      case "byte" -> (byte) value;
      case "char" -> (char) value;
      case "HalfFloat" -> new HalfFloat((float) value);
      default -> throw new IllegalArgumentException(type.toString());
    };
  }

  @Test
  void collectionsAreLaidOverTheirArray() {
    VectorDouble3 vectors = new VectorDouble3(4);
    vectors.set(2, new Double3(1, -2, 3));
    assertThat(vectors.getArray().get(7)).isEqualTo(-2);
    assertThat(vectors.size()).isEqualTo(12);
    assertThat(Double3.isEqual(vectors.sum(), new Double3(1, -2, 3))).isTrue();

    VectorHalf8 halves = new VectorHalf8(2);
    halves.fill(new HalfFloat(1.5f));
    assertThat(halves.get(1).getS7().getFloat32()).isEqualTo(1.5f);
  }

  @Test
  void matricesAndImagesAreRowMajor() {
    Matrix2DDouble matrix = new Matrix2DDouble(new double[][] {{1, 2, 3}, {4, 5, 6}});
    assertThat(matrix.row(1).get(0)).isEqualTo(4);
    assertThat(matrix.column(2).get(1)).isEqualTo(6);
    assertThat(matrix.getSegment().byteSize()).isEqualTo(48);

    Matrix3DInt stack = new Matrix3DInt(new int[][][] {{{1, 2}, {3, 4}, {5, 6}}});
    assertThat(stack.get(0, 2, 1)).isEqualTo(6);
    assertThat(stack.duplicate().get(0, 1, 0)).isEqualTo(3);

    ImageFloat3 image = new ImageFloat3(3, 2);
    image.set(2, 1, new Float3(7, 8, 9));
    assertThat(image.getArray().get(15)).isEqualTo(7);
    assertThat(image.max().getZ()).isEqualTo(9);
  }

  @Test
  void vectorsOfFloatsKnowGeometry() {
    Float3 cross = Float3.cross(new Float3(1, 2, 3), new Float3(-4, 5, 0.5f));
    assertThat(cross.toArray()).containsExactly(-14, -12.5f, 13);
    assertThat(Float3.length(Float3.normalise(cross))).isEqualTo(1, within(1e-6f));
    assertThat(Float4.add(new Int4(1, 2, 3, 4), new Float4(0.5f, 0, 0, 0)).getX()).isEqualTo(1.5f);
    Half2 fused =
        Half2.fma(Half2.fromFloats(2, 3), Half2.fromFloats(5, 7), Half2.fromFloats(0.5f, -1));
    assertThat(Half2.lowFloat(fused)).isEqualTo(10.5f);
    assertThat(Half2.highFloat(fused)).isEqualTo(20);
  }
}
