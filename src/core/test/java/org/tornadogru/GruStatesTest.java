package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Target;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.train.Trainer;
import org.tornadogru.train.TrainingListener;

/** States that outlive a batch, and the shapes that a caller may get wrong. */
class GruStatesTest {

  private static final Device DEVICE = Device.fastest();

  private static Weights weights(GruConfig config) {
    return Weights.initial(config, 0, Initialization.UNIFORM, 4);
  }

  private static float[][][] inputs(int steps, int batch, int features) {
    float[][][] x = new float[steps][batch][features];
    for (int i = 0; i < steps * batch * features; i++) {
      x[i / (batch * features)][i / features % batch][i % features] = (i * 29 % 13) / 6.5f - 1;
    }
    return x;
  }

  private static float[][][] steps(float[][][] x, int from, int to) {
    return Arrays.copyOfRange(x, from, to);
  }

  @Test
  void aStatefulGruGoesOnWhereItStopped() {
    Weights weights = weights(GruConfig.builder(3, 5).hiddenSizes(5, 3).build());
    float[][][] x = inputs(7, 2, 3);
    try (Gru whole = new Gru(weights, DEVICE);
        Gru parts = Gru.stateful(weights, DEVICE)) {
      GruOutput expected = whole.forward(Sequences.of(x));
      parts.forward(Sequences.of(steps(x, 0, 3)));
      GruOutput second = parts.forward(Sequences.of(steps(x, 3, 7)));
      assertThat(second.outputs().to3d()).isDeepEqualTo(steps(expected.outputs().to3d(), 3, 7));
      assertThat(second.finalStates()).isEqualTo(expected.finalStates());
      parts.resetState();
      assertThat(parts.forward(Sequences.of(steps(x, 0, 3))).outputs().to3d())
          .isDeepEqualTo(steps(expected.outputs().to3d(), 0, 3));
    }
  }

