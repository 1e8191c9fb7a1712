package org.tornadogru.cli;

import java.util.Arrays;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.text.VocabularyKind;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What to learn from, and how it is cut. */
final class TextOptions {

  /** Which windows train, and which validate. */
  enum WindowSplit {
    D2L,
    ALL,
    STREAMS
  }

  @Mixin final CorpusOptions source = new CorpusOptions();

  @Option(
      names = "--vocabulary",
      paramLabel = "KIND",
      converter = Word.Alphabet.class,
      completionCandidates = Word.Alphabet.class,
      description =
          "d2l (default): 28 symbols, a to z in lower case; chars (char-rnn): every character that occurs, and one symbol for others; bytes: the 256 of UTF-8.")
  VocabularyKind vocabulary;

  @Option(
      names = "--windows",
      paramLabel = "SPLIT",
      converter = Word.Split.class,
      completionCandidates = Word.Split.class,
      description =
          "d2l (default): the first 10,000 windows train, 5,000 validate; all: every window of the text, of which the last third validates; streams (char-rnn): the whole text once per epoch, in order, the state carried over, the last 5 %% validating.")
  WindowSplit windows;

  @Option(names = "--stream", description = "The same as --windows streams.")
  boolean stream;

  static Vocabulary vocabulary(VocabularyKind kind, Corpus corpus) {
    return switch (kind) {
      case D2L -> Vocabulary.d2l();
      case CHARS -> Vocabulary.ofCharacters(corpus.text());
      case BYTES -> Vocabulary.bytes();
    };
  }

  /**
   * The tokens of a text.
   *
   * @throws InvalidInputException if the vocabulary passes over nearly all of its letters
   */
  static int[] encoded(Vocabulary vocabulary, Corpus corpus) {
    int[] tokens = vocabulary.encode(corpus.text());
    if (vocabulary.kind() == VocabularyKind.D2L) {
      long letters = corpus.text().codePoints().filter(Character::isLetter).count();
      long kept =
          Arrays.stream(tokens)
              .filter(token -> Character.isLetter(letter(vocabulary, token)))
              .count();
      if (10 * kept <= letters) {
        throw new InvalidInputException(
            "the d2l vocabulary, a to z, leaves %s of %s: train with --vocabulary chars"
                .formatted(
                    kept == 0 ? "nothing" : "%,d of the %,d letters".formatted(kept, letters),
                    corpus.name()));
      }
    }
    return tokens;
  }

  private static char letter(Vocabulary vocabulary, int token) {
    return vocabulary.symbol(token).charAt(0);
  }
}
