package org.tornadogru.jvm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task1;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What a device would not do as Java does it is said of a kernel, with the line. That it is so was
 * seen on TornadoVM with PoCL.
 */
@Tag("plain-jvm")
class KernelLintTest {

  private static final String LINT = "tornado.plain.lint";

  private static int counter = 3;

  private final IntArray numbers = new IntArray(4);
  private final int field = 1;
  private Properties before;

  @BeforeEach
  void findingsAreErrors() {
    before = (Properties) System.getProperties().clone();
    System.setProperty(LINT, "error");
  }

  @AfterEach
  void asBefore() {
    System.setProperties(before);
  }

  interface Function {
    int of(int x);
  }

  static void mix(IntArray numbers) {
    numbers.set(0, 1);
  }

  static void keyword(IntArray unsigned) {
    unsigned.set(0, 1);
  }

  static void unsignedShift(IntArray numbers) {
    for (@Parallel int i = 0; i < numbers.getSize(); i++) {
      numbers.set(i, numbers.get(i) >>> 3);
    }
  }

  static void inAMethod(IntArray numbers) {
    numbers.set(0, shifted(numbers.get(0)));
  }

  private static int shifted(int x) {
    return x >>> 1;
  }

  static void arraysOfArrays(IntArray numbers) {
    int[][] table = new int[2][2];
    numbers.set(0, table[1][1]);
  }

  static void sizeFromData(IntArray numbers) {
    numbers.set(0, new int[numbers.get(1)].length);
  }

  @SuppressWarnings("SystemOut") // what the test is about
  static void printing(IntArray numbers) {
    System.out.println(numbers.get(0));
  }

  static void text(IntArray numbers) {
    numbers.set(0, ("number " + numbers.get(0)).length());
  }

  static void throwing(IntArray numbers) {
    if (numbers.get(0) < 0) {
      throw new IllegalStateException();
    }
  }

  static void locking(IntArray numbers) {
    synchronized (numbers) {
      numbers.set(0, 1);
    }
  }

  static void mutableField(IntArray numbers) {
    numbers.set(0, counter);
  }

  static void writtenField(IntArray numbers) {
    counter = numbers.get(0);
  }

  static void recursive(IntArray numbers) {
    numbers.set(0, factorial(numbers.get(0)));
  }

  private static int factorial(int x) {
    return x < 2 ? 1 : x * factorial(x - 1);
  }

  static void interfaceCall(IntArray numbers) {
    numbers.set(0, function().of(2));
  }

  private static Function function() {
    return null;
  }

  static void nativeCall(IntArray numbers) {
    numbers.set(0, unknown());
  }

  private static native int unknown();

  static void floor(FloatArray x) {
    x.set(0, (float) Math.floor(x.get(0)));
  }

  static void bits(FloatArray x) {
    x.set(0, Float.floatToIntBits(x.get(0)));
  }

  private void bound(IntArray values) {
    values.set(0, field);
  }

  static void clean(FloatArray x) {
    float[] few = new float[4];
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      few[1] = x.get(i);
      x.set(i, (float) (Math.exp(few[1]) + Math.sqrt(few[1]) + Math.max(few[1], 0)));
    }
  }

  static Stream<Arguments> findings() {
    return Stream.of(
        of(KernelLintTest::mix, "own meaning for mix"),
        of(KernelLintTest::keyword, "refuses a parameter called unsigned"),
        of(KernelLintTest::unsignedShift, ">>>"),
        of(KernelLintTest::inAMethod, "KernelLintTest.shifted, line "),
        of(KernelLintTest::arraysOfArrays, "arrays of arrays"),
        of(KernelLintTest::sizeFromData, "constant size"),
        of(KernelLintTest::printing, "java.io.PrintStream.println"),
        of(KernelLintTest::text, "no text"),
        of(KernelLintTest::throwing, "cannot compile throw"),
        of(KernelLintTest::locking, "no synchronized"),
        of(KernelLintTest::mutableField, "counter as it was when the kernel was compiled"),
        of(KernelLintTest::writtenField, "no static fields to write: counter"),
        of(KernelLintTest::recursive, "no recursion: factorial"),
        of(KernelLintTest::interfaceCall, "calls of only if TornadoVM"),
        of(KernelLintTest::nativeCall, "unknown, which is native"));
  }

  private static Arguments of(Task1<IntArray> code, String finding) {
    return arguments(code, finding);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("findings")
  void whatADeviceWouldNotDo(Task1<IntArray> code, String finding) {
    TaskGraph graph = new TaskGraph("lint");
    assertThatThrownBy(() -> graph.task("kernel", code, numbers))
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining(finding)
        .hasMessageContaining("KernelLintTest.");
  }

  @Test
  void functionsThatTornadoVmCannotCompile() {
    TaskGraph graph = new TaskGraph("lint");
    FloatArray x = new FloatArray(2);
    assertThatThrownBy(() -> graph.task("floor", KernelLintTest::floor, x))
        .hasMessageContaining("Math.floor: see whether TornadoMath has it");
    assertThatThrownBy(() -> graph.task("bits", KernelLintTest::bits, x))
        .hasMessageContaining("Float.floatToIntBits");
  }

  @Test
  void aMethodOfAnObject() {
    assertThatThrownBy(() -> new TaskGraph("lint").task("bound", this::bound, numbers))
        .hasMessageContaining("KernelLintTest.bound: it is a method of an object");
  }

  @Test
  void whatADeviceCanDoIsNotAccused() {
    assertThatCode(
            () -> new TaskGraph("lint").task("clean", KernelLintTest::clean, new FloatArray(2)))
        .doesNotThrowAnyException();
  }

  @Test
  void warningsComeOnce() {
    System.setProperty(LINT, "warn");
    Task1<IntArray> code = KernelLintTest::writtenField;
    PrintStream standard = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      new TaskGraph("lint").task("first", code, numbers).task("second", code, numbers);
      System.setProperty(LINT, "off");
      new TaskGraph("lint").task("third", KernelLintTest::locking, numbers);
    } finally {
      System.setErr(standard);
    }
    assertThat(printed.toString(UTF_8))
        .containsOnlyOnce("tornado.plain.lint: KernelLintTest.writtenField")
        .doesNotContain("locking");
  }
}
