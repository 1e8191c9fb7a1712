package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss.Head;
import org.tornadogru.oracle.RandomTexts;
import org.tornadogru.oracle.RandomTexts.Text;
import org.tornadogru.oracle.ReferenceLayer;

/**
 * Other libraries that hold a random text's model. One thread each: more of them only wait for each
 * other at these sizes.
 */
final class Models {

  private Models() {}

  /** The texts for LibTorch, which resets after the product. Libraries start from zero. */
  static Stream<Text> texts() {
    return RandomTexts.texts()
        .filter(text -> text.model().config().reset() == ResetPlacement.AFTER)
        .map(Text::fromZero);
  }

  static LibTorchModel libTorch(Text text, Optimization sgd, DataType precision) {
    return new LibTorchModel(
        text.model().config(), tensors(text), text.model().batch(), sgd, precision, 1);
  }

  static Model onnxRuntime(Text text) {
    Weights weights = Weights.of(text.model().config(), text.model().outputs(), tensors(text));
    SequenceShape shape = new SequenceShape(text.model().steps(), text.model().batch());
    return new OnnxRuntime.Session(weights, shape, 1);
  }

  /** [steps][batch] in one array. */
  static int[] inputs(Text text) {
    return Arrays.copyOf(text.flat(), text.model().steps() * text.model().batch());
  }

  /**
   * Checks that a text is what the likeliest continuations make, by the reference's scores, twice:
   * the first leaves no state. Where two scores are nearly equal, either will do.
   */
  static void assertGreedy(Text text, Model model) {
    int first = text.flat()[0];
    int[] written = model.write(first, 20);
    assertThat(model.write(first, 20)).containsExactly(written);

    int[] read = new int[written.length];
    read[0] = first;
    System.arraycopy(written, 0, read, 1, read.length - 1);
    GruConfig config = text.model().config();
    double[][][] scores =
        new ReferenceLayer(config)
            .scores(
                ReferenceLayer.byName(tensors(text)),
                LayerInput.ofRow(read, config.inputSize()),
                Head.EACH_STEP);
    for (int i = 0; i < written.length; i++) {
      double best = Arrays.stream(scores[i][0]).max().orElseThrow();
      assertThat(best - scores[i][0][written[i]]).as("token %d", i).isLessThan(1e-6);
    }
  }

  private static List<Tensor> tensors(Text text) {
    return text.model().reference().floatTensors(text.tensors());
  }
}
