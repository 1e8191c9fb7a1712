package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The functions of kernels, on the host and on the device, against double precision. */
class TornadoMathTest {

  @FunctionalInterface
  interface FloatFunction {
    float apply(float x);
  }

  static Stream<Arguments> functions() {
    return Stream.of(
        function("exp", TornadoMath::exp, Math::exp),
        function("log", TornadoMath::log, Math::log),
        function("log2", TornadoMath::log2, x -> Math.log(x) / Math.log(2)),
        function("sqrt", TornadoMath::sqrt, Math::sqrt),
        function("tanh", TornadoMath::tanh, Math::tanh),
        function("sin", TornadoMath::sin, Math::sin),
        function("cos", TornadoMath::cos, Math::cos),
        function("tan", TornadoMath::tan, Math::tan),
        function("atan", TornadoMath::atan, Math::atan),
        function("floor", TornadoMath::floor, Math::floor),
        function("ceil", TornadoMath::ceil, Math::ceil),
        function("fract", TornadoMath::fract, x -> x - Math.floor(x)),
        function("signum", TornadoMath::signum, Math::signum),
        function("asinh", TornadoMath::asinh, x -> Math.log(x + Math.sqrt(x * x + 1))),
        function("sinpi", TornadoMath::sinpi, x -> Math.sin(Math.PI * x)),
        function("pow", x -> TornadoMath.pow(x, 1.5f), x -> Math.pow(x, 1.5)),
        function("atan2", x -> TornadoMath.atan2(x, -2f), x -> Math.atan2(x, -2)),
        function("clamp", x -> TornadoMath.clamp(x, 1f, 2f), x -> Math.clamp(x, 1, 2)));
  }

  private static Arguments function(String name, FloatFunction tested, DoubleUnaryOperator exact) {
    return Arguments.of(name, tested, exact);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("functions")
  void onTheHost(String name, FloatFunction tested, DoubleUnaryOperator exact) {
    for (float x : new float[] {0.013f, 0.5f, 0.9f, 1.1f, 1.4f, 2.7f, 7.3f}) {
      double expected = exact.applyAsDouble(x);
      assertThat((double) tested.apply(x))
          .as("%s(%s)", name, x)
          .isCloseTo(expected, within(2e-6 * Math.max(1, Math.abs(expected))));
    }
  }

  /** Eight functions of each x. */
  static void tabulate(FloatArray x, FloatArray table) {
    for (@Parallel int i = 0; i < x.getSize(); i++) {
      float value = x.get(i);
      table.set(i * 8, TornadoMath.exp(value));
      table.set(i * 8 + 1, TornadoMath.tanh(value));
      table.set(i * 8 + 2, TornadoMath.log(value));
      table.set(i * 8 + 3, TornadoMath.sqrt(value));
      table.set(i * 8 + 4, TornadoMath.min(value, 1.2f));
      table.set(i * 8 + 5, TornadoMath.max(value, 1.2f));
      table.set(i * 8 + 6, TornadoMath.abs(value - 2f));
      table.set(i * 8 + 7, TornadoMath.pow(value, 1.5f));
    }
  }

  @Test
  void onTheDevice() throws TornadoExecutionPlanException {
    FloatArray x = new FloatArray(64);
    FloatArray table = new FloatArray(64 * 8);
    for (int i = 0; i < x.getSize(); i++) {
      x.set(i, 0.05f + i * 0.07f);
    }
    TaskGraph graph =
        new TaskGraph("functions")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, x)
            .task("tabulate", TornadoMathTest::tabulate, x, table)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, table);
    try (TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot())) {
      plan.execute();
    }
    for (int i = 0; i < x.getSize(); i++) {
      double v = x.get(i);
      double[] expected = {
        Math.exp(v),
        Math.tanh(v),
        Math.log(v),
        Math.sqrt(v),
        Math.min(v, 1.2f),
        Math.max(v, 1.2f),
        Math.abs(v - 2),
        Math.pow(v, 1.5)
      };
      for (int k = 0; k < expected.length; k++) {
        assertThat((double) table.get(i * 8 + k))
            .as("function %d of %s", k, v)
            .isCloseTo(expected[k], within(1e-5 * Math.max(1, Math.abs(expected[k]))));
      }
    }
  }
}
