package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.RandomShapes.Shape;
import org.tornadogru.oracle.ReferenceGru;
import org.tornadogru.oracle.ReferenceParameters;
import org.tornadogru.oracle.ReferenceSgd;

class LibTorchPeerTest {
  private static final SgdConfig CLIPS = new SgdConfig(0.5f, 0.01f);
  private static final SgdConfig DOES_NOT_CLIP = new SgdConfig(0.5f, 1e6f);

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#shapes")
  void gradientsInDoublePrecisionEqualTheReference(Shape shape) {
    assertGradients(shape, DataType.FLOAT64, 1e-14);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#shapes")
  void gradientsInSinglePrecisionEqualTheReference(Shape shape) {
    assertGradients(shape, DataType.FLOAT32, 1e-6);
  }

  private static void assertGradients(Shape shape, DataType precision, double tolerance) {
    ReferenceGru.Gradients expected = reference(shape, shape.parameters());
    try (LibTorchPeer peer = Models.libTorch(shape, CLIPS, precision)) {
      peer.gradients(Models.tokens(shape)); // a second pass must not see the first one's
      LibTorchPeer.Gradients actual = peer.gradients(Models.tokens(shape));

      assertThat(actual.loss()).isEqualTo(expected.loss(), within(tolerance * 10));
      assertThat(actual.parameters()).containsOnlyKeys(ReferenceParameters.NAMES);
      actual
          .parameters()
          .forEach(
              (name, gradient) ->
                  assertThat(gradient)
                      .as(name)
                      .containsExactly(expected.parameters().tensor(name), within(tolerance)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#shapes")
  void stepsThatClipEqualTheReference(Shape shape) {
    assertSteps(shape, CLIPS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#shapes")
  void stepsThatDoNotClipEqualTheReference(Shape shape) {
    assertSteps(shape, DOES_NOT_CLIP);
  }

  private static void assertSteps(Shape shape, SgdConfig config) {
    ReferenceSgd sgd = new ReferenceSgd(config.learningRate(), config.clip());
    ReferenceParameters expected = shape.parameters();
    try (LibTorchPeer peer = Models.libTorch(shape, config, DataType.FLOAT64)) {
      for (int step = 0; step < 3; step++) {
        ReferenceGru.Gradients gradients = reference(shape, expected);
        assertThat(peer.step(Models.tokens(shape)))
            .isEqualTo((float) gradients.loss(), within(1e-6f));
        expected = sgd.step(expected, gradients.parameters());
      }
      for (Tensor tensor : peer.weights()) {
        assertThat(tensor.values())
            .as(tensor.name())
            .containsExactly(expected.floats(tensor.name()), within(1e-6f));
      }
    }
  }

  private static ReferenceGru.Gradients reference(Shape shape, ReferenceParameters parameters) {
    return shape
        .gru()
        .gradients(parameters, shape.tokens(), new double[shape.batch()][shape.hidden()]);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#shapes")
  void logitsEqualTheReference(Shape shape) {
    int[][] inputs = Arrays.copyOf(shape.tokens(), shape.steps());
    double[][][] expected =
        shape.gru().logits(shape.parameters(), inputs, new double[shape.batch()][shape.hidden()]);
    try (LibTorchPeer peer = Models.libTorch(shape, CLIPS, DataType.FLOAT32)) {
      peer.infer(Models.tokens(shape));
      assertThat(peer.logits()).containsExactly(Models.join(expected), within(1e-6f));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#shapes")
  void generationIsGreedyFromTheState(Shape shape) {
    try (LibTorchPeer peer = Models.libTorch(shape, CLIPS, DataType.FLOAT32)) {
      Models.assertGreedy(shape, peer);
    }
  }

  /** A step at this shape needs 20 MB: a leak of any of its arrays would add up to gigabytes. */
  @Test
  void memoryStaysFlatOverTwoHundredSteps() throws IOException {
    Shape shape = new Shape(16, 256, 64, 28, ResetPlacement.AFTER, 5);
    int[] tokens = Models.tokens(shape);
    int[] prompt = {1, 2, 3};
    try (LibTorchPeer peer = Models.libTorch(shape, CLIPS, DataType.FLOAT32)) {
      long before = 0;
      for (int step = 0; step < 230; step++) {
        if (step == 30) {
          before = residentMegabytes();
        }
        peer.step(tokens);
        peer.infer(tokens);
        peer.generate(prompt, 3);
      }
      assertThat(residentMegabytes() - before).as("growth in MB").isLessThan(100);
    }
  }

  private static long residentMegabytes() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(candidate -> candidate.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
  }
}
