package org.tornadogru.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
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
    assertThat(Arrays.stream(tokens).distinct().sorted().toArray())
        .as("every symbol occurs but that of unknown characters, ids have no gap")
        .containsExactly(IntStream.range(1, vocabulary.size()).toArray());
    assertThat(vocabulary.symbol(0)).isEqualTo("<unk>");
    assertThat(vocabulary.symbols().stream().skip(1).map(symbol -> symbol.codePointAt(0)))
        .isSorted();
    assertThat(Vocabulary.of(VocabularyKind.CHARS, vocabulary.symbols())).isEqualTo(vocabulary);
  }

  @Test
  void aStoredOrderIsKept() {
    Vocabulary vocabulary = Vocabulary.of(VocabularyKind.CHARS, List.of("b", "\uD83D\uDE00", "a"));

    assertThat(vocabulary.encode("ab\uD83D\uDE00")).containsExactly(2, 0, 1);
    assertThat(vocabulary).isNotEqualTo(Vocabulary.of(VocabularyKind.CHARS, List.of("a", "b")));
  }

  @Test
  void charactersOutsideAnEarlierVocabularyAreNamedUpToFive() {
    Vocabulary vocabulary = Vocabulary.of(VocabularyKind.CHARS, List.of("a", "b", "c"));

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
    Vocabulary earlier =
        Vocabulary.of(VocabularyKind.CHARS, vocabulary.symbols().subList(1, vocabulary.size()));

    for (Vocabulary each : List.of(vocabulary, earlier)) {
      assertThat(each.decode(each.encodePrompt("has It"))).isEqualTo("has It");
    }
    assertThat(vocabulary.decode(vocabulary.encodePrompt("It had"))).isEqualTo("It ha\uFFFD");
    assertRefused(
        () -> earlier.encodePrompt("It had"),
        "the prompt has characters outside the vocabulary: 'd' (U+0064)",
        "use the 7 characters that");
  }

  @Test
  void aPromptOfWhichOnlySpacesAreKnownIsAnError() {
    Vocabulary vocabulary = Vocabulary.ofCharacters("a b\n");

    assertThat(vocabulary.encodePrompt(" \n")).containsExactly(2, 1);
    assertRefused(
        () -> vocabulary.encodePrompt("é ü\n"),
        "'é' (U+00E9), 'ü' (U+00FC); use the 4 characters that");
  }

  /** Also half of a surrogate pair, and what stands for others when it is decoded. */
  @Test
  void charactersThatTheTrainingTextLackedAreUnknown() {
    Vocabulary vocabulary = Vocabulary.ofCharacters("abc");

    assertThat(vocabulary.encode("aéb\uD83D\uDE00\uFFFD<unk>\uD83D"))
        .containsExactly(1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(vocabulary.decode(new int[] {1, 0, 3})).isEqualTo("a\uFFFDc");
    Vocabulary damaged = Vocabulary.ofCharacters("a\uFFFD");
    assertThat(damaged.encode("\uFFFDab")).containsExactly(2, 1, 0);
  }

  // ---- Bytes ----

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void bytesAreThoseOfUtf8(long seed) {
    Vocabulary vocabulary = Vocabulary.bytes();
    String text = randomText(seed, 2_000);
    byte[] expected = text.getBytes(UTF_8);

    int[] tokens = vocabulary.encode(text);

    assertThat(bytes(tokens)).isEqualTo(expected);
    assertThat(Arrays.stream(tokens)).allMatch(token -> 0 <= token && token < 256);
    assertThat(vocabulary.decode(tokens)).isEqualTo(text);
    assertThat(vocabulary.encodePrompt(text)).isEqualTo(tokens);
    assertThat(vocabulary.size()).isEqualTo(256);
    assertThat(vocabulary.symbol(10)).isEqualTo("<0x0A>");
    assertThat(Vocabulary.of(VocabularyKind.BYTES, vocabulary.symbols())).isEqualTo(vocabulary);
  }

  /** Wherever it is cut, and whatever a model wrote: as Java decodes the whole. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void piecesOfBytesJoinToTheText(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] tokens =
        seed % 2 == 0
            ? Vocabulary.bytes().encode(randomText(seed, 500))
            : random.ints(2_000, 0, 256).toArray();
    tokens = Arrays.copyOf(tokens, tokens.length - random.nextInt(4));
    Vocabulary.Decoder decoder = Vocabulary.bytes().decoder();

    for (int round = 0; round < 2; round++) { // the second shows that nothing is left of the first
      StringBuilder text = new StringBuilder();
      for (int from = 0; from < tokens.length; ) {
        int to = Math.min(tokens.length, from + random.nextInt(4));
        text.append(decoder.decode(Arrays.copyOfRange(tokens, from, to), to == tokens.length));
        from = to;
      }
      assertThat(text.toString()).isEqualTo(new String(bytes(tokens), UTF_8));
    }
  }

  private static byte[] bytes(int[] tokens) {
    byte[] bytes = new byte[tokens.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) tokens[i];
    }
    return bytes;
  }

  @Test
  void aCharacterIsShownWhenItsLastByteIsThere() {
    Vocabulary.Decoder decoder = Vocabulary.bytes().decoder();

    assertThat(decoder.decode(new int[] {'a', 0xF0, 0x9F}, false)).isEqualTo("a");
    assertThat(decoder.decode(new int[] {0x98}, false)).isEmpty();
    assertThat(decoder.decode(new int[] {0x80, 0xC3}, false)).isEqualTo("\uD83D\uDE00");
    assertThat(decoder.decode(new int[0], true)).isEqualTo("\uFFFD");
    assertThatThrownBy(() -> Vocabulary.bytes().decode(new int[] {256}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  // ---- Every kind ----

  /** Four megabytes: a book. The bound is far above what it takes, for machines that are busy. */
  @Test
  void aBookIsEncodedInNoTime() {
    String book = Corpus.embedded().text();
    book = book.repeat(4_000_000 / book.length() + 1);
    for (Vocabulary vocabulary :
        List.of(Vocabulary.d2l(), Vocabulary.ofCharacters(book), Vocabulary.bytes())) {
      long start = System.nanoTime();
      int[] tokens = vocabulary.encode(book);
      assertThat(System.nanoTime() - start).as("%s", vocabulary).isLessThan(2_000_000_000L);
      assertThat(tokens).hasSizeGreaterThan(3_000_000);
    }
  }

  @Test
  void anEmptyPromptIsAnErrorForEveryKind() {
    for (Vocabulary vocabulary :
        List.of(Vocabulary.d2l(), Vocabulary.ofCharacters("abc"), Vocabulary.bytes())) {
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
    assertRejected(VocabularyKind.CHARS, List.of("a", "<unk>", "<unk>"), "<unk> twice");
    assertRejected(VocabularyKind.BYTES, List.of("<0x00>"), "not those of a BYTES vocabulary");
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
