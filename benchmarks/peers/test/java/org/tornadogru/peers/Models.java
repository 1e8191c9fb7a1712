package org.tornadogru.peers;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.RandomTexts;
import org.tornadogru.oracle.RandomTexts.Text;

/**
 * Peers that hold a random text's model. One thread each: more of them only wait for each other at
 * these sizes.
 */
final class Models {

  private Models() {}

  /** The texts for LibTorch, which resets after the product. Peers start from zero. */
  static Stream<Text> texts() {
    return RandomTexts.texts()
        .filter(text -> text.model().config().reset() == ResetPlacement.AFTER)
        .map(Text::fromZero);
  }

  static LibTorchPeer libTorch(Text text, SgdConfig sgd, DataType precision) {
    return new LibTorchPeer(
        text.model().config(), tensors(text), sequence(text), sgd, precision, 1);
  }

  static OnnxRuntimePeer onnxRuntime(Text text) {
    return new OnnxRuntimePeer(text.model().config(), tensors(text), sequence(text), 1);
  }

  /** Checks a continuation of a prompt against the reference, twice: the first leaves no state. */
  static void assertGreedy(Text text, GenerationPeer peer) {
    int[] prompt =
        new SplittableRandom(text.model().seed()).ints(9, 0, text.model().outputs()).toArray();
    int[] first = peer.generate(prompt, 20);
    assertThat(peer.generate(prompt, 20)).containsExactly(first);
    GruConfig config = text.model().config();
    assertThat(Greedy.regret(config, tensors(text), prompt, first, 1).absolute()).isLessThan(1e-6);
  }

  private static List<Tensor> tensors(Text text) {
    return text.model().reference().floatTensors(text.tensors());
  }

  private static SequenceShape sequence(Text text) {
    return new SequenceShape(text.model().steps(), text.model().batch());
  }
}
