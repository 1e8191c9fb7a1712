package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat16;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat4;
import uk.ac.manchester.tornado.api.types.collections.VectorFloat8;
import uk.ac.manchester.tornado.api.types.vectors.Float16;
import uk.ac.manchester.tornado.api.types.vectors.Float4;
import uk.ac.manchester.tornado.api.types.vectors.Float8;

/** Vectors on the host: every lane does what a float would do. */
class VectorTypesTest {

  private final Random random = new Random(7);

  @Test
  void arithmeticOfFloat4IsLaneByLane() {
    laneByLane4(Float4::add, (a, b) -> a + b);
    laneByLane4(Float4::sub, (a, b) -> a - b);
    laneByLane4(Float4::mult, (a, b) -> a * b);
    laneByLane4(Float4::div, (a, b) -> a / b);
    laneByLane4(Float4::min, Math::min);
    laneByLane4(Float4::max, Math::max);
    laneByLane4((a, b) -> Float4.add(a, b.getZ()), 2, (a, b) -> a + b);
    laneByLane4((a, b) -> Float4.sub(a, b.getZ()), 2, (a, b) -> a - b);
    laneByLane4((a, b) -> Float4.mult(a, b.getZ()), 2, (a, b) -> a * b);
    laneByLane4((a, b) -> Float4.div(a, b.getZ()), 2, (a, b) -> a / b);
  }

  @Test
  void arithmeticOfFloat8IsLaneByLane() {
    laneByLane8(Float8::add, (a, b) -> a + b);
    laneByLane8(Float8::sub, (a, b) -> a - b);
    laneByLane8(Float8::mult, (a, b) -> a * b);
    laneByLane8(Float8::div, (a, b) -> a / b);
    laneByLane8(Float8::min, Math::min);
    laneByLane8(Float8::max, Math::max);
    laneByLane8((a, b) -> Float8.add(a, b.getS5()), 5, (a, b) -> a + b);
    laneByLane8((a, b) -> Float8.sub(a, b.getS5()), 5, (a, b) -> a - b);
    laneByLane8((a, b) -> Float8.mult(a, b.getS5()), 5, (a, b) -> a * b);
    laneByLane8((a, b) -> Float8.div(a, b.getS5()), 5, (a, b) -> a / b);
  }

  @Test
  void arithmeticOfFloat16IsLaneByLane() {
    laneByLane16(Float16::add, (a, b) -> a + b);
    laneByLane16(Float16::sub, (a, b) -> a - b);
    laneByLane16(Float16::mult, (a, b) -> a * b);
    laneByLane16(Float16::div, (a, b) -> a / b);
    laneByLane16(Float16::min, Math::min);
    laneByLane16(Float16::max, Math::max);
    laneByLane16((a, b) -> Float16.add(a, b.getS11()), 11, (a, b) -> a + b);
    laneByLane16((a, b) -> Float16.sub(a, b.getS11()), 11, (a, b) -> a - b);
    laneByLane16((a, b) -> Float16.mult(a, b.getS11()), 11, (a, b) -> a * b);
    laneByLane16((a, b) -> Float16.div(a, b.getS11()), 11, (a, b) -> a / b);
  }

  @Test
  void dotProductsAddTheProductsOfLanesInOrder() {
    Float4 a4 = float4();
    Float4 b4 = float4();
    Float8 a8 = float8();
    Float8 b8 = float8();
    Float16 a16 = float16();
    Float16 b16 = float16();
    assertThat(Float4.dot(a4, b4)).isEqualTo(dot(a4.toArray(), b4.toArray()));
    assertThat(Float8.dot(a8, b8)).isEqualTo(dot(a8.toArray(), b8.toArray()));
    assertThat(Float16.dot(a16, b16)).isEqualTo(dot(a16.toArray(), b16.toArray()));
  }

