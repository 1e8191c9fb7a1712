package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.ConformanceCases;
import org.tornadogru.oracle.OnnxGru;
import org.tornadogru.oracle.RandomShapes;
import org.tornadogru.oracle.RandomShapes.Shape;
import org.tornadogru.oracle.ReferenceGru.Gradients;
import org.tornadogru.oracle.ReferenceParameters;
import org.tornadogru.oracle.ReferenceSgd;

/** Every kernel of every set that this runtime can run, against oracles in double precision. */
class KernelSetsTest {

  /** Single precision, sums of a few thousand terms. */
  private static final double CLOSE = 2e-6;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndShapes")
  void statesMatchOnnxRuntime(DeviceProbe probe, Shape shape) {
    double[][][] actual =
        probe.states(shape.reset(), shape.parameters(), shape.inputs(), shape.initialState());
    float[][][] expected =
        new OnnxGru(shape.reset()).states(shape.parameters(), shape.inputs(), shape.initialState());
    for (int t = 0; t < shape.steps(); t++) {
      for (int b = 0; b < shape.batch(); b++) {
        assertThat(actual[t][b])
            .as("step %d, row %d", t, b)
            .containsExactly(floatsToDoubles(expected[t][b]), within(1e-5));
      }
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndConformanceCases")
  void statesMatchThePublishedCases(DeviceProbe probe, ConformanceCases.Case known) {
    known.assertReproducedBy(
        probe.states(known.reset(), known.parameters(), known.x(), known.initialState()), 1e-6);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndShapes")
  void gradientsMatchTheReference(DeviceProbe probe, Shape shape) {
    Gradients expected =
        shape.gru().gradients(shape.parameters(), shape.tokens(), shape.initialState());
    Gradients actual =
        probe.gradients(shape.reset(), shape.parameters(), shape.tokens(), shape.initialState());
    assertClose(actual, expected);
  }

  /** Several blocks of rows and several chunks of positions, in every kernel that has such. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndLargeBatches")
  void gradientsOfALargeBatchMatchTheReference(DeviceProbe probe, Shape shape) {
    assertClose(
        probe.gradients(shape.reset(), shape.parameters(), shape.tokens(), shape.initialState()),
        shape.gru().gradients(shape.parameters(), shape.tokens(), shape.initialState()));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndShapes")
  void paddedRowsHaveNeitherLossNorGradient(DeviceProbe probe, Shape shape) {
    int[][] tokens = shape.tokens((shape.batch() + 1) / 2);
    Gradients expected = shape.gru().gradients(shape.parameters(), tokens, shape.initialState());
    assertClose(
        probe.gradients(shape.reset(), shape.parameters(), tokens, shape.initialState()), expected);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndShapes")
  void threeUpdatesMatchTheReference(DeviceProbe probe, Shape shape) {
    ReferenceSgd sgd = new ReferenceSgd(0.5, 0.2);
    double[][] zero = new double[shape.batch()][shape.hidden()];
    ReferenceParameters expected = shape.parameters();
    Weights weights = DeviceProbe.weights(shape.reset(), expected);
    try (TrainingPlan plan =
        new TrainingPlan(
            weights,
            new SequenceShape(shape.steps(), shape.batch()),
            new SgdConfig(0.5f, 0.2f),
            new Placement(Device.fastest(), probe.kernels()))) {
      for (int update = 0; update < 3; update++) {
        Gradients gradients = shape.gru().gradients(expected, shape.tokens(), zero);
        assertThat(plan.step(DeviceProbe.flat(shape.tokens())))
            .isCloseTo((float) gradients.loss(), within(1e-5f));
        expected = sgd.step(expected, gradients.parameters());
      }
      assertClose(DeviceProbe.parameters(plan.weights()), expected);
      assertThat(plan.evaluate(DeviceProbe.flat(shape.tokens())))
          .isCloseTo((float) shape.gru().loss(expected, shape.tokens(), zero), within(1e-5f));
    }
  }

  static Stream<Arguments> setsAndShapes() {
    return DeviceProbe.everyKernelSet().stream()
        .flatMap(
            kernels ->
                RandomShapes.shapes()
                    .filter(shape -> isTested(kernels, shape))
                    .map(shape -> Arguments.of(named(new DeviceProbe(kernels)), shape)));
  }

  /** A device's own set sees every shape, the others some. */
  private static boolean isTested(KernelSet kernels, Shape shape) {
    boolean isOwn = kernels.equals(Placement.on(Device.fastest()).kernels());
    return DeviceTests.runAll() || (isOwn && !DeviceTests.areQuick()) || shape.seed() % 4 == 3;
  }

  static Stream<Arguments> setsAndLargeBatches() {
    return DeviceProbe.everyKernelSet().stream()
        .flatMap(
            kernels ->
                Stream.of(ResetPlacement.values())
                    .map(
                        reset ->
                            Arguments.of(
                                named(new DeviceProbe(kernels)),
                                new Shape(3, 301, 17, 11, reset, 200))));
  }

  static Stream<Arguments> setsAndConformanceCases() {
    return ConformanceCases.applicable().stream()
        .flatMap(
            known ->
                DeviceProbe.everyKernelSet().stream()
                    .map(DeviceProbe::new)
                    .map(probe -> Arguments.of(named(probe), known)));
  }

  private static Named<DeviceProbe> named(DeviceProbe probe) {
    return Named.of(probe.kernels().name(), probe);
  }

  private static void assertClose(Gradients actual, Gradients expected) {
    assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-5));
    assertClose(actual.parameters(), expected.parameters());
    for (int b = 0; b < expected.initialState().length; b++) {
      assertThat(actual.initialState()[b])
          .as("initial state, row %d", b)
          .containsExactly(expected.initialState()[b], within(CLOSE));
    }
  }

  private static void assertClose(ReferenceParameters actual, ReferenceParameters expected) {
    for (String name : ReferenceParameters.NAMES) {
      assertThat(actual.tensor(name))
          .as(name)
          .containsExactly(expected.tensor(name), within(CLOSE));
    }
  }

  private static double[] floatsToDoubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < floats.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }
}
