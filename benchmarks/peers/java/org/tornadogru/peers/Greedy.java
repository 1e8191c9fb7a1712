package org.tornadogru.peers;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.ReferenceGru;
import org.tornadogru.oracle.ReferenceParameters;

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
      ReferenceParameters parameters,
      ResetPlacement reset,
      int[] prompt,
      int[] generated,
      double tolerance) {
    int[][] text =
        IntStream.concat(Arrays.stream(prompt), Arrays.stream(generated))
            .mapToObj(token -> new int[] {token})
            .toArray(int[][]::new);
    double[][][] scores =
        new ReferenceGru(reset)
            .logits(
                parameters,
                Arrays.copyOf(text, text.length - 1),
                new double[1][parameters.hidden()]);
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
