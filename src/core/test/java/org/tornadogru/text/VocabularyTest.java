package org.tornadogru.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.InvalidInputException;

class VocabularyTest {
  @Test
  void d2lHasSpaceThenUnknownThenTheAlphabet() {
    Vocabulary vocabulary = Vocabulary.d2l();

    assertThat(vocabulary.size()).isEqualTo(28);
    assertThat(vocabulary.kind()).isEqualTo(VocabularyKind.D2L);
    assertThat(vocabulary.symbols()).startsWith(" ", "<unk>", "a", "b").endsWith("y", "z");
    assertThat(vocabulary.symbol(2)).isEqualTo("a");
    assertThat(vocabulary.symbol(27)).isEqualTo("z");
    assertThat(vocabulary.encode("azAZ ")).containsExactly(2, 27, 2, 27, 0);
    assertThat(vocabulary.decode(new int[] {21, 9, 6, 0, 1})).isEqualTo("the <unk>");
  }

  @ParameterizedTest(name = "[{0}] becomes [{1}]")
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "It's 9 o'clock|it s o clock",
        "  both ends!! |' both ends '",
        "1895|' '",
        "café|caf ",
        "éé|' '",
        "a\uD83D\uDE00b|a b",
        "\u212Aelvin @[`{|' elvin '",
        "''|''"
      })
  void d2lTurnsEveryRunOfNonLettersIntoOneSpace(String text, String normalised) {
    Vocabulary vocabulary = Vocabulary.d2l();

    assertThat(vocabulary.decode(vocabulary.encode(text))).isEqualTo(normalised);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void d2lAgreesWithItsRegularExpression(long seed) {
    Vocabulary vocabulary = Vocabulary.d2l();
    String text = randomText(seed, 2_000);

    String expected = text.replaceAll("[^A-Za-z]+", " ").toLowerCase(Locale.ROOT);
    assertThat(vocabulary.decode(vocabulary.encode(text))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void charactersSurviveTheRoundTrip(long seed) {
    String text = randomText(seed, 2_000);
    Vocabulary vocabulary = Vocabulary.ofCharacters(text);
    int[] tokens = vocabulary.encode(text);

    assertThat(vocabulary.decode(tokens)).isEqualTo(text);
    assertThat(tokens).hasSize(text.codePointCount(0, text.length()));
    assertThat(Arrays.stream(tokens).distinct().sorted())
        .as("every symbol occurs, ids have no gap")
        .hasSize(vocabulary.size())
        .last()
        .isEqualTo(vocabulary.size() - 1);
    assertThat(vocabulary.symbols().stream().map(symbol -> symbol.codePointAt(0))).isSorted();
    assertThat(Vocabulary.of(VocabularyKind.CHARS, vocabulary.symbols())).isEqualTo(vocabulary);
  }

  @Test
  void aStoredOrderIsKept() {
    Vocabulary vocabulary = Vocabulary.of(VocabularyKind.CHARS, List.of("b", "\uD83D\uDE00", "a"));

    assertThat(vocabulary.encode("ab\uD83D\uDE00")).containsExactly(2, 0, 1);
    assertThat(vocabulary).isNotEqualTo(Vocabulary.of(VocabularyKind.CHARS, List.of("a", "b")));
  }

  @Test
  void charactersOutsideTheVocabularyAreNamedUpToFive() {
    Vocabulary vocabulary = Vocabulary.ofCharacters("abc");

    assertThatThrownBy(() -> vocabulary.encode("a1b2\n"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the text has characters outside the vocabulary: '1' (U+0031), '2' (U+0032), U+000A;"
                + " use the 3 characters that the training text had");
    assertThatThrownBy(() -> vocabulary.encode("1223456789"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'4' (U+0034), '5' (U+0035) and 4 more;")
        .hasMessageNotContaining("'6'");
  }

  @ParameterizedTest(name = "[{0}]")
  @ValueSource(strings = {"café", "cafe\u0301", "CAFÉ"})
  void anAccentInAD2lPromptIsAnErrorHoweverItIsTyped(String prompt) {
    assertThatThrownBy(() -> Vocabulary.d2l().encodePrompt(prompt))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("prompt")
        .hasMessageMatching(".*'[éÉ]' \\(U\\+00[EC]9\\).*");
  }

  @Test
  void aD2lPromptIsNormalised() {
    Vocabulary vocabulary = Vocabulary.d2l();

    assertThat(vocabulary.encodePrompt("It has, 2")).isEqualTo(vocabulary.encode("it has "));
  }

  @Test
  void aCharacterPromptIsTakenAsItIs() {
    Vocabulary vocabulary = Vocabulary.ofCharacters("It has.");

    assertThat(vocabulary.decode(vocabulary.encodePrompt("has It"))).isEqualTo("has It");
    assertRefused(
        () -> vocabulary.encodePrompt("It had"),
        "the prompt has characters outside the vocabulary: 'd' (U+0064)");
  }

  @Test
  void anEmptyPromptIsAnErrorForEveryKind() {
    for (Vocabulary vocabulary : List.of(Vocabulary.d2l(), Vocabulary.ofCharacters("abc"))) {
      assertRefused(() -> vocabulary.encodePrompt(""), "prompt is empty");
    }
  }

  @Test
  void symbolsThatNoVocabularyCanHaveAreRejected() {
    List<String> swapped =
        Vocabulary.d2l().symbols().stream()
            .map(symbol -> symbol.equals("y") ? "z" : symbol.equals("z") ? "y" : symbol)
            .toList();

    assertRejected(VocabularyKind.D2L, swapped, "not those of a D2L vocabulary");
    assertRejected(VocabularyKind.D2L, List.of("a"), "not those of a D2L vocabulary");
    assertRejected(VocabularyKind.CHARS, List.of(), "no symbols");
    assertRejected(VocabularyKind.CHARS, List.of("a", "b", "a"), "'a' (U+0061) twice");
    assertRejected(VocabularyKind.CHARS, List.of("a", ""), "symbol 1 of the vocabulary is empty");
    assertRejected(VocabularyKind.CHARS, Arrays.asList("a", null), "symbol 1");
    assertRejected(VocabularyKind.CHARS, List.of("ab"), "not one character");
    assertRejected(VocabularyKind.CHARS, List.of("\uD83D"), "U+D83D");
    assertThat(Vocabulary.of(VocabularyKind.D2L, List.copyOf(Vocabulary.d2l().symbols())))
        .isEqualTo(Vocabulary.d2l());
  }

  @Test
  void aTextWithoutCharactersMakesNoVocabulary() {
    assertRefused(() -> Vocabulary.ofCharacters(""));
    assertThat(Vocabulary.d2l().encode("")).isEmpty();
  }

  private static void assertRejected(VocabularyKind kind, List<String> symbols, String message) {
    assertRefused(() -> Vocabulary.of(kind, symbols), message);
  }

  /** Runs of letters, punctuation, accents, other scripts and characters beyond 16 bits. */
  static String randomText(long seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          switch (random.nextInt(8)) {
            case 0 -> random.nextInt(0x80);
            case 1 -> random.nextInt(0x80, 0x800);
            case 2 -> random.nextInt(0x1F300, 0x1F600);
            case 3, 4 -> ' ';
            case 5 -> random.nextInt('A', 'Z' + 1);
            default -> random.nextInt('a', 'z' + 1);
          });
    }
    return text.toString();
  }
}
