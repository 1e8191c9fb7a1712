package org.tornadogru.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.compare.Work;
import org.tornadogru.nn.Tensor;

class AnswersTest {
  private static final Work WORK = Work.named("training-d2l");

  @Test
  void equalAnswersAreClose() {
    Answers answers = answers(0.25, -1e-6);
    assertThat(answers.from(answers(0.25, -1e-6), WORK)).isEqualTo(Distance.NONE);
    assertThat(answers.from(answers(0.25, -1e-6), WORK).isClose()).isTrue();
  }

  @Test
  void aLargeDifferenceIsNotClose() {
    assertThat(answers(0.25, 100).from(answers(0.25, 100.03), WORK).isClose()).isFalse();
  }

  @Test
  void smallGradientsThatAreZeroAreNotClose() {
    assertThat(answers(0.25, 0).from(answers(0.25, 1e-6), WORK).isClose()).isFalse();
  }

  @Test
  void notANumberIsNotClose() {
    assertThat(answers(0.25, Double.NaN).from(answers(0.25, 1), WORK).isClose()).isFalse();
  }

  @Test
  void missingValuesAreRefused() {
    Answers reference = answers(0.25, 1);
    assertThatThrownBy(() -> new Answers(Map.of("a", new double[] {0.25})).from(reference, WORK))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () ->
                new Answers(Map.of("a", new double[] {0.25}, "b", new double[0]))
                    .from(reference, WORK))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theFileHoldsTheAnswers(@TempDir Path directory) {
    Answers answers = answers(Math.PI, -1e-300);
    Path file = directory.resolve("answers");
    answers.write(file);
    assertThat(Answers.read(file).values()).usingRecursiveComparison().isEqualTo(answers.values());
  }

  @Test
  void gradientsAreWhatTheFirstUpdateTookOff() {
    Answers answers =
        Answers.training(
            new TrainingPeer() {
              private int steps;

              @Override
              public float step(int[] tokens) {
                return ++steps;
              }

              @Override
              public List<Tensor> weights() {
                assertThat(steps).isEqualTo(1);
                return WORK.weights().tensors().stream()
                    .map(tensor -> new Tensor(tensor.name(), tensor.shape(), minusOne(tensor)))
                    .toList();
              }

              @Override
              public void close() {}
            },
            WORK);
    assertThat(answers.values().get(Answers.LOSSES)).containsExactly(1, 2, 3);
    double[] gradient = new double[28];
    Arrays.fill(gradient, 1 / WORK.sgd().learningRate());
    assertThat(answers.values().get("linear.bias")).containsExactly(gradient, within(1e-7));
  }

  private static float[] minusOne(Tensor tensor) {
    float[] values = tensor.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] -= 1;
    }
    return values;
  }

  private static Answers answers(double a, double b) {
    return new Answers(Map.of("a", new double[] {a}, "b", new double[] {b, b / 2}));
  }
}
