package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.LayerLoss.Head;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.RandomTexts;
import org.tornadogru.oracle.RandomTexts.Text;
import org.tornadogru.oracle.ReferenceLayer.Gradients;
import org.tornadogru.oracle.ReferenceSgd;

class LibTorchTest {
  private static final Optimization CLIPS = Optimization.sgd(0.5f, 0.01f);
  private static final Optimization DOES_NOT_CLIP = Optimization.sgd(0.5f, 1e6f);

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#texts")
  void gradientsInDoublePrecisionEqualTheReference(Text text) {
    assertGradients(text, DataType.FLOAT64, 1e-14);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#texts")
  void gradientsInSinglePrecisionEqualTheReference(Text text) {
    assertGradients(text, DataType.FLOAT32, 1e-6);
  }

  private static void assertGradients(Text text, DataType precision, double tolerance) {
    Gradients expected = text.gradients(text.tensors());
    try (LibTorchModel model = Models.libTorch(text, CLIPS, precision)) {
      model.gradients(text.flat()); // a second pass must not see the first one's
      LibTorchModel.Gradients actual = model.gradients(text.flat());

      assertThat(actual.loss()).isEqualTo(expected.loss(), within(tolerance * 10));
      assertThat(actual.parameters()).containsOnlyKeys(expected.tensors().keySet());
      actual
          .parameters()
          .forEach(
              (name, gradient) ->
                  assertThat(gradient)
                      .as(name)
                      .containsExactly(expected.tensors().get(name), within(tolerance)));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#texts")
  void stepsThatClipEqualTheReference(Text text) {
    assertSteps(text, CLIPS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#texts")
  void stepsThatDoNotClipEqualTheReference(Text text) {
    assertSteps(text, DOES_NOT_CLIP);
  }

  private static void assertSteps(Text text, Optimization config) {
    ReferenceSgd sgd =
        new ReferenceSgd(config.optimizer().learningRate(), config.clipping().limit());
    Map<String, double[]> expected = text.tensors();
    try (LibTorchModel model = Models.libTorch(text, config, DataType.FLOAT64)) {
      for (int step = 0; step < 3; step++) {
        Gradients gradients = text.gradients(expected);
        assertThat(model.train(text.flat())).isEqualTo((float) gradients.loss(), within(1e-6f));
        expected = sgd.step(expected, gradients.tensors());
      }
      for (Tensor tensor : model.weights()) {
        assertThat(tensor.values())
            .as(tensor.name())
            .containsExactly(LayerOutput.floats(expected.get(tensor.name())), within(1e-6f));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#texts")
  void logitsEqualTheReference(Text text) {
    double[][][] expected =
        text.model().reference().scores(text.tensors(), text.input(), Head.EACH_STEP);
    try (LibTorchModel model = Models.libTorch(text, CLIPS, DataType.FLOAT32)) {
      model.score(Models.inputs(text));
      assertThat(model.logits()).containsExactly(LayerOutput.flatten(expected), within(1e-6f));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#texts")
  void generationIsGreedyFromTheState(Text text) {
    try (LibTorchModel model = Models.libTorch(text, CLIPS, DataType.FLOAT32)) {
      Models.assertGreedy(text, model);
    }
  }

  /** A step at this shape needs 20 MB: a leak of any of its arrays would add up to gigabytes. */
  @Test
  void memoryStaysFlatOverTwoHundredSteps() throws IOException {
    Text text = RandomTexts.text(16, 256, 64, 28, ResetPlacement.AFTER, 5);
    int[] tokens = text.flat();
    try (LibTorchModel model = Models.libTorch(text, CLIPS, DataType.FLOAT32)) {
      long before = 0;
      for (int step = 0; step < 230; step++) {
        if (step == 30) {
          before = residentMegabytes();
        }
        model.train(tokens);
        model.score(Models.inputs(text));
        model.write(1, 3);
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
