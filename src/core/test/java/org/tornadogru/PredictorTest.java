package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.ReferenceLayer;

/** What a finished model gives out beyond what its weights say. */
class PredictorTest {

  private static final Device DEVICE = Device.fastest();
  private static final int[] LENGTHS = {4, 0, 2};

  /** [T = 4][N = 3][2]. */
  private static double[][][] inputs() {
    return LayerOutput.unflatten(numbers(24), 4, 3, 2);
  }

  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int place = 0; place < count; place++) {
      numbers[place] = (31 * place % 97 - 48) / 48f;
    }
    return numbers;
  }

  /** The second prediction begins where the first one did; a sequence of no steps stays there. */
  @ParameterizedTest
  @EnumSource
  void everySequenceBeginsAtTheInitialState(Direction direction) {
    GruConfig config = GruConfig.builder(2, 5).layers(2).direction(direction).build();
    int walks = config.walks();
    Tensor state = new Tensor("h0", List.of(walks, 5), numbers(5 * walks));
    double[][][] states = new double[walks][3][];
    for (int place = 0; place < 3 * walks; place++) {
      states[place / 3][place % 3] = LayerOutput.doubles(state.to2d()[place / 3]);
    }
    LayerInput input =
        LayerInput.of(inputs()).withState(states).withValid(LayerInput.leading(LENGTHS, 4));
    Sequences sequences = LayerProbe.sequences(input);
    for (int outputs : new int[] {0, 3}) {
      Weights weights = Weights.initial(config, outputs, Initialization.UNIFORM, 4);
      Map<String, double[]> tensors = ReferenceLayer.byName(weights.tensors());
      ReferenceLayer reference = new ReferenceLayer(config);
      LayerOutput hidden = reference.forward(tensors, input);
      double[][][] each = hidden.y();
      double[][][] last = {hidden.last()};
      if (outputs > 0) {
        each = reference.scores(tensors, input, LayerLoss.Head.EACH_STEP);
        last = reference.scores(tensors, input, LayerLoss.Head.LAST);
      }
      Usage usage = Usage.PLAIN.withInitialState(state);
      Usage ends = usage.withSteps(Usage.Steps.FINAL_STATE);
      try (Predictor ofEach = new Predictor(weights, usage, DEVICE);
          Predictor ofLast = new Predictor(weights, ends, DEVICE)) {
        for (int round = 0; round < 2; round++) {
          double[][][] y = LayerOutput.doubles(ofEach.predict(sequences).to3d());
          double[][][] end = {
            LayerOutput.doubles(new float[][][] {ofLast.predict(sequences).to2d()})[0]
          };
          LayerOutput.assertEquals(direction + ", " + outputs, y, each, 2e-6);
          LayerOutput.assertEquals(direction + ", " + outputs, end, last, 2e-6);
        }
      }
    }
  }

  /** Three sequences side by side, cut behind any step; in the second part they lie otherwise. */
  @ParameterizedTest
  @EnumSource(Usage.Steps.class)
  void aSequenceInPartsIsAnsweredAsTheWhole(Usage.Steps steps) {
    GruConfig config = GruConfig.builder(2, 5).layers(2).build();
    Sequences whole = Sequences.of(new Tensor("x", List.of(4, 3, 2), numbers(24)));
    Tensor state = new Tensor("h0", List.of(2, 5), numbers(10));
    for (int outputs : new int[] {0, 3}) {
      Weights weights = Weights.initial(config, outputs, Initialization.UNIFORM, 4);
      Usage usage = Usage.PLAIN.withInitialState(state).withSteps(steps);
      try (Predictor predictor = new Predictor(weights, usage, DEVICE)) {
        Tensor expected = predictor.predict(whole);
        for (int cut = 1; cut < 4; cut++) {
          Predictor.Continued first =
              predictor.predict(part(whole, 0, cut), predictor.initialStates(3));
          int[] other = {2, 0, 1};
          Predictor.Continued second =
              predictor.predict(part(whole, cut, 4).rows(other), rows(first.states(), other));
          assertThat(second.states().shape()).containsExactly(2, 3, 5);
          Tensor last = rows(second.outputs(), 1, 2, 0);
          float[] together = last.values();
          if (steps == Usage.Steps.EACH) {
            together = concatenated(first.outputs().values(), together);
          }
          assertThat(together).containsExactly(expected.values(), within(2e-6f));
        }
      }
    }
  }

  private static Sequences part(Sequences whole, int from, int to) {
    float[] values = whole.vectors().orElseThrow().values();
    return Sequences.of(
        new Tensor("x", List.of(to - from, 3, 2), Arrays.copyOfRange(values, from * 6, to * 6)));
  }

  /** [..][3][..] with the three in another order. */
  private static Tensor rows(Tensor all, int... order) {
    int size = all.shape().getLast();
    return Tensor.of(
        all.name(),
        all.shape(),
        place -> all.at((place / (3 * size) * 3 + order[place / size % 3]) * size + place % size));
  }

  private static float[] concatenated(float[] first, float[] second) {
    float[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** A row that ends earlier keeps the state of its last step. */
  @Test
  void rowsOfDifferentLengthsEndWhereTheyEnd() {
    GruConfig config = GruConfig.builder(2, 5).build();
    Weights weights = Weights.initial(config, 3, Initialization.UNIFORM, 4);
    Sequences whole = Sequences.of(new Tensor("x", List.of(4, 3, 2), numbers(24)));
    try (Predictor predictor = new Predictor(weights, Usage.PLAIN, DEVICE)) {
      Tensor zeros = predictor.initialStates(3);
      assertRefused(() -> predictor.predict(part(whole, 0, 2).rows(0), zeros), "[1][3][5]");
      Tensor mixed = predictor.predict(whole.withLengths(4, 0, 2), zeros).states();
      float[] four = predictor.predict(whole, zeros).states().values();
      float[] two = predictor.predict(part(whole, 0, 2), zeros).states().values();
      float[] expected = new float[15];
      System.arraycopy(four, 0, expected, 0, 5);
      System.arraycopy(two, 10, expected, 10, 5);
      assertThat(mixed.values()).containsExactly(expected, within(2e-6f));
    }
  }

  @Test
  void whatWalksBackwardsWantsTheEnd() {
    GruConfig config = GruConfig.builder(2, 5).direction(Direction.BIDIRECTIONAL).build();
    Weights weights = Weights.initial(config, 3, Initialization.UNIFORM, 4);
    Sequences whole = Sequences.of(new Tensor("x", List.of(4, 3, 2), numbers(24)));
    try (Predictor predictor = new Predictor(weights, Usage.PLAIN, DEVICE)) {
      assertRefused(
          () -> predictor.predict(whole, predictor.initialStates(3)),
          "the direction must be FORWARD, not BIDIRECTIONAL");
    }
  }

  @Test
  void anInitialStateFitsTheWeights() {
    Weights weights =
        Weights.initial(GruConfig.builder(2, 5).layers(2).build(), 3, Initialization.UNIFORM, 4);
    Usage usage = Usage.PLAIN.withInitialState(new Tensor("h0", List.of(1, 5), numbers(5)));
    assertRefused(
        () -> new Predictor(weights, usage, DEVICE),
        "the initial state is [1][5] but must be [layers · directions][hidden] = [2][5]");
  }
}
