package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadogru.bench.CurveTable.Pair;

class CurveTableTest {

  private static Curve curve(double loss, double seconds, double others) {
    return new Curve(
        new double[] {loss, loss - 1},
        new double[] {loss + 0.5, loss - 0.5},
        new double[] {9 * seconds, seconds},
        others);
  }

  @Test
  void theMedianOfTheSeedsAndTheirRangeStandBesideEachOther() {
    String table =
        CurveTable.of(
            List.of(
                new Pair(false, curve(3, 2, 0.01), curve(3.25, 3, 0)),
                new Pair(true, curve(2, 2, 0), curve(2.1, 5, 0.125)),
                new Pair(true, curve(2.4, 4, 0), curve(2.2, 5, 0)),
                new Pair(true, curve(2.3, 5, 0), curve(2.3, 5, 0))));
    assertThat(table)
        .contains("without dropout, seeds: 1")
        .containsPattern("1 +3.0000 +3.2500 +3.5000 +3.7500")
        .contains("with dropout, seeds: 3")
        .containsPattern("2 +1.3000 \\(1.0000 to 1.4000\\) +1.2000 \\(1.1000 to 1.3000\\) ")
        .contains("seconds per epoch: 3.00 (2.00 to 5.00), LibTorch 5.00 (3.00 to 5.00)")
        .contains("LibTorch takes 1.38 (1.00 to 2.50) times as long; others took up to 13 %");
  }

  @Test
  void aCurveCrossesAsTheLastLineOfAProcess() throws FailedProcessException {
    Curve curve = Curve.parse("what a driver says\n" + curve(3, 2, 0.25).json() + "\n");
    assertThat(curve.train()).containsExactly(3, 2);
    assertThat(curve.validation()).containsExactly(3.5, 2.5);
    assertThat(curve.seconds()).containsExactly(18, 2);
    assertThat(curve.others()).isEqualTo(0.25);
    assertThatThrownBy(() -> Curve.parse("nothing"))
        .isInstanceOf(FailedProcessException.class)
        .hasMessageContaining("nothing");
  }
}
