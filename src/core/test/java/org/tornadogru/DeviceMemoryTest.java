package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.graph.DeviceMemoryException;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Optimization;

/**
 * A device whose memory holds fewer plans than a model has shapes: plans make room for each other,
 * and what is learned stays what it is.
 */
@Tag("plain-jvm") // TornadoVM reads the property once
class DeviceMemoryTest {

  private static final String MEMORY = "tornado.device.memory";
  private static final int SYMBOLS = 7;
  private static final GruConfig CONFIG =
      GruConfig.builder(SYMBOLS, 12).tokens().dropout(0.2f).layers(2).build();
  private static final Optimization ADAM = Optimization.of(new Adam(0.01f)).average(0.9f);
  private static final List<Integer> STEPS = List.of(5, 6, 7, 8, 6, 5, 8, 5, 7, 7, 6, 5);

  @AfterEach
  void theMemoryIsWithoutEnd() {
    System.clearProperty(MEMORY);
  }

  private static SequenceModel model() {
    Weights weights = Weights.initial(CONFIG, SYMBOLS, Initialization.UNIFORM, 1);
    return SequenceModel.stateful(
        weights, Head.nextToken(SYMBOLS), ADAM, Device.of(Device.PLAIN_JVM));
  }

  private static Batch batch(int steps, int rows, long seed) {
    int[] tokens = new SplittableRandom(seed).ints((steps + 1L) * rows, 0, SYMBOLS).toArray();
    return Batch.ofTokens(Sequences.ofTokens(rows, tokens));
  }

  /** What a model has come to. */
  private record End(
      List<Float> losses, List<Tensor> weights, List<Tensor> averages, int compiled) {
    static End of(Function<SequenceModel, List<Float>> work) {
      try (SequenceModel model = model()) {
        List<Float> losses = work.apply(model);
        return new End(
            losses, model.weights().tensors(), model.averages().tensors(), model.compilations());
      }
    }
  }

  private static void assertSame(End actual, End expected) {
    assertThat(actual.losses).isEqualTo(expected.losses);
    assertThat(actual.weights).isEqualTo(expected.weights);
    assertThat(actual.averages).isEqualTo(expected.averages);
  }

  /** Sets the memory to what all graphs of some plans for batches of eight steps need. */
  private static void holdPlans(int count) {
    long one = needed();
    System.clearProperty(MEMORY);
    long two;
    try (SequenceModel other = model()) {
      executeAll(other, 8);
      two = needed();
    }
    System.setProperty(MEMORY, Long.toString(one + (count - 1) * (two - one)));
  }

  /** What all graphs of another plan need, and those need that there are. */
  private static long needed() {
    long enough = 1;
    while (!fits(enough)) {
      enough *= 2;
    }
    long tooLittle = enough / 2;
    while (enough - tooLittle > 1024) {
      long middle = (enough + tooLittle) / 2;
      if (fits(middle)) {
        enough = middle;
      } else {
        tooLittle = middle;
      }
    }
    return enough;
  }

  private static boolean fits(long bytes) {
    System.setProperty(MEMORY, Long.toString(bytes));
    try (SequenceModel model = model()) {
      executeAll(model, 8);
      return true;
    } catch (DeviceMemoryException tooMuch) {
      return false;
    }
  }

  private static void executeAll(SequenceModel model, int steps) {
    model.accumulate(batch(steps, 3, 0));
    model.update();
    model.train(batch(steps, 3, 0));
    model.evaluate(batch(steps, 3, 0));
  }

  private static List<Float> trainAndEvaluate(SequenceModel model) {
    List<Float> losses = new ArrayList<>();
    for (int index = 0; index < STEPS.size(); index++) {
      Batch batch = batch(STEPS.get(index), 3, index);
      losses.add(model.train(batch));
      if (index % 3 == 0) {
        losses.add(model.evaluate(batch));
      }
    }
    return losses;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aModelThatCompilesAgainLearnsTheSameBits(int plans) {
    End expected = End.of(DeviceMemoryTest::trainAndEvaluate);
    holdPlans(plans);
    End actual = End.of(DeviceMemoryTest::trainAndEvaluate);
    assertSame(actual, expected);
    assertThat(actual.compiled).isGreaterThan(expected.compiled);
  }

  /**
   * The sum of gradients, and the state of the stream, go over to the plan that there is room for.
   */
  @Test
  void gradientsAddUpOverPlansThatMakeRoom() {
    Function<SequenceModel, List<Float>> work =
        model -> {
          List<Float> losses = new ArrayList<>();
          for (int index = 0; index < STEPS.size(); index++) {
            losses.add(model.accumulate(batch(STEPS.get(index), 3, index)));
            if (index % 4 == 3) {
              model.update();
            }
          }
          return losses;
        };
    End expected = End.of(work);
    holdPlans(1);
    End actual = End.of(work);
    assertSame(actual, expected);
    assertThat(actual.compiled).isGreaterThan(expected.compiled);
  }

  @Test
  void thePlanThatWasUsedLeastLatelyMakesRoom() {
    holdPlans(2);
    try (SequenceModel model = model()) {
      for (int steps : new int[] {7, 6, 7, 8}) {
        executeAll(model, steps);
      }
      int compiled = model.compilations();
      executeAll(model, 7);
      assertThat(model.compilations()).isEqualTo(compiled);
      executeAll(model, 6);
      assertThat(model.compilations()).isGreaterThan(compiled);
    }
  }

  @Test
  void aStreamGoesOnAfterAnotherShapeWasEvaluated() {
    Function<SequenceModel, List<Float>> work =
        model -> {
          List<Float> losses = new ArrayList<>();
          for (int index = 0; index < 6; index++) {
            losses.add(model.train(batch(8, 3, index)));
            losses.add(model.evaluate(batch(8, 24, index).beginning()));
          }
          return losses;
        };
    End expected = End.of(work);
    holdPlans(1);
    End actual = End.of(work);
    assertSame(actual, expected);
    assertThat(actual.compiled).isGreaterThan(expected.compiled);
  }

  @Test
  void theModelKeepsWhatItHasLearnedWhereNoPlanFits() {
    try (SequenceModel model = model()) {
      model.train(batch(5, 3, 0));
      List<Tensor> learned = model.weights().tensors();
      holdPlans(1);
      assertThatThrownBy(() -> model.train(batch(100, 30, 0).beginning()))
          .isInstanceOf(DeviceMemoryException.class)
          .hasMessageContaining("device jvm (JAVA) refused graph")
          .hasMessageContaining("Unable to allocate");
      assertThat(model.weights().tensors()).isEqualTo(learned);
      assertThat(model.updates()).isEqualTo(1);
      assertThat(model.train(batch(5, 3, 1))).isPositive();
    }
  }
}