  @Test
  void everyLaneHasItsOwnGetterAndSetter() {
    Float16 v = new Float16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (int lane = 0; lane < 16; lane++) {
      assertThat(v.get(lane)).isEqualTo((float) lane);
    }
    v.setS0(100);
    v.setS12(112);
    v.set(13, 113);
    v.setS15(115);
    assertThat(v.toArray())
        .containsExactly(100, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 112, 113, 14, 115);
    assertThat(v.getS13()).isEqualTo(113f);

    Float8 half = new Float8(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(half.getLow().toArray()).containsExactly(0, 1, 2, 3);
    assertThat(half.getHigh().toArray()).containsExactly(4, 5, 6, 7);
  }

  @Test
  void reductionsOfFloat4() {
    Float4 v = new Float4(-4, -1.5f, -3, -2);
    assertThat(Float4.min(v)).isEqualTo(-4f);
    assertThat(Float4.max(v)).isEqualTo(-1.5f);
    assertThat(Float4.sum(v)).isEqualTo(-10.5f);
    assertThat(Float4.length(new Float4(1, 2, 2, 4))).isEqualTo(5f);
    assertThat(Float4.clamp(v, -3, -2).toArray()).containsExactly(-3, -2, -3, -2);
  }

  @Test
  void arithmeticLeavesItsOperandsAlone() {
    Float16 a = float16();
    float[] before = a.toArray().clone();
    Float16.add(a, Float16.mult(a, 2f));
    assertThat(a.toArray()).containsExactly(before);
  }

  @Test
  void anArrayOfVectorsSharesTheElementsOfItsArray() {
    FloatArray elements = counting(40);
    VectorFloat4 four = new VectorFloat4(elements);
    VectorFloat8 eight = new VectorFloat8(elements);
    VectorFloat16 sixteen = new VectorFloat16(elements);

    assertThat(four.getLength()).isEqualTo(10);
    assertThat(eight.getLength()).isEqualTo(5);
    assertThat(sixteen.getLength()).isEqualTo(2);
    assertThat(sixteen.size()).isEqualTo(40);
    assertThat(sixteen.vectorWidth()).isEqualTo(16);
    assertThat(sixteen.getArray()).isSameAs(elements);
    assertThat(sixteen.get(1).getS3()).isEqualTo(19f);
    assertThat(eight.get(2).getS3()).isEqualTo(19f);
    assertThat(four.get(4).getW()).isEqualTo(19f);

    eight.set(2, new Float8(0, 0, 0, 77, 0, 0, 0, 0));
    assertThat(elements.get(19)).isEqualTo(77f);
    assertThat(four.get(4).getW()).isEqualTo(77f);
  }

  @Test
  void aVectorOutOfAnArrayIsACopy() {
    VectorFloat8 vectors = new VectorFloat8(counting(16));
    vectors.get(1).setS0(-1);
    assertThat(vectors.get(1).getS0()).isEqualTo(8f);
  }

  @Test
  void arraysOfVectorsCanBeFilledCopiedAndSummed() {
    VectorFloat16 vectors = new VectorFloat16(counting(48));
    VectorFloat16 copy = vectors.duplicate();
    vectors.fill(2);
    assertThat(vectors.sum().toArray()).containsOnly(6);
    assertThat(copy.sum().getS1()).isEqualTo(1f + 17 + 33);
    vectors.set(copy);
    assertThat(vectors.get(2).getS15()).isEqualTo(47f);
    vectors.clear();
    assertThat(vectors.getArray().toHeapArray()).containsOnly(0);
  }

  private static FloatArray counting(int size) {
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, i);
    }
    return array;
  }

  private static float dot(float[] a, float[] b) {
    float sum = a[0] * b[0];
    for (int i = 1; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private float[] randomLanes(int count) {
    float[] lanes = new float[count];
    for (int i = 0; i < count; i++) {
      lanes[i] = random.nextFloat() * 4 - 2;
    }
    return lanes;
  }

  private Float4 float4() {
    Float4 v = new Float4();
    System.arraycopy(randomLanes(4), 0, v.toArray(), 0, 4);
    return v;
  }

  private Float8 float8() {
    Float8 v = new Float8();
    System.arraycopy(randomLanes(8), 0, v.toArray(), 0, 8);
    return v;
  }

  private Float16 float16() {
    Float16 v = new Float16();
    System.arraycopy(randomLanes(16), 0, v.toArray(), 0, 16);
    return v;
  }

  private void laneByLane4(BinaryOperator<Float4> vector, DoubleBinaryOperator scalar) {
    laneByLane4(vector, -1, scalar);
  }

  private void laneByLane4(
      BinaryOperator<Float4> vector, int broadcast, DoubleBinaryOperator scalar) {
    Float4 a = float4();
    Float4 b = float4();
    check(a.toArray(), b.toArray(), vector.apply(a, b).toArray(), broadcast, scalar);
  }

  private void laneByLane8(BinaryOperator<Float8> vector, DoubleBinaryOperator scalar) {
    laneByLane8(vector, -1, scalar);
  }

  private void laneByLane8(
      BinaryOperator<Float8> vector, int broadcast, DoubleBinaryOperator scalar) {
    Float8 a = float8();
    Float8 b = float8();
    check(a.toArray(), b.toArray(), vector.apply(a, b).toArray(), broadcast, scalar);
  }

  private void laneByLane16(BinaryOperator<Float16> vector, DoubleBinaryOperator scalar) {
    laneByLane16(vector, -1, scalar);
  }

  private void laneByLane16(
      BinaryOperator<Float16> vector, int broadcast, DoubleBinaryOperator scalar) {
    Float16 a = float16();
    Float16 b = float16();
    check(a.toArray(), b.toArray(), vector.apply(a, b).toArray(), broadcast, scalar);
  }

  /**
   * @param broadcast the lane of b that all lanes of a are combined with, or -1: each with its own
   */
  private static void check(
      float[] a, float[] b, float[] result, int broadcast, DoubleBinaryOperator scalar) {
    for (int lane = 0; lane < a.length; lane++) {
      float other = b[broadcast < 0 ? lane : broadcast];
      // The double result of one operation on floats rounds to the float result.
      assertThat(result[lane]).isEqualTo((float) scalar.applyAsDouble(a[lane], other));
    }
  }
}
