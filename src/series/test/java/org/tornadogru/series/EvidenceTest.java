package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The best of many that are no better looks better: how often it is believed. */
@Tag("plain-jvm")
class EvidenceTest {

  private static final int TRIED = 60;

  private final SplittableRandom random = new SplittableRandom(1);

  private double[] losses(double mean) {
    return random.doubles(30).map(x -> mean + x).toArray();
  }

  /** Whether the best of some models is believed to be better than one of a mean loss of 1.5. */
  private boolean isBelieved(double mean, int judgedBy) {
    double[] before = losses(1);
    double[] best =
        IntStream.range(0, TRIED)
            .mapToObj(model -> losses(mean))
            .min(
                Comparator.comparingDouble(
                    each -> IntStream.range(0, 30).mapToDouble(i -> each[i]).sum()))
            .orElseThrow();
    return Evidence.isBetter(before, best, judgedBy);
  }

  @Test
  void chanceIsSeldomBelieved() {
    assertThat(IntStream.range(0, 500).filter(run -> isBelieved(1, TRIED)).count())
        .isLessThan(50)
        .isLessThan(IntStream.range(0, 500).filter(run -> isBelieved(1, 1)).count() / 4);
  }

  @Test
  void aGainIsBelieved() {
    assertThat(IntStream.range(0, 100).filter(run -> isBelieved(0.7, TRIED)).count())
        .isGreaterThan(95);
    assertThat(Evidence.isBetter(new double[] {2, 2}, new double[] {1, 1}, TRIED)).isTrue();
    assertThat(Evidence.isBetter(new double[] {1, 1}, new double[] {1, 1}, TRIED)).isFalse();
    assertThat(Evidence.isBetter(new double[0], new double[0], TRIED)).isFalse();
  }
}
