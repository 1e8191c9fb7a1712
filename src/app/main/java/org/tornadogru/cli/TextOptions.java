package org.tornadogru.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.report.Quantity;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.TokenWindows;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.text.VocabularyKind;
import picocli.CommandLine.Option;

/** What to learn from. */
final class TextOptions {

  /** Texts that need no file. */
  enum KnownCorpus {
    BUILT_IN,
    TIMEMACHINE
  }

  /** Which windows train, and which validate. */
  enum WindowSplit {
    D2L,
    ALL,
    STREAMS
  }

  private static final int FIRST_BYTES = 1 << 20;

  @Option(names = "--text", paramLabel = "FILE", description = "A UTF-8 text file.")
  private Path file;

  @Option(
      names = "--corpus",
      paramLabel = "NAME",
      converter = Word.KnownText.class,
      completionCandidates = Word.KnownText.class,
      description =
          "built-in (default): prose that comes with the program; timemachine: d2l's book, downloaded once.")
  private KnownCorpus corpus;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description = "Where downloads are kept; default: tornado-gru in ~/.cache.")
  private Path cache = Path.of(System.getProperty("user.home"), ".cache", "tornado-gru");

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

  /** The file of {@code --text}; null for a text that comes with the program. */
  Path file() {
    return file;
  }

  /** Takes the text of a run, if no other is given. */
  void defaultTo(String name, String path) {
    if (file == null && corpus == null) {
      file = path.isEmpty() ? null : path(path);
      corpus =
          path.isEmpty() && !name.equals(Corpus.embedded().name()) ? KnownCorpus.TIMEMACHINE : null;
    }
  }

  private static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new InvalidInputException(
          "the run's text is %s, which is no path in this locale: give it with --text"
              .formatted(text),
          e);
    }
  }

  /**
   * The text, or as much of its beginning as its windows are cut from.
   *
   * @throws InvalidInputException if there is none, or memory has no room for it
   */
  Corpus corpus(RunSettings settings) {
    if (file != null && corpus != null) {
      throw new InvalidInputException("--text and --corpus exclude each other: give one of them");
    }
    if (file != null) {
      return settings.windows() == WindowSplit.D2L && settings.vocabulary() == VocabularyKind.D2L
          ? windowed(file, TokenWindows.d2lTokens(settings.steps()))
          : whole(file);
    }
    return corpus == KnownCorpus.TIMEMACHINE ? Corpus.timeMachine(cache) : Corpus.embedded();
  }

  /** As much of a text as has enough letters and spaces. */
  private static Corpus windowed(Path file, long tokens) {
    for (int bytes = FIRST_BYTES; bytes < file.toFile().length(); bytes *= 8) {
      Corpus beginning = Corpus.beginningOf(file, bytes);
      if (Vocabulary.d2l().encode(beginning.text()).length >= tokens) {
        return beginning;
      }
      if (bytes > Integer.MAX_VALUE / 8) {
        break;
      }
    }
    return whole(file);
  }

  /**
   * All of a text.
   *
   * @throws InvalidInputException if memory has no room for it: a byte of each character, and four
   *     of its token
   */
  static Corpus whole(Path file) {
    long bytes = (1L + Integer.BYTES) * file.toFile().length();
    long there = Runtime.getRuntime().maxMemory();
    if (bytes > there) {
      throw new InvalidInputException(
          "%s takes more than %s of memory and Java has %s: give a part of it, or give Java more with JAVA_TOOL_OPTIONS=-Xmx8g"
              .formatted(file, Quantity.bytes(bytes), Quantity.bytes(there)));
    }
    return Corpus.ofFile(file);
  }

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
