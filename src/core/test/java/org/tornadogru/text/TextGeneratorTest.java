package org.tornadogru.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.graph.DeviceProbe;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomTexts;

class TextGeneratorTest {

  private static final Vocabulary VOCABULARY = Vocabulary.d2l();

  private static RandomLayer model(ResetPlacement reset) {
    return RandomTexts.text(1, 1, 19, VOCABULARY.size(), reset, 5).model();
  }

  /**
   * Large weights: the text depends on much that was read. With larger ones still, the last bit of
   * a float would decide it after a hundred steps.
   */
  private static Map<String, double[]> lively(RandomLayer model) {
    return model.tensors(true, 1.5);
  }

  private static TextGenerator generator(ResetPlacement reset) {
    return generator(model(reset), lively(model(reset)));
  }

  private static TextGenerator generator(RandomLayer model, Map<String, double[]> tensors) {
    return new TextGenerator(DeviceProbe.weights(model, tensors), VOCABULARY, Device.fastest());
  }

  /** What follows a text, by the reference. */
  private static String likeliest(ResetPlacement reset, String text) {
    LayerInput input = LayerInput.ofRow(VOCABULARY.encode(text), VOCABULARY.size());
    RandomLayer model = model(reset);
    double[] scores = model.reference().scores(lively(model), input, LayerLoss.Head.LAST)[0][0];
    return VOCABULARY.symbol(
        IntStream.range(0, scores.length)
            .reduce((best, symbol) -> scores[symbol] > scores[best] ? symbol : best)
            .orElseThrow());
  }

