package org.tornadogru.peers;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss.Head;
import org.tornadogru.oracle.ReferenceLayer;

/** Whether a text is the one that its prompt's likeliest continuations make. */
final class Greedy {

  private Greedy() {}

  /**
   * The most that a generated token's score falls short of the best score after the same text, in
   * double precision: 0 for a greedy text. Where two scores are nearly equal, either will do.
   *
   * @param tolerance relative to the largest score
   */
  static Distance regret(
      GruConfig config, List<Tensor> tensors, int[] prompt, int[] generated, double tolerance) {
    int[] text = IntStream.concat(Arrays.stream(prompt), Arrays.stream(generated)).toArray();
    LayerInput read = LayerInput.ofRow(Arrays.copyOf(text, text.length - 1), config.inputSize());
    double[][][] scores =
        new ReferenceLayer(config).scores(ReferenceLayer.byName(tensors), read, Head.EACH_STEP);
    Distance regret = Distance.NONE;
    for (int i = 0; i < generated.length; i++) {
      double[] after = scores[prompt.length - 1 + i][0];
      double best = Arrays.stream(after).max().orElseThrow();
      double largest = Arrays.stream(after).map(Math::abs).max().orElseThrow();
      regret = regret.max(Distance.of(best - after[generated[i]], tolerance * largest));
    }
    return regret;
  }
}
