package org.tornadogru.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class UsageTest {

  private static final Tensor SCORES =
      new Tensor("x", List.of(2, 3), new float[] {1000, 1001, 999, -3, 0, 0.5f});

  @Test
  void activationsAreThoseOfEachVector() {
    double[] sums = {Math.exp(-1) + 1 + Math.exp(-2), Math.exp(-3.5) + Math.exp(-0.5) + 1};
    double[] below = {-1, 0, -2, -3.5, -0.5, 0};
    for (int place = 0; place < 6; place++) {
      double log = below[place] - Math.log(sums[place / 3]);
      assertThat(OutputActivation.LOG_SOFTMAX.of(SCORES).at(place))
          .isCloseTo((float) log, Offset.offset(1e-6f));
      assertThat(OutputActivation.SOFTMAX.of(SCORES).at(place))
          .isCloseTo((float) Math.exp(log), Offset.offset(1e-6f));
    }
    assertThat(OutputActivation.SIGMOID.of(SCORES).values())
        .containsExactly(
            new float[] {1, 1, 1, 0.04742587f, 0.5f, 0.6224593f}, Offset.offset(1e-6f));
    assertThat(OutputActivation.LINEAR.of(SCORES)).isEqualTo(SCORES);
  }

  @Test
  void paddingDoesNotCount() {
    Sequences tokens = Sequences.ofTokens(new int[][] {{0, 1}, {2, 0}, {3, 0}}).withLengths(3, 1);
    assertThat(valid(Usage.PLAIN.withPadding(0).masked(tokens)))
        .containsExactly(false, true, true, false, true, false);

    Sequences vectors = Sequences.of(new float[][][] {{{-1, -1}, {-1, 0}}, {{0, 0}, {-1, -1}}});
    assertThat(valid(Usage.PLAIN.withPadding(-1).masked(vectors)))
        .containsExactly(false, true, true, false);
    assertThat(Usage.PLAIN.masked(vectors)).isSameAs(vectors);
    assertRefused(() -> Usage.PLAIN.withPadding(Double.NaN), "padding is a finite number");
  }

  private static boolean[] valid(Sequences sequences) {
    boolean[] valid = new boolean[sequences.steps() * sequences.batch()];
    for (int position = 0; position < valid.length; position++) {
      valid[position] = sequences.isValid(position);
    }
    return valid;
  }
}
