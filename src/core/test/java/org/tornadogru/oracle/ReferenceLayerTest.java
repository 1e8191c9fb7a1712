package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.ReferenceLayer.Gradients;

class ReferenceLayerTest {
  /**
   * So short that no argument of an activation crosses a kink on the way, at any of the seeds; the
   * difference is good to 1e-9 of the loss.
   */
  private static final double STEP = 1e-6;

  static Stream<Arguments> casesAndLosses() {
    return RandomLayers.cases()
        .flatMap(
            layer ->
                Stream.of(layer.weightedSum(), layer.loss(head(layer), loss(layer)))
                    .map(loss -> Arguments.of(layer, loss)));
  }

  private static Loss loss(RandomLayer layer) {
    List<Loss> losses = layer.losses();
    return losses.get((int) (layer.seed() % losses.size()));
  }

  private static LayerLoss.Head head(RandomLayer layer) {
    return layer.seed() % 4 < 2 ? LayerLoss.Head.EACH_STEP : LayerLoss.Head.LAST;
  }

  /** Along a random direction in the space of all tensors, inputs and initial states. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("casesAndLosses")
  void gradientsMatchFiniteDifferences(RandomLayer layer, LayerLoss loss) {
    Map<String, double[]> tensors = layer.tensors(true);
    LayerInput input = layer.input().withDropout(layer.multipliers());
    double[][][] state = new double[layer.config().walks()][layer.batch()][];
    for (double[][] rows : state) {
      Arrays.setAll(rows, n -> new double[layer.config().hiddenSize()]);
    }
    LayerInput point = input.h0() == null ? input.withState(state) : input;

    Gradients gradients = layer.reference().gradients(tensors, point, loss);
    List<double[]> variables = vectors(tensors, point.x(), point.h0());
    List<double[]> slopes = vectors(gradients.tensors(), gradients.x(), gradients.h0());
    SplittableRandom random = new SplittableRandom(layer.seed());
    List<double[]> direction =
        variables.stream().map(v -> random.doubles(v.length, -1, 1).toArray()).toList();

    move(variables, direction, STEP);
    double above = layer.reference().loss(tensors, point, loss);
    move(variables, direction, -2 * STEP);
    double below = layer.reference().loss(tensors, point, loss);
    double expected = (above - below) / (2 * STEP);
    double scale = 1 + Math.abs(gradients.loss()) + Math.abs(expected);
    assertThat(inner(slopes, direction)).as("%s", layer).isEqualTo(expected, within(1e-7 * scale));
  }

  private static List<double[]> vectors(
      Map<String, double[]> tensors, double[][][] x, double[][][] h0) {
    List<double[]> vectors = new ArrayList<>(tensors.values());
    Stream.of(x, h0).flatMap(Arrays::stream).flatMap(Arrays::stream).forEach(vectors::add);
    return vectors;
  }

  private static void move(List<double[]> variables, List<double[]> direction, double by) {
    for (int v = 0; v < variables.size(); v++) {
      double[] along = direction.get(v);
      double[] variable = variables.get(v);
      Arrays.setAll(variable, i -> variable[i] + by * along[i]);
    }
  }

  private static double inner(List<double[]> a, List<double[]> b) {
    double sum = 0;
    for (int v = 0; v < a.size(); v++) {
      for (int i = 0; i < a.get(v).length; i++) {
        sum += a.get(v)[i] * b.get(v)[i];
      }
    }
    return sum;
  }

  /** One unit, by hand: x = 2, h = −1.5, so that r = σ(1.95) and z = σ(−0.3). */
  @ParameterizedTest(name = "{0}")
  @EnumSource
  void oneUnitFollowsTheEquations(ResetPlacement reset) {
    double r = 1 / (1 + Math.exp(-1.95));
    double z = 1 / (1 + Math.exp(0.3));
    double n =
        switch (reset) {
          case AFTER -> Math.tanh(1.9 + r * (-1.35 - 0.6));
          case BEFORE -> Math.tanh(1.9 + 0.9 * (r * -1.5) - 0.6);
        };
    LayerOutput output =
        new ReferenceLayer(GruConfig.builder(1, 1).reset(reset).build())
            .forward(
                oneUnit("_l0"),
                LayerInput.of(new double[][][] {{{2}}}).withState(new double[][][] {{{-1.5}}}));
    assertThat(output.y()[0][0][0]).isEqualTo((1 - z) * n - 1.5 * z, within(1e-15));
  }

  /** m = 3 for the state −0.5 of the products; the state that z keeps is −0.5 itself. */
  @Test
  void recurrentDropoutMultipliesTheStateOfTheProductsOnly() {
    double r = 1 / (1 + Math.exp(-1.95));
    double z = 1 / (1 + Math.exp(0.3));
    double n = Math.tanh(1.9 + r * (-1.35 - 0.6));
    LayerInput input =
        LayerInput.of(new double[][][] {{{4}}})
            .withState(new double[][][] {{{-0.5}}})
            .withDropout(
                new LayerInput.Multipliers(new double[][] {{0.5}}, new double[][][] {{{3}}}, null));
    double[][] last =
        new ReferenceLayer(GruConfig.builder(1, 1).build()).forward(oneUnit("_l0"), input).last();
    assertThat(last[0][0]).isEqualTo((1 - z) * n - 0.5 * z, within(1e-15));
  }

