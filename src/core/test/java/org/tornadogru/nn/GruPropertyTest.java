package org.tornadogru.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class GruPropertyTest {

  private static final List<GruProperty<?>> ALL = GruProperty.ALL;

  private static final GruConfig USUAL = GruConfig.builder(2, 3).build();

  /** No property is as in {@link #USUAL} but those that contradict the others. */
  private static final List<GruConfig> OTHERS =
      List.of(
          GruConfig.builder(5, 4)
              .hiddenSizes(4, 3)
              .direction(Direction.BIDIRECTIONAL)
              .merge(Merge.SUM)
              .reset(ResetPlacement.BEFORE)
              .biases(Biases.ONE)
              .gating(Gating.UPDATE_ONLY)
              .activations(
                  List.of(
                      new ActivationFunction(ActivationFunction.Kind.LEAKY_RELU, 0.2f, 0),
                      ActivationFunction.SIGMOID),
                  List.of(ActivationFunction.of(ActivationFunction.Kind.SOFTSIGN)))
              .clip(2)
              .dropout(0.5f)
              .inputDropout(0.25f)
              .recurrentDropout(0.125f)
              .maskedOutput(MaskedOutput.HOLD)
              .dense(
                  new Dense(6, ActivationFunction.of(ActivationFunction.Kind.RELU)),
                  new Dense(3, new ActivationFunction(ActivationFunction.Kind.ELU, 0.5f, 0)))
              .build(),
          GruConfig.builder(5, 4)
              .embedding(4)
              .tied()
              .direction(Direction.REVERSE)
              .keepReversed()
              .build());

  /** The number of layers is that of the hidden sizes. */
  @Test
  void theTableHasEveryComponentOfTheRecord() throws ReflectiveOperationException {
    RecordComponent[] components = GruConfig.class.getRecordComponents();
    assertThat(ALL).hasSize(components.length + 1).contains(GruProperty.LAYERS);
    for (RecordComponent component : components) {
      Object usual = component.getAccessor().invoke(USUAL);
      boolean varied = false;
      for (GruConfig config : OTHERS) {
        varied |= !component.getAccessor().invoke(config).equals(usual);
      }
      assertThat(varied).as(component.getName()).isTrue(); // and comes back, as below
    }
  }

  @ParameterizedTest
  @FieldSource("ALL")
  void eachIsWrittenAndReadAndCanBeOtherwise(GruProperty<?> property) {
    boolean varied = false;
    for (GruConfig config : OTHERS) {
      GruConfig.Builder builder = GruConfig.builder(1, 1);
      ALL.forEach(each -> each.parse(each.text(config), builder));
      assertThat(builder.build()).isEqualTo(config);
      assertThat(config.toBuilder().build()).isEqualTo(config);
      varied |= !property.of(config).equals(property.of(USUAL));
    }
    assertThat(varied).isTrue();
  }

  @Test
  void whatIsUsualIsNotPrinted() {
    assertThat(USUAL).hasToString("GruConfig[input_size=2, hidden_size=3]");
    assertThat(OTHERS.getFirst().toBuilder().merge(Merge.CONCAT).build())
        .asString()
        .contains("hidden_size=4, 3, layers=2, direction=bidirectional, reset=before")
        .contains("gate_activation=leaky_relu 0.2 0.0, sigmoid, candidate_activation=softsign")
        .doesNotContain("merge");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "reset, sideways, 'reset is none of [before, after]'",
    "layers, x, layers is not a number",
    "dropout, '', dropout is not a number",
    "gate_activation, relu 1, 'gate_activation is not a function, alpha and beta'",
    "keep_reversed, yes, 'keep_reversed is none of [true, false]'",
    "dense, 5, 'dense is not a list of sizes, each with a function'",
    "dense, '5 relu, many tanh', dense is not a number",
    "dense, '0 relu', 'a dense layer has at least one unit, not 0'",
  })
  void textThatMakesNoSenseIsRefusedByName(String name, String text, String message) {
    GruProperty<?> property =
        ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();

    assertThatThrownBy(() -> property.parse(text, GruConfig.builder(2, 3)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }
}
