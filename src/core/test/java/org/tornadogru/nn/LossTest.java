package org.tornadogru.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossTest {

  @ParameterizedTest
  @ValueSource(floats = {-0.5f, Float.NaN, Float.POSITIVE_INFINITY})
  void constantsOutOfRangeAreRefused(float wrong) {
    String named = String.valueOf(wrong);
    assertRefused(() -> Loss.crossEntropy().weighted(1, wrong), "class weighs", named);
    assertRefused(() -> Loss.crossEntropy().smoothed(wrong), "smoothing", named);
    assertRefused(() -> Loss.huber(wrong), "delta", named);
    assertRefused(() -> Loss.quantiles(0.5f, wrong), "quantile", named);
  }

  @Test
  void constantsAtTheEndOfTheirRangeAreRefusedWhereTheyLeaveNothingToLearn() {
    assertRefused(() -> Loss.huber(0), "delta");
    assertRefused(() -> Loss.quantiles(0), "quantile");
    assertRefused(() -> Loss.quantiles(1), "quantile");
    assertRefused(() -> Loss.crossEntropy().smoothed(1.01f), "smoothing");
    assertRefused(() -> Loss.crossEntropy().weighted(0, 0), "at least one class");
    assertThat(Loss.crossEntropy().weighted(0, 2).smoothed(1).labelSmoothing()).isEqualTo(1);
  }

  @Test
  void aHeadTakesALossForItsOutputs() {
    assertRefused(
        () -> Head.classifyLast(3).withLoss(Loss.crossEntropy().weighted(1, 2)), "2", "3 outputs");
    assertRefused(() -> Head.predictLast(2).withLoss(Loss.quantiles(0.5f)), "1", "2 outputs");
    assertRefused(() -> Head.nextToken(2).withLoss(Loss.squaredError()), "next token");
    Loss weighted = Loss.crossEntropy().weighted(1, 2);
    assertThat(Head.nextToken(2).withLoss(weighted).loss()).isEqualTo(weighted);
    assertThat(Head.predictLast(2).withLoss(Loss.crossEntropy())).isEqualTo(Head.classifyLast(2));
  }

  @Test
  void aLossDoesNotChangeWithTheArrayThatItWasMadeFrom() {
    float[] weights = {1, 2};
    float[] levels = {0.1f, 0.9f};
    Loss.CrossEntropy weighted = Loss.crossEntropy().weighted(weights);
    Loss quantiles = Loss.quantiles(levels);
    weights[0] = 5;
    levels[0] = 0.5f;
    assertThat(weighted.classWeights()).containsExactly(1f, 2f);
    assertThat(quantiles).isEqualTo(new Loss.Quantile(List.of(0.1f, 0.9f)));
  }

  @Test
  void aBatchWeighsWhatItsLabelsDo() {
    Labels labels = Labels.classes(0, 2, -1, 1, 2);
    assertThat(Loss.crossEntropy().smoothed(0.1f).weight(labels)).isEqualTo(4);
    assertThat(Loss.crossEntropy().weighted(0.5f, 0, 2).weight(labels))
        .isCloseTo(4.5, within(1e-12));
    assertThat(Loss.squaredError().weight(Labels.values(new float[3][2]))).isEqualTo(3);
  }
}
