package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Arrays on the host. */
class NativeArrayTest {

  @Test
  void freshArraysAreZero() {
    assertThat(new FloatArray(5).toHeapArray()).containsOnly(0).hasSize(5);
    assertThat(new IntArray(5).toHeapArray()).containsOnly(0).hasSize(5);
    assertThat(new HalfFloatArray(5).get(4).getFloat32()).isZero();
  }

  @Test
  void sizesCountTheHeaderApart() {
    FloatArray array = new FloatArray(5);
    assertThat(array.getSize()).isEqualTo(5);
    assertThat(array.getElementSize()).isEqualTo(4);
    assertThat(array.getNumBytesOfSegment()).isEqualTo(20);
    assertThat(array.getNumBytesOfSegmentWithHeader()).isEqualTo(36);
    assertThat(new HalfFloatArray(5).getNumBytesOfSegmentWithHeader()).isEqualTo(26);
  }

  @Test
  void segmentsAreViews() {
    FloatArray array = FloatArray.fromElements(1, 2, 3);
    array.getSegment().setAtIndex(ValueLayout.JAVA_FLOAT, 1, 20);
    assertThat(array.get(1)).isEqualTo(20f);
    array.set(2, 30);
    assertThat(array.getSegmentWithHeader().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 16 + 8))
        .isEqualTo(30f);
    assertThat(array.getSegmentWithHeader().get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(3);
  }

  @Test
  void factoriesCopy() {
    float[] values = {1, 2, 3};
    FloatArray array = FloatArray.fromArray(values);
    values[0] = 9;
    assertThat(array.toHeapArray()).containsExactly(1, 2, 3);
    assertThat(FloatArray.fromSegment(MemorySegment.ofArray(values)).toHeapArray())
        .containsExactly(9, 2, 3);
    assertThat(FloatArray.fromFloatBuffer(FloatBuffer.wrap(values)).toHeapArray())
        .containsExactly(9, 2, 3);
    assertThat(IntArray.fromElements(4, 5).toHeapArray()).containsExactly(4, 5);
  }

  @Test
  void arraysCanBeCutAndJoined() {
    FloatArray array = FloatArray.fromElements(0, 1, 2, 3, 4);
    assertThat(array.slice(1, 3).toHeapArray()).containsExactly(1, 2, 3);
    assertThat(FloatArray.concat(array.slice(4, 1), array.slice(0, 2)).toHeapArray())
        .containsExactly(4, 0, 1);
    assertThat(IntArray.concat(IntArray.fromElements(7), IntArray.fromElements(8)).toHeapArray())
        .containsExactly(7, 8);
  }

  @Test
  void halfPrecisionRoundsToTheNearest() {
    HalfFloatArray array = new HalfFloatArray(2);
    array.set(0, new HalfFloat(0.1f));
    array.set(1, new HalfFloat(-65504));
    assertThat(array.get(0).getFloat32())
        .isEqualTo(Float.float16ToFloat(Float.floatToFloat16(0.1f)));
    assertThat(array.get(1).getFloat32()).isEqualTo(-65504f);
  }

  @Test
  void filling() {
    FloatArray array = new FloatArray(3);
    array.init(2.5f);
    assertThat(array.toHeapArray()).containsOnly(2.5f);
    array.clear();
    assertThat(array.toHeapArray()).containsOnly(0);
  }

  @Test
  @Tag("plain-jvm")
  void indexesAndSizesOutOfRange() {
    FloatArray array = new FloatArray(3);
    assertThatThrownBy(() -> array.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new FloatArray(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative");
    assertThatThrownBy(() -> array.slice(2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exceeds the array of 3");
  }
}
