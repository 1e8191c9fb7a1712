package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.DataRange;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.HalfFloatArray;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

class DataRangeTest {

  private final FloatArray array = new FloatArray(100);

  @Test
  void elementsBecomeBytesBehindTheHeader() {
    check(new DataRange(array).withOffset(5).withSize(10), 20, 40);
    check(new DataRange(array).withSize(10), 0, 40);
    check(new DataRange(array), 0, 400);
    check(new DataRange(array).withOffset(90).withSize(10), 360, 40);
    HalfFloatArray halves = new HalfFloatArray(8);
    halves.init(new HalfFloat(1));
    check(new DataRange(halves).withOffset(3).withSize(2), 6, 4);
  }

  private static void check(DataRange range, long offset, long size) {
    range.materialize();
    assertThat(range.getOffset()).isEqualTo(TornadoNativeArray.ARRAY_HEADER + offset);
    assertThat(range.getPartialSize()).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({"0, 101", "100, 1", "91, 10", "5, 0"}) // a size of 0 stands for the whole array
  void rangesBeyondTheEnd(long offset, long size) {
    DataRange range = new DataRange(array).withOffset(offset).withSize(size);
    assertThatThrownBy(range::materialize).isInstanceOf(TornadoRuntimeException.class);
  }

  /** TornadoVM lets them through, and reads outside the array. */
  @ParameterizedTest
  @CsvSource({"-1, 5", "5, -1", "0, -5", "9223372036854775807, 5", "5, 9223372036854775807"})
  @Tag("plain-jvm")
  void negativeAndOverflowingRanges(long offset, long size) {
    DataRange range = new DataRange(array).withOffset(offset).withSize(size);
    assertThatThrownBy(range::materialize)
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("exceeds the array of 100");
  }

  @Test
  void gettersWantAMaterializedRange() {
    DataRange range = new DataRange(array).withSize(3);
    assertThatThrownBy(range::getOffset).isInstanceOf(TornadoRuntimeException.class);
    assertThatThrownBy(range::getPartialSize).isInstanceOf(TornadoRuntimeException.class);
    assertThat(range.getArray()).isSameAs(array);
  }
}
