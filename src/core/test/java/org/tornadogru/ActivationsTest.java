package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.ReferenceActivation;

/**
 * Activation functions and their slopes, at numbers of every exponent, within the bounds of {@code
 * kernels.Activation}. One unit shows a function: as that of the candidate, with z = 0, from a
 * state of 0, or as that of the update gate, with n = 0, from a state of 1.
 */
class ActivationsTest {

  /** Of the value. */
  private static final double BOUND = 4e-7;

  /** What may be held above 0, or flushed to it. */
  private static final double TINY = 1e-37;

  /** An argument at which z is nothing beside 1. */
  private static final float CLOSED = -80;

  private static final float[] ARGUMENTS = arguments();

  /** Where in the layer a function is. */
  enum Role {
    GATE,
    CANDIDATE
  }

  /** Several of each exponent and sign, and more where functions bend. */
  private static float[] arguments() {
    SplittableRandom random = new SplittableRandom(6);
    DoubleStream everyExponent =
        IntStream.range(0, 4 * 255)
            .map(i -> ((i / 4) << 23) + (i % 4 == 0 ? 0 : random.nextInt(1 << 23)))
            .mapToDouble(Float::intBitsToFloat);
    double[] both =
        Stream.of(everyExponent, random.doubles(600, 0, 10), random.doubles(300, 10, 100))
            .flatMapToDouble(sizes -> sizes.flatMap(size -> DoubleStream.of(size, -size)))
            .toArray();
    float[] floats = new float[both.length];
    Arrays.setAll(both, i -> floats[i] = (float) both[i]);
    return floats;
  }

  static Stream<Arguments> functions() {
    Stream<Device> sets = DeviceTests.withEveryKernelSet();
    Stream<Arguments> fast =
        sets.flatMap(
            device ->
                Stream.of(
                    Arguments.of(device, Role.GATE, ActivationFunction.SIGMOID),
                    Arguments.of(device, Role.CANDIDATE, ActivationFunction.TANH)));
    Stream<ActivationFunction> others =
        Stream.concat(
            Stream.of(Kind.values()).map(ActivationFunction::of),
            Stream.of(
                new ActivationFunction(Kind.AFFINE, 0.7f, -0.3f),
                new ActivationFunction(Kind.SCALED_TANH, 1.7159f, 0.6666667f),
                new ActivationFunction(Kind.ELU, 1.6f, 0),
                new ActivationFunction(Kind.HARD_SIGMOID, 0.25f, 0.5f)));
    Stream<Arguments> rare =
        others.flatMap(
            function ->
                Stream.of(Role.values())
                    .map(role -> Arguments.of(Device.fastest(), role, function)));
    return DeviceTests.areQuick() ? fast : Stream.concat(fast, rare);
  }

  @ParameterizedTest(name = "{1}: {2}, {0}")
  @MethodSource("functions")
  void valuesAndSlopesKeepTheirDigits(Device device, Role role, ActivationFunction function) {
    boolean gate = role == Role.GATE;
    GruConfig config =
        GruConfig.builder(1, 1)
            .activations(
                gate ? function : ActivationFunction.SIGMOID,
                gate ? ActivationFunction.TANH : function)
            .build();
    int batch = ARGUMENTS.length;
    Tensor states = Tensor.of("h0", List.of(1, batch, 1), row -> gate ? 1 : 0);
    Tensor ones = Tensor.of("dy", List.of(1, batch, 1), row -> 1);
    Tensor x = Tensor.of("x", List.of(1, batch, 1), row -> ARGUMENTS[row]);
    Tensor values;
    Tensor slopes;
    try (Gru gru = new Gru(Weights.of(config, 0, tensors(gate)), device)) {
      values = gru.forwardForTraining(Sequences.of(x), states).outputs();
      slopes = gru.backward(ones, null).inputs().orElseThrow();
    }
    var reference = new ReferenceActivation(function);
    boolean kept = config.isStandardCell(); // then slopes are made of values
    check(
        values,
        reference::value,
        at -> TINY + relative(device, at) * (Math.abs(reference.value(at)) + lost(function, at)));
    check(
        slopes,
        reference::slope,
        at ->
            TINY
                + (kept ? 2.5 * relative(device, at) : 0)
                + relative(device, at) * (1 + Math.abs(at)) * Math.abs(reference.slope(at)));
    switch (function.kind()) {
      case SIGMOID, HARD_SIGMOID -> assertRange(values, 0);
      case TANH, SOFTSIGN -> assertRange(values, -1);
      default -> {}
    }
  }

  private static void assertRange(Tensor values, float lowest) {
    for (float value : values.values()) {
      assertThat(value).isBetween(lowest, 1f);
    }
  }

  private static List<Tensor> tensors(boolean gate) {
    return List.of(
        Tensor.of("weight_ih_l0", List.of(3, 1), at -> at == (gate ? 1 : 2) ? 1 : 0),
        Tensor.of("weight_hh_l0", List.of(3, 1), at -> 0),
        Tensor.of("bias_ih_l0", List.of(3), at -> at == 1 && !gate ? CLOSED : 0),
        Tensor.of("bias_hh_l0", List.of(3), at -> 0));
  }

  private static void check(Tensor actual, DoubleUnaryOperator exact, DoubleUnaryOperator bound) {
    for (int row = 0; row < ARGUMENTS.length; row++) {
      double at = ARGUMENTS[row];
      double error = Math.abs(actual.at(row) - exact.applyAsDouble(at));
      assertThat(error).as("of %s at %s", actual.at(row), at).isLessThan(bound.applyAsDouble(at));
    }
  }

  /** A device's exp is off by some units in the last place, and by what its argument is off by. */
  private static double relative(Device device, double at) {
    return device.isPlainJvm() ? BOUND : BOUND + Math.ulp(1f) * (4 + Math.min(100, Math.abs(at)));
  }

  /** What a sum of products has lost by rounding, where it is not cut off. */
  private static double lost(ActivationFunction function, double at) {
    double terms = Math.abs(function.alpha() * at) + Math.abs(function.beta());
    return switch (function.kind()) {
      case AFFINE -> terms;
      case HARD_SIGMOID -> Math.min(terms, 2);
      default -> 0;
    };
  }
}
