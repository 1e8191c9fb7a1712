package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.RandomTexts;
import org.tornadogru.oracle.RandomTexts.Text;

class OnnxRuntimeTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#texts")
  void logitsEqualLibTorchs(Text text) {
    try (LibTorchModel libTorch =
            Models.libTorch(text, Optimization.sgd(1f, 1f), DataType.FLOAT32);
        Model onnxRuntime = Models.onnxRuntime(text)) {
      libTorch.score(Models.inputs(text));
      onnxRuntime.score(Models.inputs(text));
      assertThat(onnxRuntime.logits()).containsExactly(libTorch.logits(), within(1e-6f));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#texts")
  void generationIsGreedyFromTheState(Text text) {
    GruConfig config = text.model().config();
    Text one =
        RandomTexts.text(
            1, 1, config.hiddenSize(), config.inputSize(), config.reset(), text.model().seed());
    try (Model model = Models.onnxRuntime(one)) {
      Models.assertGreedy(one, model);
    }
  }
}
