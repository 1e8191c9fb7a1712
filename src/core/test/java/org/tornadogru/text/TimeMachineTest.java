package org.tornadogru.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * d2l's protocol on the text it was made for. The book is not part of the repository: the system
 * property {@code timemachine.text} says where it is, and without it these tests are skipped.
 */
class TimeMachineTest {
  private final Vocabulary vocabulary = Vocabulary.d2l();
  private Corpus corpus;
  private int[] tokens;

  @BeforeEach
  void readTheBook() {
    String path = System.getProperty("timemachine.text", "");
    assumeTrue(
        !path.isEmpty() && Files.isRegularFile(Path.of(path)),
        "the system property timemachine.text names no file");
    corpus = Corpus.ofFile(Path.of(path));
    tokens = vocabulary.encode(corpus.text());
  }

  @Test
  void itHasAsManyCharactersAsD2lSays() {
    assertThat(tokens).hasSize(173_428);
    assertThat(vocabulary.decode(Arrays.copyOf(tokens, 60)))
        .isEqualTo("the time machine by h g wells i the time traveller for so it");
  }

  @Test
  void itUsesEverySymbolButTheUnknown() {
    int[] counts = new int[vocabulary.size()];
    for (int token : tokens) {
      counts[token]++;
    }

    assertThat(counts[1]).isZero();
    assertThat(counts[0]).isEqualTo(32_775);
    assertThat(counts[vocabulary.encode("e")[0]]).isEqualTo(17_838);
    assertThat(Arrays.stream(counts).filter(count -> count == 0)).hasSize(1);
  }

  @Test
  void d2lsWindowsReadTheFirst15032Characters() {
    TokenWindows windows = TokenWindows.d2l(tokens, 32);
    TokenBatches validation = windows.validation(1024);

    assertThat(windows.training(1024, 1, 1).count()).isEqualTo(10);
    assertThat(windows.training(1024, 1, 1).rows(9)).isEqualTo(784);
    assertThat(validation.count()).isEqualTo(5);
    assertThat(validation.rows(4)).isEqualTo(904);
    assertThat(window(validation.tokens(4), 1024, 903))
        .isEqualTo(Arrays.copyOfRange(tokens, 14_999, 15_032));
    assertThat(window(validation.tokens(0), 1024, 0))
        .isEqualTo(Arrays.copyOfRange(tokens, 10_000, 10_033));
  }

  @Test
  void aCopyPutInTheCacheByHandNeedsNoDownload(@TempDir Path cache) throws IOException {
    Files.copy(Path.of(System.getProperty("timemachine.text")), cache.resolve("timemachine.txt"));

    assertThat(Corpus.timeMachine(cache).text()).isEqualTo(corpus.text());
  }

  @Test
  void itsOwnCharactersSurviveTheRoundTrip() {
    Vocabulary characters = Vocabulary.ofCharacters(corpus.text());

    assertThat(characters.decode(characters.encode(corpus.text()))).isEqualTo(corpus.text());
  }

  private static int[] window(int[] batch, int rows, int row) {
    int[] window = new int[batch.length / rows];
    for (int t = 0; t < window.length; t++) {
      window[t] = batch[t * rows + row];
    }
    return window;
  }
}