  /** Asking for gates needs another plan, to which the state crosses, and from it. */
  @Test
  @Tag("plain-jvm")
  void askingForGatesChangesNothingElse() {
    Weights weights = weights(GruConfig.builder(3, 5).hiddenSizes(5, 3).build());
    float[][][] x = inputs(7, 2, 3);
    try (Gru whole = new Gru(weights, DEVICE);
        Gru parts = Gru.stateful(weights, DEVICE)) {
      GruOutput expected = whole.forwardWithGates(Sequences.of(x), null);
      parts.forward(Sequences.of(steps(x, 0, 2)));
      GruOutput second = parts.forwardWithGates(Sequences.of(steps(x, 2, 4)), null);
      GruOutput third = parts.forward(Sequences.of(steps(x, 4, 7)));

      assertThat(third.finalStates()).isEqualTo(expected.finalStates());
      assertThat(third.gates()).isEmpty();
      for (int layer = 0; layer < 2; layer++) {
        assertThat(second.gates().get(layer).update().to3d())
            .isDeepEqualTo(steps(expected.gates().get(layer).update().to3d(), 2, 4));
      }
      assertThat(second.gates().getLast().states().to3d()).isDeepEqualTo(second.outputs().to3d());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamIsTheSequenceStepByStep(ResetPlacement reset) {
    Weights weights = weights(GruConfig.builder(3, 17).layers(2).reset(reset).build());
    float[][][] x = inputs(4, 2, 3);
    try (Gru gru = new Gru(weights, DEVICE);
        GruStream stream = new GruStream(weights, 2, DEVICE)) {
      GruOutput whole = gru.forward(Sequences.of(x));
      float[][][] expected = whole.outputs().to3d();
      for (int round = 0; round < 2; round++) {
        for (int time = 0; time < x.length; time++) {
          assertThat(stream.step(x[time]).to2d()).isDeepEqualTo(expected[time]);
        }
        assertThat(stream.state()).isEqualTo(whole.finalStates());
        stream.reset();
      }
      stream.step(x[0]);
      Tensor state = stream.state();
      stream.step(x[3]);
      stream.reset(state);
      assertThat(stream.step(x[1]).to2d()).isDeepEqualTo(expected[1]);
    }
  }

  @Test
  void aStreamOfTokensIsTheSequenceStepByStep() {
    Weights weights = weights(GruConfig.ofTokens(6, 4, ResetPlacement.AFTER));
    int[] ids = {5, 0, 3};
    try (Gru gru = new Gru(weights, DEVICE);
        GruStream stream = new GruStream(weights, 1, DEVICE)) {
      float[][][] expected = gru.forward(Sequences.ofOneOfTokens(ids)).outputs().to3d();
      for (int time = 0; time < ids.length; time++) {
        assertThat(stream.step(ids[time]).to2d()).isDeepEqualTo(expected[time]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStreamWithAHeadIsThePredictionStepByStep(Target target) {
    GruConfig config = GruConfig.builder(6, 17).tokens().hiddenSizes(4, 17).build();
    Weights weights = Weights.initial(config, 6, Initialization.UNIFORM, 4);
    int[] ids = {5, 0, 3, 3};
    try (Predictor predictor = new Predictor(weights, Head.classifyEachStep(6), DEVICE);
        Gru gru = new Gru(weights, DEVICE);
        GruStream stream =
            new GruStream(weights, Head.nextToken(6).withTarget(target), 1, DEVICE)) {
      float[][][] expected = predictor.predict(Sequences.ofOneOfTokens(ids)).to3d();
      Tensor states = gru.forward(Sequences.ofOneOfTokens(ids)).finalStates();
      for (int round = 0; round < 2; round++) {
        for (int time = 0; time < ids.length; time++) {
          assertThat(stream.step(ids[time]).to2d()).isDeepEqualTo(expected[time]);
        }
        assertThat(stream.state().to3d()).isDeepEqualTo(states.to3d());
        stream.reset();
      }
      stream.step(5);
      Tensor state = stream.state();
      stream.step(2);
      stream.reset(state);
      assertThat(stream.step(0).to2d()).isDeepEqualTo(expected[1]);
    }
  }

  /** The states go on from one plan to the next, which is another one for each number of steps. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStatefulModelGoesOnInBatchesOfOtherLengths(boolean accumulates) {
    GruConfig config = GruConfig.builder(6, 5).tokens().layers(2).build();
    Weights weights = Weights.initial(config, 6, Initialization.UNIFORM, 4);
    Head head = Head.nextToken(6);
    Sequences whole = Sequences.ofOneOfTokens(5, 0, 3, 3, 1, 2);
    Optimization sgd = Optimization.sgd(1, 1);
    try (SequenceModel once = new SequenceModel(weights, head, sgd, DEVICE);
        SequenceModel parts = SequenceModel.stateful(weights, head, sgd, DEVICE)) {
      once.learningRate(0);
      parts.learningRate(0);
      Batch first = Batch.ofTokens(Sequences.ofOneOfTokens(5, 0, 3));
      Batch second = Batch.ofTokens(Sequences.ofOneOfTokens(3, 3, 1, 2));
      once.train(Batch.ofTokens(whole));
      double expected = once.evaluate(Batch.ofTokens(whole)) * 5;
      ToDoubleFunction<Batch> loss = accumulates ? parts::accumulate : parts::train;
      assertThat(loss.applyAsDouble(first) * 2 + loss.applyAsDouble(second) * 3)
          .isCloseTo(expected, within(1e-5));
      ModelState state = parts.state();
      try (SequenceModel resumed = SequenceModel.stateful(weights, head, sgd, DEVICE)) {
        resumed.restore(state);
        resumed.learningRate(0);
        float onward = resumed.train(first);
        assertThat(accumulates ? parts.accumulate(first) : parts.train(first)).isEqualTo(onward);
        assertThat(onward).isNotEqualTo(parts.train(first.beginning()));
      }
      assertRefused(
          () -> parts.train(Batch.ofTokens(Sequences.ofTokens(2, new int[] {1, 2, 3, 4}))),
          "reset the state");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void tokensOutsideTheVocabularyAreNamedWithTheirPlace(int embedding) {
    GruConfig config = GruConfig.builder(6, 5).tokens().embedding(embedding).build();
    Weights weights = Weights.initial(config, 6, Initialization.UNIFORM, 4);
    Head head = Head.nextToken(6);
    Sequences wrong = Sequences.ofOneOfTokens(5, 0, 6, 1);
    Batch batch = Batch.ofTokens(wrong);
    try (SequenceModel model = new SequenceModel(weights, head, Optimization.sgd(1, 1), DEVICE);
        Predictor predictor = new Predictor(weights, head, DEVICE);
        Gru gru = new Gru(weights, DEVICE);
        GruStream stream = new GruStream(weights, head, 1, DEVICE)) {
      Trainer trainer = new Trainer(model, epoch -> Batches.of(List.of(batch)));
      Stream.<Runnable>of(
              () -> model.train(batch),
              () -> model.accumulate(batch),
              () -> model.evaluate(batch),
              () -> model.measure(Batches.of(List.of(batch))),
              () -> trainer.train(1, TrainingListener.all()),
              () -> predictor.predict(wrong),
              () -> gru.forward(wrong))
          .forEach(use -> assertRefused(use::run, "token id 6 at step 2, row 0", "below 6"));
      assertRefused(() -> stream.step(6), "token id 6 at step 0, row 0");
      assertRefused(() -> gru.forward(Sequences.ofOneOfTokens(1, -1)), "token id -1 at step 1");
      assertThat(model.weights()).isEqualTo(weights);
    }
  }

  @Test
  void aStreamHasNoEndToBeginFrom() {
    Weights weights = weights(GruConfig.builder(3, 5).direction(Direction.BIDIRECTIONAL).build());
    assertRefused(() -> new GruStream(weights, 1, DEVICE), "BIDIRECTIONAL");
  }

  @Test
  void batchFirstAndUnbatchedAreTheSameNumbers() {
    Weights weights = weights(GruConfig.builder(3, 5).direction(Direction.BIDIRECTIONAL).build());
    float[][][] x = inputs(4, 2, 3);
    float[][][] batchFirst = new float[2][4][];
    for (int row = 0; row < 2; row++) {
      for (int time = 0; time < 4; time++) {
        batchFirst[row][time] = x[time][row];
      }
    }
    try (Gru gru = new Gru(weights, DEVICE)) {
      GruOutput expected = gru.forward(Sequences.of(x));
      GruOutput output = gru.forward(Sequences.ofBatchFirst(batchFirst));
      assertThat(output.outputs()).isEqualTo(expected.outputs());
      assertThat(output.outputsBatchFirst().to3d()[1][2])
          .isEqualTo(expected.outputs().to3d()[2][1]);
      float[][][] states = expected.finalStates().to3d();
      assertThat(output.outputsOf(0).to3d()[3][1]).isEqualTo(states[0][1]);
      assertThat(output.outputsOf(1).to3d()[0][1]).isEqualTo(states[1][1]);
      assertThat(gru.forward(Sequences.ofOne(batchFirst[1])).outputsBatchFirst().to3d()[0])
          .isDeepEqualTo(expected.outputsBatchFirst().to3d()[1]);
    }
  }

  @Test
  void aLinearLayerBehindTheGruIsLeftOut() {
    GruConfig config = GruConfig.builder(3, 5).build();
    Weights model = Weights.initial(config, 4, Initialization.UNIFORM, 3);
    Weights alone = model.withoutLinearLayer();
    Tensor ones = Tensor.of("ones", List.of(4, 2, 5), place -> 1);
    try (Gru withHead = new Gru(model, DEVICE);
        Gru gru = new Gru(alone, DEVICE)) {
      Sequences x = Sequences.of(inputs(4, 2, 3));
      assertThat(withHead.forwardForTraining(x, null).outputs())
          .isEqualTo(gru.forwardForTraining(x, null).outputs());
      List<Tensor> gradients = withHead.backward(ones, null).parameters();
      List<Tensor> expected = gru.backward(ones, null).parameters();
      assertThat(gradients).extracting(Tensor::name).doesNotContain("linear.weight", "linear.bias");
      assertThat(gradients).isEqualTo(expected);
    }
  }

  @Test
  void shapesThatDoNotFitAreNamedBeforeAnythingIsUploaded() {
    Weights weights = weights(GruConfig.builder(3, 5).layers(2).build());
    try (Gru gru = new Gru(weights, DEVICE)) {
      assertThatThrownBy(() -> gru.forward(Sequences.of(inputs(4, 2, 6))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "input is [4][2][6] but the GRU takes inputs of size 3: expected [steps][batch][3]");
      Sequences x = Sequences.of(inputs(4, 2, 3));
      assertThatThrownBy(() -> gru.forward(x, Tensor.of("h0", inputs(2, 3, 5))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the state is [2][3][5] but must be [layers · directions][batch][hidden] = [2][2][5]");
      assertRefused(() -> gru.forward(Sequences.ofTokens(new int[][] {{1}})), "token ids");
      assertRefused(() -> x.withLengths(4, 5), "length 5");
      assertThatThrownBy(() -> gru.backward(null, null)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aTokenBeyondTheVocabularyIsNamed() {
    Weights weights = weights(GruConfig.ofTokens(6, 4, ResetPlacement.AFTER));
    try (Gru gru = new Gru(weights, DEVICE)) {
      assertRefused(
          () -> gru.forward(Sequences.ofTokens(new int[][] {{1, 2}, {3, 6}})),
          "token id 6 at step 1, row 1");
    }
  }
}
