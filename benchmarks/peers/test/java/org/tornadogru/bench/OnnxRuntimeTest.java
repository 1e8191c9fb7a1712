package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.oracle.RandomShapes.Shape;

class OnnxRuntimePeerTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#shapes")
  void logitsEqualLibTorchs(Shape shape) {
    try (LibTorchPeer libTorch = Models.libTorch(shape, new SgdConfig(1f, 1f), DataType.FLOAT32);
        OnnxRuntimePeer onnxRuntime = Models.onnxRuntime(shape)) {
      libTorch.infer(Models.tokens(shape));
      onnxRuntime.infer(Models.tokens(shape));
      assertThat(onnxRuntime.logits()).containsExactly(libTorch.logits(), within(1e-6f));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("org.tornadogru.bench.Models#shapes")
  void generationIsGreedyFromTheState(Shape shape) {
    Shape one = new Shape(1, 1, shape.hidden(), shape.vocabulary(), shape.reset(), shape.seed());
    try (OnnxRuntimePeer peer = Models.onnxRuntime(one)) {
      Models.assertGreedy(one, peer);
    }
  }
}