  /** Row 0: steps 1 and 3 are left out. Row 1: all are. */
  @ParameterizedTest(name = "{0}")
  @EnumSource
  void maskedStepsHoldTheState(MaskedOutput masked) {
    boolean[][] valid = {{true, false}, {false, false}, {true, false}, {false, false}};
    double[][][] x = {{{0.5}, {9}}, {{9}, {9}}, {{-0.7}, {9}}, {{9}, {9}}};
    double[][][] h0 = {{{0.2}, {0.3}}, {{-0.4}, {-0.6}}};
    GruConfig config =
        GruConfig.builder(1, 1).direction(Direction.BIDIRECTIONAL).maskedOutput(masked).build();
    Map<String, double[]> tensors = oneUnit("_l0");
    tensors.putAll(oneUnit("_l0_reverse"));
    LayerOutput output =
        new ReferenceLayer(config)
            .forward(tensors, LayerInput.of(x).withState(h0).withValid(valid));

    // The two valid steps alone.
    LayerOutput alone =
        new ReferenceLayer(config)
            .forward(
                tensors,
                LayerInput.of(new double[][][] {{{0.5}}, {{-0.7}}})
                    .withState(new double[][][] {{{0.2}}, {{-0.4}}}));
    double[] first = alone.y()[0][0];
    double[] second = alone.y()[1][0];
    boolean holds = masked == MaskedOutput.HOLD;
    double[][] expected = {
      first, {holds ? first[0] : 0, holds ? second[1] : 0}, second, {holds ? second[0] : 0, 0}
    };
    for (int t = 0; t < 4; t++) {
      assertThat(output.y()[t][0]).as("step %d", t).containsExactly(expected[t]);
      assertThat(output.y()[t][1]).as("step %d, no valid step", t).containsExactly(0, 0);
    }
    assertThat(output.last()[0]).containsExactly(second[0], first[1]);
    assertThat(output.last()[1]).as("no valid step").containsExactly(0.3, -0.6);
    assertThat(output.finalStates()[1][0]).containsExactly(first[1]);
  }

  @Test
  void keptReversedTheOutputIsTheOtherWayRound() {
    RandomLayers.cases()
        .filter(layer -> layer.config().keepReversed())
        .forEach(
            layer -> {
              GruConfig inOrder =
                  layer.config().toBuilder().usual(GruProperty.KEEP_REVERSED).build();
              double[][][] kept =
                  layer.reference().forward(layer.tensors(false), layer.input()).y();
              double[][][] y =
                  new ReferenceLayer(inOrder).forward(layer.tensors(false), layer.input()).y();
              for (int t = 0; t < y.length; t++) {
                assertThat(kept[y.length - 1 - t]).isDeepEqualTo(y[t]);
              }
            });
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void outputsOfBothDirectionsAreMerged(Merge merge) {
    GruConfig config =
        GruConfig.builder(1, 1).direction(Direction.BIDIRECTIONAL).merge(merge).build();
    Map<String, double[]> tensors = oneUnit("_l0");
    tensors.putAll(oneUnit("_l0_reverse"));
    LayerInput input = LayerInput.of(new double[][][] {{{2}}, {{-3}}});
    double[][][][] walks = new ReferenceLayer(config).walkOutputs(tensors, input);
    double forward = walks[0][1][0][0];
    double reverse = walks[1][1][0][0];
    double[] expected =
        switch (merge) {
          case CONCAT -> new double[] {forward, reverse};
          case SUM -> new double[] {forward + reverse};
          case AVERAGE -> new double[] {(forward + reverse) / 2};
          case MULTIPLY -> new double[] {forward * reverse};
        };
    assertThat(new ReferenceLayer(config).forward(tensors, input).y()[1][0])
        .containsExactly(expected);
  }

  @Test
  void lossesAreMeansOverWhatCounts() {
    ReferenceLayer layer = new ReferenceLayer(GruConfig.builder(1, 1).build());
    Map<String, double[]> tensors = oneUnit("_l0");
    tensors.put("linear.weight", new double[2]);
    tensors.put("linear.bias", new double[] {0, Math.log(3)});
    LayerInput input = LayerInput.of(new double[][][] {{{2}}, {{-3}}, {{1}}});
    LayerLoss.Head steps = LayerLoss.Head.EACH_STEP;
    assertThat(
            layer.loss(
                tensors, input, new LayerLoss.CrossEntropy(steps, new int[][] {{0}, {-1}, {1}})))
        .isEqualTo((Math.log(4) + Math.log(4.0 / 3)) / 2, within(1e-15));
    assertThat(
            layer.loss(
                tensors, input, new LayerLoss.CrossEntropy(steps, new int[][] {{-1}, {-1}, {-1}})))
        .isZero();
    double[][][] targets = {{{3, Math.log(3)}}, {{9, 9}}, {{0, Math.log(3) + 5}}};
    boolean[][] counted = {{true}, {false}, {true}};
    assertThat(
            layer.loss(
                tensors,
                input,
                new LayerLoss.OfValues(steps, targets, counted, Loss.squaredError())))
        .isEqualTo((9 + 25) / 4.0, within(1e-14));
  }

  private static Map<String, double[]> oneUnit(String suffix) {
    Map<String, double[]> tensors = new LinkedHashMap<>();
    tensors.put("weight_ih" + suffix, new double[] {0.5, -0.3, 0.8});
    tensors.put("weight_hh" + suffix, new double[] {-0.7, 0.2, 0.9});
    tensors.put("bias_ih" + suffix, new double[] {0.1, 0.2, 0.3});
    tensors.put("bias_hh" + suffix, new double[] {-0.2, 0.4, -0.6});
    return tensors;
  }
}