  @ParameterizedTest
  @EnumSource
  void greedyTextIsTheReferencesLikeliest(ResetPlacement reset) {
    String text = "it has";
    for (int i = 0; i < 150; i++) {
      text += likeliest(reset, text);
    }
    try (TextGenerator generator = generator(reset)) {
      assertThat("it has" + generator.generate("it has", 150, Sampling.greedy())).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 200})
  void promptsOfAnyLengthAreReadInFull(int length) {
    String prompt = "the machine at the head of the bay ".repeat(6).substring(0, length);
    try (TextGenerator generator = generator(ResetPlacement.AFTER)) {
      assertThat(generator.generate(prompt, 1, Sampling.greedy()))
          .isEqualTo(likeliest(ResetPlacement.AFTER, prompt));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {2, ~1L, 1L << 32, (1L << 32) + 1})
  void theSameSeedGivesTheSameTextAndAnotherOneAnother(long other) {
    try (TextGenerator generator = generator(ResetPlacement.AFTER)) {
      Sampling sampling = new Sampling(1.5f, Sampling.ALL, 1);
      String first = generator.generate("it has", 300, sampling);
      assertThat(generator.generate("it has", 300, sampling)).isEqualTo(first);
      assertThat(generator.generate("it has", 300, new Sampling(1.5f, Sampling.ALL, other)))
          .isNotEqualTo(first);
    }
  }

  @Test
  void piecesJoinToTheWholeText() {
    try (TextGenerator generator = generator(ResetPlacement.BEFORE)) {
      List<String> pieces = new ArrayList<>();
      generator.generate("it has", 200, Sampling.greedy(), pieces::add);
      assertThat(pieces).hasSizeGreaterThan(1);
      assertThat(String.join("", pieces))
          .isEqualTo(generator.generate("it has", 200, Sampling.greedy()));
    }
  }

  /** With no recurrence and no input the scores are the output layer's bias. */
  private static TextGenerator biased(double... bias) {
    RandomLayer model = model(ResetPlacement.AFTER);
    Map<String, double[]> tensors = model.tensors(true);
    tensors.values().forEach(tensor -> Arrays.fill(tensor, 0));
    double[] output = tensors.get("linear.bias");
    Arrays.fill(output, -30);
    System.arraycopy(bias, 0, output, 2, bias.length);
    return generator(model, tensors);
  }

  @Test
  void samplesFollowTheSoftmaxAtItsTemperature() {
    double temperature = 1.7;
    double[] scores = {2, 1, 0, -1};
    try (TextGenerator generator = biased(scores)) {
      int length = 20_000;
      String text =
          generator.generate("a", length, new Sampling((float) temperature, Sampling.ALL, 3));
      double sum = Arrays.stream(scores).map(score -> Math.exp(score / temperature)).sum();
      for (int i = 0; i < scores.length; i++) {
        char letter = (char) ('a' + i);
        double expected = Math.exp(scores[i] / temperature) / sum;
        double frequency = (double) text.chars().filter(c -> c == letter).count() / length;
        // Five standard deviations.
        double deviation = 5 * Math.sqrt(expected * (1 - expected) / length);
        assertThat(frequency).as("%s", letter).isCloseTo(expected, within(deviation));
      }
    }
  }

  @Test
  void topKLeavesOutAllButTheLikeliest() {
    try (TextGenerator generator = biased(0.1, 0.3, 0.2, 0.25)) {
      String text = generator.generate("a", 500, new Sampling(2f, 2, 3));
      assertThat(text).matches("[bd]*").contains("b", "d");
    }
  }

  @Test
  void equalScoresRankByTheirOrder() {
    try (TextGenerator generator = biased(1, 1, 1)) {
      assertThat(generator.generate("a", 100, new Sampling(1f, 2, 3))).matches("[ab]*");
      assertThat(generator.generate("a", 5, Sampling.greedy())).isEqualTo("aaaaa");
    }
  }

  /** Each byte of the euro sign is the likeliest after the one before; nothing else is read. */
  private static Weights writesEuros() {
    List<Integer> euro = List.of(0xE2, 0x82, 0xAC);
    GruConfig config = GruConfig.ofTokens(256, 3, ResetPlacement.AFTER);
    return Weights.of(
        config,
        256,
        Weights.zeros(config, 256).tensors().stream()
            .map(
                tensor ->
                    Tensor.of(
                        tensor.name(),
                        tensor.shape(),
                        place ->
                            switch (tensor.name()) {
                              case "weight_ih_l0" -> // the candidate of unit u: was it byte u?
                                  place < 6 * 256
                                      ? 0
                                      : euro.indexOf(place % 256) == place / 256 - 6 ? 5 : -5;
                              case "bias_ih_l0" -> place / 3 == 1 ? -20 : 0; // forgets
                              case "linear.weight" ->
                                  euro.indexOf(place / 3) == (place % 3 + 1) % 3 ? 10 : 0;
                              case "linear.bias" -> euro.contains(place) ? 0 : -20;
                              default -> 0;
                            }))
            .toList());
  }

  /** 62 bytes fit into the first execution behind the prompt: the last character goes on. */
  @Test
  void aCharacterIsWholeThoughItsBytesComeInTwoPieces() {
    try (TextGenerator generator =
        new TextGenerator(writesEuros(), Vocabulary.bytes(), Device.fastest())) {
      List<String> pieces = new ArrayList<>();
      generator.generate("€", 100, Sampling.greedy(), pieces::add);
      assertThat(pieces).containsExactly("€".repeat(20), "€".repeat(13) + "\uFFFD");
      assertThat(generator.generate("€", 3, Sampling.greedy())).isEqualTo("€");
    }
  }

  @Test
  void impossibleRequestsAreRefused() {
    assertRefused(() -> new Sampling(0f, 1, 0));
    assertRefused(() -> new Sampling(Float.NaN, 1, 0));
    assertRefused(() -> new Sampling(1f, 0, 0));
    Weights small = Weights.zeros(GruConfig.ofTokens(3, 4, ResetPlacement.AFTER), 3);
    assertRefused(
        () -> new TextGenerator(small, VOCABULARY, Device.fastest()),
        "28 symbols but the model has 3");
    try (TextGenerator generator = biased(1)) {
      assertRefused(() -> generator.generate("it has", 0, Sampling.greedy()));
      assertRefused(() -> generator.generate("señor", 5, Sampling.greedy()), "ñ");
    }
  }

  @Test
  void tensorsAreNotShared() {
    RandomLayer model = model(ResetPlacement.AFTER);
    Weights weights = DeviceProbe.weights(model, lively(model));
    List<Tensor> before = weights.tensors();
    try (TextGenerator generator = new TextGenerator(weights, VOCABULARY, Device.fastest())) {
      generator.generate("it has", 80, Sampling.greedy());
    }
    assertThat(weights.tensors()).usingRecursiveComparison().isEqualTo(before);
  }
}
