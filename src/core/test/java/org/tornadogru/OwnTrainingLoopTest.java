package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adagrad;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.NAdam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.RmsProp;
import org.tornadogru.optim.Sgd;

/** What a loop of one's own has: gradients, accumulation, rates, weights, averages, states. */
class OwnTrainingLoopTest {

  private static final Device DEVICE = Device.fastest();
  private static final GruConfig CONFIG = GruConfig.builder(6, 18).tokens().layers(2).build();
  private static final Head HEAD = Head.classifyLast(3);
  private static final Weights WEIGHTS = Weights.initial(CONFIG, 3, Initialization.UNIFORM, 3);
  private static final Optimization SGD = Optimization.of(new Sgd(0.1f));
  private static final float CLOSE = 2e-6f;

  private static SequenceModel model(Optimization optimization) {
    return new SequenceModel(WEIGHTS, HEAD, optimization, DEVICE);
  }

  private static Batch batch(int steps, int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] tokens = random.ints((long) steps * rows, 0, 6).toArray();
    return new Batch(
        Sequences.ofTokens(rows, tokens), Labels.classes(random.ints(rows, 0, 3).toArray()));
  }

  /** The rows of a batch from one to another. */
  private static Batch rows(Batch batch, int from, int to) {
    int[][] tokens = new int[batch.sequences().steps()][to - from];
    int all = batch.sequences().batch();
    for (int step = 0; step < tokens.length; step++) {
      int first = step * all + from;
      Arrays.setAll(tokens[step], row -> batch.sequences().token(first + row));
    }
    int[] classes = new int[to - from];
    Arrays.setAll(classes, row -> batch.labels().at(from + row));
    return new Batch(Sequences.ofTokens(tokens), Labels.classes(classes));
  }

  private static void assertClose(Weights actual, Weights expected) {
    for (int i = 0; i < expected.tensors().size(); i++) {
      assertThat(actual.tensors().get(i).values())
          .as(expected.tensors().get(i).name())
          .containsExactly(expected.tensors().get(i).values(), within(CLOSE));
    }
  }

  // ---- Gradients ----

  /** Also if nothing counts in one of them, and if they are of different sizes. */
  @Test
  void batchesThatAreAddedUpAreOneBatch() {
    Optimization adam = Optimization.of(new Adam(0.005f)).clip(Clipping.norm(0.1f));
    try (SequenceModel whole = model(adam);
        SequenceModel parts = model(adam)) {
      for (int update = 0; update < 3; update++) {
        Batch batch = batch(4, 5, update);
        double loss = 0;
        for (int[] range : new int[][] {{0, 2}, {2, 4}, {4, 5}}) {
          loss += parts.accumulate(rows(batch, range[0], range[1])) * (range[1] - range[0]);
        }
        Batch nothing = new Batch(batch(4, 2, update).sequences(), Labels.classes(-1, -1));
        assertThat(parts.accumulate(nothing)).isZero();
        Weights gradients = parts.gradients();
        parts.update();
        assertThat((float) (loss / 5)).isCloseTo(whole.train(batch), within(CLOSE));
        assertClose(gradients, whole.gradients());
      }
      assertThat(parts.updates()).isEqualTo(3);
      assertClose(parts.weights(), whole.weights());
    }
  }

  /** As of several machines, each with rows of its own, whatever they do between two updates. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void modelsThatShareTheirGradientsAreOne(boolean evaluates) {
    Optimization adam =
        Optimization.of(new Adam(0.005f)).clip(Clipping.norm(0.1f)).freeze("bias_hh_l0");
    try (SequenceModel whole = model(adam);
        SequenceModel first = model(adam);
        SequenceModel second = model(adam)) {
      for (int update = 0; update < 3; update++) {
        Batch batch = batch(4, 5, update);
        whole.train(batch);
        first.accumulate(rows(batch, 0, 3));
        second.accumulate(rows(batch, 3, 5));
        Weights mean = mean(first.gradients(), 0.6f, second.gradients(), 0.4f);
        for (SequenceModel each : List.of(first, second)) {
          each.gradients(mean);
          if (evaluates) {
            each.evaluate(batch(3, 2, 9));
          }
          assertClose(each.gradients(), mean);
          each.update();
        }
      }
      assertThat(second.weights()).isEqualTo(first.weights());
      assertThat(first.updates()).isEqualTo(3);
      assertClose(first.weights(), whole.weights());
    }
  }

  private static Weights mean(Weights a, float partOfA, Weights b, float partOfB) {
    return Weights.of(
        a.config(),
        a.outputs(),
        a.tensors().stream()
            .map(
                x -> {
                  Tensor y = b.tensors().get(a.tensors().indexOf(x));
                  return Tensor.of(
                      x.name(), x.shape(), at -> partOfA * x.at(at) + partOfB * y.at(at));
                })
            .toList());
  }

  @Test
  void gradientsFromElsewhereAreOfThisModelAndLeaveWhatIsFrozen() {
    Weights gradients = Weights.initial(CONFIG, 3, Initialization.UNIFORM, 4);
    try (SequenceModel model = model(SGD.freeze("weight_hh_l1"))) {
      assertThatThrownBy(() -> model.gradients(gradients))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("accumulate first");
      model.train(batch(4, 2, 1));
      Weights before = model.weights();
      assertRefused(() -> model.gradients(gradients.withoutLinearLayer()), "another model");
      model.gradients(gradients);
      model.update();
      Weights expected = descended(before, gradients, 0.1f);
      for (int i = 0; i < expected.tensors().size(); i++) {
        String name = expected.tensors().get(i).name();
        Weights kept = name.equals("weight_hh_l1") ? before : expected;
        assertThat(model.weights().tensors().get(i).values())
            .as(name)
            .containsExactly(kept.tensors().get(i).values(), within(CLOSE));
      }
    }
  }

  @Test
  void anUpdateByNothingLeavesTheWeights() {
    try (SequenceModel model = model(SGD)) {
      model.accumulate(new Batch(batch(4, 2, 1).sequences(), Labels.classes(-1, -1)));
      model.update();
      assertThat(model.weights()).isEqualTo(WEIGHTS);
    }
  }

  @Test
  void gradientsThatAreClearedDoNotCount() {
    try (SequenceModel model = model(SGD);
        SequenceModel other = model(SGD)) {
      model.accumulate(batch(4, 2, 1));
      model.clearGradients();
      model.accumulate(batch(4, 2, 2));
      model.update();
      other.train(batch(4, 2, 2));
      assertThat(model.weights()).isEqualTo(other.weights());
    }
  }

  /** As of a user's own optimizer on the host. */
  @Test
  void weightsMinusGradientsIsGradientDescent() {
    try (SequenceModel own = model(SGD);
        SequenceModel builtIn = model(SGD)) {
      for (int update = 0; update < 3; update++) {
        own.accumulate(batch(4, 2, update));
        own.weights(descended(own.weights(), own.gradients(), 0.1f));
        own.clearGradients();
        builtIn.train(batch(4, 2, update));
      }
      assertClose(own.weights(), builtIn.weights());
      assertThat(own.updates()).isZero();
    }
  }

  private static Weights descended(Weights weights, Weights gradients, float rate) {
    List<Tensor> tensors =
        weights.tensors().stream()
            .map(
                w -> {
                  Tensor g = gradients.tensors().get(weights.tensors().indexOf(w));
                  return Tensor.of(w.name(), w.shape(), at -> w.at(at) - rate * g.at(at));
                })
            .toList();
    return Weights.of(weights.config(), weights.outputs(), tensors);
  }

  @Test
  void gradientsOutlastWhatElseTheModelDoes() {
    try (SequenceModel model = model(SGD)) {
      assertThatThrownBy(model::gradients).isInstanceOf(IllegalStateException.class);
      model.train(batch(4, 2, 1));
      Weights trained = model.gradients();
      model.predict(batch(3, 1, 2).sequences());
      assertThat(model.gradients()).isEqualTo(trained);

      model.accumulate(batch(4, 2, 3));
      Weights accumulated = model.gradients();
      assertThat(accumulated).isNotEqualTo(trained);
      model.predict(batch(3, 1, 2).sequences());
      assertThat(model.gradients()).isEqualTo(accumulated);
      model.weights(WEIGHTS);
      assertThat(model.gradients()).isEqualTo(accumulated);
      model.update();
      assertClose(model.weights(), descended(WEIGHTS, accumulated, 0.1f));

      assertThatThrownBy(model::gradients)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no gradient");
      assertThatThrownBy(model::update)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("accumulate first");
    }
  }

  @Test
  void aRateOfZeroLeavesTheWeightsAndAnImpossibleOneIsRefused() {
    try (SequenceModel model = model(SGD)) {
      model.learningRate(0);
      model.train(batch(4, 2, 1));
      assertThat(model.weights()).isEqualTo(WEIGHTS);
      assertRefused(() -> model.learningRate(-1), "learning rate");
      assertRefused(() -> model.learningRate(Double.NaN), "learning rate");
    }
  }

  // ---- Averages ----

  @Test
  void averagesAreExchangedThereAndBack() {
    try (SequenceModel model = model(SGD.average(0.5f))) {
      assertThat(model.averages()).isEqualTo(WEIGHTS);
      for (int update = 0; update < 3; update++) {
        model.train(batch(4, 2, update));
      }
      Weights weights = model.weights();
      Weights averages = model.averages();
      assertThat(averages).isNotEqualTo(weights);
      model.exchangeAverages();
      assertThat(model.weights()).isEqualTo(averages);
      assertThat(model.averages()).isEqualTo(weights);
      Batch batch = batch(4, 2, 7);
      try (SequenceModel averaged = new SequenceModel(averages, HEAD, DEVICE)) {
        assertThat(model.evaluate(batch)).isCloseTo(averaged.evaluate(batch), within(CLOSE));
      }
      model.exchangeAverages();
      assertThat(model.weights()).isEqualTo(weights);
      assertThat(model.averages()).isEqualTo(averages);
    }
  }

  @Test
  void averagesAreExchangedBeforeAnythingIsOnTheDevice() {
    try (SequenceModel model = model(SGD.average(0.5f));
        SequenceModel other = model(SGD.average(0.5f))) {
      model.exchangeAverages();
      model.train(batch(4, 2, 1));
      other.train(batch(4, 2, 1));
      assertThat(model.weights()).isEqualTo(other.weights());
    }
  }

  // ---- From plan to plan ----

  /** All that stays on the device goes along, a sum that is not used up yet too. */
  @Test
  void twoPlansInTurnsTrainAsOne() {
    Optimization everything =
        Optimization.of(new Adam(0.005f).withAmsgrad()).average(0.8f).freeze("bias_hh_l0");
    try (SequenceModel inTurns = model(everything);
        SequenceModel one =
            new SequenceModel(WEIGHTS, HEAD, everything, ShapePolicy.padded(3, 5), DEVICE)) {
      for (SequenceModel model : List.of(inTurns, one)) {
        for (int update = 0; update < 4; update++) {
          model.train(batch(3, 3, update));
          model.accumulate(batch(5, 2, 10 + update));
          model.accumulate(batch(3, 3, 20 + update));
          model.evaluate(batch(5, 2, 30));
          model.accumulate(batch(3, 3, 40 + update));
          model.evaluate(batch(5, 2, 30));
          model.update();
        }
      }
      assertThat(inTurns.updates()).isEqualTo(8);
      assertClose(inTurns.weights(), one.weights());
      assertClose(inTurns.averages(), one.averages());
    }
  }

  static List<Optimization> remembering() {
    return List.of(
        Optimization.of(new Sgd(0.05f).withMomentum(0.9f)),
        Optimization.of(new Adam(0.005f).withAmsgrad()).average(0.8f),
        Optimization.of(new NAdam(0.005f)),
        Optimization.of(new RmsProp(0.001f).withMomentum(0.5f).withCentering()),
        Optimization.of(new Adagrad(0.02f, 0.01f, 0.1f, 1e-10f, 0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("remembering")
  void aStateGoesOnBitForBitInAnotherModelAndInTheSame(Optimization optimization) {
    try (SequenceModel model = model(optimization);
        SequenceModel fresh = model(optimization)) {
      trainThrice(model, 0);
      ModelState state = model.state();
      trainThrice(model, 3);
      Weights expected = model.weights();
      Weights averages = model.averages();
      for (SequenceModel other : List.of(fresh, model)) {
        other.restore(state);
        assertThat(other.state().memory()).isEqualTo(state.memory());
        trainThrice(other, 3);
        assertThat(other.updates()).isEqualTo(6);
        assertThat(other.weights()).isEqualTo(expected);
        assertThat(other.averages()).isEqualTo(averages);
      }
    }
  }

  private static void trainThrice(SequenceModel model, int first) {
    for (int update = first; update < first + 3; update++) {
      model.train(batch(4, 2, update));
    }
  }

  @Test
  void theMemoryOfAnotherOptimizerIsRefused() {
    try (SequenceModel model = model(Optimization.of(new Adam(0.005f)));
        SequenceModel other = model(SGD)) {
      ModelState state = model.state();
      assertRefused(() -> other.restore(state), "remembers 0 numbers", "not 2");
    }
  }

  @Test
  void aTensorThatIsNotThereCannotBeFrozen() {
    assertRefused(() -> model(SGD.freeze("weight_hh_l2")).close(), "weight_hh_l2", "weight_hh_l1");
  }
}
