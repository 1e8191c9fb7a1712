package org.tornadogru.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.tornadogru.nn.Refusals.assertRefused;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorpusTest {
  @TempDir Path directory;

  @Test
  void theBuiltInTextIsPlainAsciiAndLongEnoughForBothWindowings() {
    Corpus corpus = Corpus.embedded();
    int[] tokens = Vocabulary.d2l().encode(corpus.text());

    assertThat(corpus.name()).isEqualTo("built-in");
    assertThat(corpus.text()).hasSizeGreaterThan(42_000);
    assertThat(corpus.text().chars()).allMatch(c -> c == '\n' || (c >= ' ' && c <= '~'));
    assertThat(TokenWindows.d2l(tokens, 64).trainCount()).isEqualTo(10_000);
    assertThat(TokenWindows.all(tokens, 64).trainCount()).isGreaterThan(20_000);
    assertThat(tokens).as("every letter occurs").contains(IntStream.range(2, 28).toArray());
  }

  /** The default prompt of the command line begins as many sentences of the text do. */
  @Test
  void theBuiltInTextOftenSaysItHas() {
    String text = Corpus.embedded().text();

    assertThat(text.toLowerCase(Locale.ROOT).split("\\bit has\\b", -1)).hasSizeGreaterThan(20);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void aUtf8FileIsReadAsItIs(long seed) throws IOException {
    String text = VocabularyTest.randomText(seed, 3_000);
    Path file = Files.writeString(directory.resolve("story.txt"), text);

    assertThat(Corpus.ofFile(file)).isEqualTo(new Corpus("story.txt", text));
  }

  @Test
  void aByteOrderMarkIsNotPartOfTheText() throws IOException {
    Path file = Files.writeString(directory.resolve("story.txt"), "\uFEFFonce\uFEFF");

    assertThat(Corpus.ofFile(file).text()).isEqualTo("once\uFEFF");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "latin 1 in the middle, 63 61 66 E9 20 6F, 3",
    "continuation byte alone, 80 61, 0",
    "overlong slash, 61 C0 AF, 1",
    "surrogate, 61 62 ED A0 80, 2",
    "cut off at the end, C3 A9 E2 82, 2",
    "beyond the last code point, 61 F4 90 80 80, 1"
  })
  void aFileThatIsNotUtf8IsRejectedWithThePlace(String what, String hex, int offset)
      throws IOException {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
    Path file = Files.write(directory.resolve("story.txt"), bytes);

    assertRefused(
        () -> Corpus.ofFile(file), "story.txt is not UTF-8: the byte at offset " + offset);
  }

  @Test
  void filesThatGiveNoTextAreRejected() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.txt"));
    Path onlyMark = Files.writeString(directory.resolve("mark.txt"), "\uFEFF");

    assertRefused(() -> Corpus.ofFile(empty), "empty.txt is empty");
    assertRefused(() -> Corpus.ofFile(onlyMark), "mark.txt is empty");
    assertRefused(() -> Corpus.ofFile(directory.resolve("none.txt")), "there is no text file");
    assertRefused(() -> Corpus.ofFile(directory), "is a directory");
  }

  @Test
  void anUnreadableFileIsRejected() throws IOException {
    Path file = Files.writeString(directory.resolve("secret.txt"), "secret");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeFalse(Files.isReadable(file), "this user may read everything");

    assertRefused(() -> Corpus.ofFile(file), "no permission to read");
  }

  @Test
  void aLogShowsTheLengthAndNotTheText() {
    assertThat(new Corpus("story", "once upon")).hasToString("Corpus[name=story, 9 characters]");
  }

  @Test
  void decodingKeepsEveryLengthOfUtf8() {
    String text = "a\u00E9\u20AC\uD83D\uDE00\0";

    assertThat(Corpus.decode("text", text.getBytes(StandardCharsets.UTF_8))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void theBeginningOfAFileEndsWithAWholeCharacter(int bytes) throws IOException {
    String text = "aé€😀b";
    Path file = Files.writeString(directory.resolve("text"), text);
    String expected = "";
    for (int end = 1; end <= text.length(); end++) {
      String part = text.substring(0, end);
      boolean whole = !Character.isHighSurrogate(part.charAt(end - 1));
      if (whole && part.getBytes(StandardCharsets.UTF_8).length <= bytes) {
        expected = part;
      }
    }

    assertThat(Corpus.beginningOf(file, bytes).text()).isEqualTo(expected);
  }
}
