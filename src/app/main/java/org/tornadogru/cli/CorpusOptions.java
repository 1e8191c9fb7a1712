package org.tornadogru.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.report.Quantity;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.TokenWindows;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.text.VocabularyKind;
import picocli.CommandLine.Option;

/** The text to learn from. */
final class CorpusOptions {

  /** Texts that need no file. */
  enum KnownCorpus {
    BUILT_IN,
    TIMEMACHINE
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
      return settings.windows() == TextOptions.WindowSplit.D2L
              && settings.vocabulary() == VocabularyKind.D2L
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
}
