package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.jvm.Kernels.counting;

import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** With {@code tornado.plain.strict} nothing crosses that the program does not name. */
@Tag("plain-jvm")
class StrictModeTest {

  private static final String STRICT = "tornado.plain.strict";
  private static final String LINT = "tornado.plain.lint";

  private final FloatArray in = counting(10);
  private final FloatArray out = new FloatArray(10);
  private Properties before;

  @BeforeEach
  void strictly() {
    before = (Properties) System.getProperties().clone();
    System.setProperty(STRICT, "true");
  }

  @AfterEach
  void asBefore() {
    System.setProperties(before);
  }

  static void firstFromSecond(FloatArray first, FloatArray second) {
    for (@Parallel int i = 0; i < first.getSize(); i++) {
      first.set(i, second.get(i));
    }
  }

  static void secondFromFirst(FloatArray first, FloatArray second) {
    for (@Parallel int i = 0; i < first.getSize(); i++) {
      second.set(i, first.get(i));
    }
  }

  static void twice(IntArray values, IntArray doubled) {
    for (@Parallel int i = 0; i < values.getSize(); i++) {
      doubled.set(i, values.get(i) * 2);
    }
  }

  private TornadoExecutionPlan plan(Task2<FloatArray, FloatArray> code) {
    return new TornadoExecutionPlan(new TaskGraph("strict").task("copy", code, in, out).snapshot());
  }

  @Test
  void theMessageNamesTaskArgumentAndLineToAdd() {
    TornadoExecutionPlan plan = plan(StrictModeTest::secondFromFirst);
    assertThatThrownBy(plan::execute)
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("task strict.copy reads its argument 1, the FloatArray first")
        .hasMessageContaining(
            "add .transferToDevice(DataTransferMode.FIRST_EXECUTION, first), or UNDER_DEMAND");
  }

  @Test
  void methodsOfTheSameTypesAreToldApart() {
    TornadoExecutionPlan first = plan(StrictModeTest::firstFromSecond);
    assertThatThrownBy(first::execute).hasMessageContaining("argument 2, the FloatArray second");
    TornadoExecutionPlan lambda = plan((a, b) -> firstFromSecond(b, a));
    assertThatThrownBy(lambda::execute).hasMessageContaining("argument 1, the FloatArray a");
  }

  @Test
  void aClassOfItsOwnIsLookedInto() {
    System.setProperty(LINT, "off");
    Task2<FloatArray, FloatArray> anonymous =
        new Task2<>() {
          @Override
          public void apply(FloatArray target, FloatArray source) {
            target.set(0, source.get(0));
          }
        };
    TornadoExecutionPlan plan = plan(anonymous);
    assertThatThrownBy(plan::execute).hasMessageContaining("argument 2, the FloatArray source");
  }

  /** What is done by code that is not to be found is, for all that is known, no reading. */
  @Test
  void nativeCodeIsNotAccused() {
    System.setProperty(LINT, "off");
    TornadoExecutionPlan plan = plan(StrictModeTest::nothing);
    assertThatCode(plan::execute).doesNotThrowAnyException();
  }

  private static native void unknown(FloatArray first, FloatArray second);

  private static void nothing(FloatArray first, FloatArray second) {
    if (first.getSize() == 0) {
      unknown(first, second);
    }
  }

  @Test
  void memoryUnderDemandIsThereButHoldsNothing() {
    TaskGraph graph =
        new TaskGraph("demand")
            .transferToDevice(DataTransferMode.UNDER_DEMAND, in)
            .task("copy", StrictModeTest::secondFromFirst, in, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    new TornadoExecutionPlan(graph.snapshot()).execute();
    assertThat(out.get(1)).isNaN();
  }

  /** An integer that nobody wrote stays out of any range when it is doubled. */
  @Test
  void integersAreOddAndFarOut() {
    IntArray values = new IntArray(3);
    IntArray doubled = new IntArray(3);
    TaskGraph graph =
        new TaskGraph("integers")
            .transferToDevice(DataTransferMode.UNDER_DEMAND, values)
            .task("double", StrictModeTest::twice, values, doubled)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, doubled);
    new TornadoExecutionPlan(graph.snapshot()).execute();
    assertThat(Math.abs((long) doubled.get(0))).isGreaterThan(1 << 29);
  }
}
