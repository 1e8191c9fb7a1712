package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.tornadogru.jvm.Kernels.counting;

import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoProfilerResult;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** What tasks do with their arguments decides what is moved, whatever the graph asks for. */
class AccessTest {

  private static final String STRICT = "tornado.plain.strict";
  private static final long FRAME = 24;
  private static final int SIZE = 10;
  private static final long BYTES = 4 * SIZE + 16;

  private final FloatArray in = counting(SIZE);
  private final FloatArray out = new FloatArray(SIZE);
  private Properties before;

  @BeforeAll
  static void bytesAreCounted() {
    DefaultBackend.assumeCountersOfBytes();
  }

  @BeforeEach
  void asTornadoVmDoesIt() {
    before = (Properties) System.getProperties().clone();
    System.clearProperty(STRICT);
  }

  @AfterEach
  void asBefore() {
    System.setProperties(before);
  }

  static void copy(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      out.set(i, in.get(i));
    }
  }

  static void copyHalf(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < 5; i++) {
      out.set(i, in.get(i));
    }
  }

  static void copyBack(FloatArray out, FloatArray in) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      out.set(i, in.get(i));
    }
  }

  static void inOneBranch(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      float x = in.get(i);
      if (x > 3) {
        out.set(i, x);
      }
    }
  }

  static void inBothBranches(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      float x = in.get(i);
      if (x > 3) {
        out.set(i, x);
      } else {
        out.set(i, -x);
      }
    }
  }

  static void afterALoop(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      float sum = 0;
      for (int k = 0; k < in.getSize(); k++) {
        sum += in.get(k);
      }
      out.set(i, sum);
    }
  }

  static void throughAMethod(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      put(out, i, element(in, i));
    }
  }

  private static float element(FloatArray array, int i) {
    return array.get(i);
  }

  private static void put(FloatArray array, int i, float x) {
    array.set(i, x);
  }

  static void afterAMethodsLoop(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      put(out, i, sum(in));
    }
  }

  private static float sum(FloatArray array) {
    float sum = 0;
    for (int k = 0; k < array.getSize(); k++) {
      sum += array.get(k);
    }
    return sum;
  }

  /** The same variable stands for both arrays. */
  static void throughAVariable(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      FloatArray array = in;
      float x = array.get(i);
      array = out;
      array.set(i, x);
    }
  }

  static void sizeOnly(FloatArray in, FloatArray out) {
    for (@Parallel int i = 0; i < out.getSize(); i++) {
      out.set(i, in.getSize());
    }
  }

  /** A kernel, and whether TornadoVM uploads in and out. */
  static Stream<Arguments> kernels() {
    return Stream.of(
        kernel("copy", AccessTest::copy, true, false),
        kernel("copyHalf", AccessTest::copyHalf, true, false),
        kernel("copyBack", AccessTest::copyBack, false, true),
        kernel("inOneBranch", AccessTest::inOneBranch, true, true),
        kernel("inBothBranches", AccessTest::inBothBranches, true, false),
        kernel("afterALoop", AccessTest::afterALoop, true, true),
        kernel("throughAMethod", AccessTest::throughAMethod, true, false),
        kernel("afterAMethodsLoop", AccessTest::afterAMethodsLoop, true, true),
        kernel("throughAVariable", AccessTest::throughAVariable, true, false),
        kernel("sizeOnly", AccessTest::sizeOnly, true, false));
  }

  private static Arguments kernel(
      String name, Task2<FloatArray, FloatArray> code, boolean in, boolean out) {
    return arguments(name, code, in, out);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kernels")
  void whatIsUploadedUnasked(
      String name, Task2<FloatArray, FloatArray> code, boolean inCrosses, boolean outCrosses)
      throws TornadoExecutionPlanException {
    TaskGraph graph = new TaskGraph("access").task(name, code, in, out);
    long first = FRAME + (inCrosses ? BYTES : 0) + (outCrosses ? BYTES : 0);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      check(plan, first, 0);
      check(plan, FRAME, 0);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kernels")
  void whatIsOnlyWrittenIsNotUploadedEvenIfAskedFor(
      String name, Task2<FloatArray, FloatArray> code, boolean inCrosses, boolean outCrosses)
      throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("access")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in, out)
            .task(name, code, in, out)
            .transferToHost(DataTransferMode.UNDER_DEMAND, out);
    long each = FRAME + (inCrosses ? BYTES : 0) + (outCrosses ? BYTES : 0);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      check(plan, each, 0);
      check(plan, each, 0);
    }
  }

  /** On a device its second half is whatever the memory held before. */
  @Test
  @Tag("plain-jvm")
  void whatIsHalfWrittenLosesTheOtherHalf() throws TornadoExecutionPlanException {
    out.init(7);
    TaskGraph graph =
        new TaskGraph("half")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in, out)
            .task("copyHalf", AccessTest::copyHalf, in, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
    assertThat(out.get(4)).isEqualTo(4f);
    assertThat(out.get(5)).isNaN();
  }

  @Test
  void whatNoTaskWritesDoesNotComeBack() throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("back")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, in)
            .task("copy", AccessTest::copy, in, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, in, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      check(plan, BYTES + FRAME, BYTES);
      in.set(3, -1);
      check(plan, FRAME, BYTES);
      assertThat(in.get(3)).isEqualTo(-1f);
      assertThat(out.get(3)).isEqualTo(3f);
    }
  }

  @Test
  void whatATaskBeforeWroteIsNotUploaded() throws TornadoExecutionPlanException {
    FloatArray between = new FloatArray(SIZE);
    TaskGraph graph =
        new TaskGraph("chain")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
            .task("first", AccessTest::copy, in, between)
            .task("second", AccessTest::afterALoop, between, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      check(plan, 2 * BYTES + 2 * FRAME, BYTES);
      assertThat(out.get(0)).isEqualTo(45f);
      check(plan, BYTES + 2 * FRAME, BYTES);
    }
  }

  @Test
  void anObjectNamedTwiceGoesAsTheLastTransferSays() throws TornadoExecutionPlanException {
    TaskGraph graph =
        new TaskGraph("twice")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, in)
            .task("copy", AccessTest::copy, in, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, out);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.withProfiler(ProfilerMode.SILENT);
      check(plan, BYTES + FRAME, BYTES);
      check(plan, FRAME, BYTES);
    }
  }

  private static void check(TornadoExecutionPlan plan, long in, long out) {
    TornadoProfilerResult profile = plan.execute().getProfilerResult();
    assertThat(profile.getTotalBytesCopyIn()).as("bytes in").isEqualTo(in);
    assertThat(profile.getTotalBytesCopyOut()).as("bytes out").isEqualTo(out);
  }

  /** It comes back from the graph that writes it, not from one that reads it behind that. */
  @Test
  void whatAnotherGraphHasWrittenDoesNotComeBack() throws TornadoExecutionPlanException {
    FloatArray between = new FloatArray(SIZE);
    between.init(-7f);
    TaskGraph first =
        new TaskGraph("first")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, in)
            .task("copy", AccessTest::copy, in, between)
            .persistOnDevice(between);
    TaskGraph second =
        new TaskGraph("second")
            .consumeFromDevice("first", between)
            .task("copy", AccessTest::copy, between, out)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, between, out);
    try (TornadoExecutionPlan plan =
        new TornadoExecutionPlan(first.snapshot(), second.snapshot())) {
      plan.withGraph(0).execute();
      plan.withGraph(1).execute();
    }
    assertThat(between.get(3)).isEqualTo(-7f);
    assertThat(out.toHeapArray()).containsExactly(in.toHeapArray());
  }
}
