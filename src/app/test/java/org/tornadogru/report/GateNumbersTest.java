package org.tornadogru.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.Tensor;

@Tag("plain-jvm")
class GateNumbersTest {

  /** Of two units, in steps that read a, a space, b and a space. */
  private static final float[] UPDATE = {0.5f, 0.95f, 0.25f, 0.85f, 0.7f, 1f, 0.05f, 0.1f};

  private static GateNumbers numbers(String... symbols) {
    Tensor zeros = Tensor.of("zeros", List.of(4, 1, 2), place -> 0);
    Tensor update = new Tensor("z", List.of(4, 1, 2), UPDATE);
    Gates gates = new Gates(0, false, zeros, update, zeros, zeros);
    return new GateNumbers(gates, Stream.of(symbols).map(Symbol::of).toList());
  }

  @Test
  void aBoundIsNotSaturated() {
    GateNumbers numbers = numbers("a", " ", "b", " ");
    assertThat(numbers.saturation(numbers.gates().update()))
        .isEqualTo("1 of 8 (12.5 %) below 0.1, 2 (25.0 %) above 0.9");
  }

  @Test
  void unitsThatKeepLessAtSpacesAreFoundAndTheFirstDiffersTheMost() {
    GateNumbers numbers = numbers("a", "\n", "b", "<0x20>");
    assertThat(numbers.slowestFirst()).containsExactly(1, 0);
    assertThat(numbers.forgettingAtSpaces())
        .satisfiesExactly(
            one -> {
              assertThat(one.unit()).isEqualTo(1);
              assertThat(one.atSpaces()).isCloseTo(0.475, within(1e-6));
              assertThat(one.elsewhere()).isCloseTo(0.975, within(1e-6));
            },
            zero -> assertThat(zero.forgetting()).isCloseTo(0.45, within(1e-6)));
  }

  @Test
  void withoutSpacesOrWithNothingElseNoneIsFound() {
    assertThat(numbers("a", "b", "c", "d").forgettingAtSpaces()).isEmpty();
    assertThat(numbers(" ", " ", "\t", "\n").forgettingAtSpaces()).isEmpty();
  }

  @Test
  void everyStepHasASymbol() {
    assertThatThrownBy(() -> numbers("a")).hasMessageContaining("1 symbols", "4 steps");
  }

  @Test
  void labelsShowWhatIsInvisible() {
    assertThat(
            Stream.of("a", " ", "\n", "\t", "<unk>", "<0x41>", "<0x0A>", "<0xE9>", "<0x00>")
                .map(symbol -> Symbol.of(symbol).label()))
        .containsExactly("a", "␣", "↵", "␣", "\uFFFD", "A", "↵", "E9", "00");
  }
}
