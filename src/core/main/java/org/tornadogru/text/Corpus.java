package org.tornadogru.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.tornadogru.file.Reason;
import org.tornadogru.nn.InvalidInputException;

/**
 * A text to learn from, as it was read.
 *
 * @param name what logs and checkpoints call it
 * @param text its characters, never empty
 */
public record Corpus(String name, String text) {
  private static final String EMBEDDED = "corpus.txt";
  private static final int LARGEST_FILE = Integer.MAX_VALUE - 8;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** What stands for bytes that are no character; a text may have it, too. */
  private static final char REPLACEMENT = '\uFFFD';

  /** Of a character in UTF-8. */
  private static final int MOST_BYTES = 4;

  /**
   * Checks that there is something to learn from.
   *
   * @throws InvalidInputException if the text is empty
   */
  public Corpus {
    if (text.isEmpty()) {
      throw new InvalidInputException(name + " is empty: give a text to learn from");
    }
  }

  /** The prose that comes with the library: a run needs neither a file nor a network. */
  public static Corpus embedded() {
    try (InputStream resource = Corpus.class.getResourceAsStream(EMBEDDED)) {
      if (resource == null) {
        throw new IllegalStateException("the jar lacks its resource " + EMBEDDED);
      }
      return new Corpus("built-in", decode(EMBEDDED, resource.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text of a UTF-8 file, without the byte order mark if it has one.
   *
   * @throws InvalidInputException if there is no such file, it cannot be read, is not UTF-8, or is
   *     empty
   */
  public static Corpus ofFile(Path file) {
    return ofFile(file, Long.MAX_VALUE);
  }

  /**
   * The beginning of the text of a UTF-8 file, which may be larger than memory.
   *
   * @param most bytes to read; a character that would end behind them is left out
   * @throws InvalidInputException as for a whole file
   */
  public static Corpus beginningOf(Path file, int most) {
    if (most < 1) {
      throw new InvalidInputException("a text needs at least 1 byte, not " + most);
    }
    return ofFile(file, most);
  }

  private static Corpus ofFile(Path file, long most) {
    Objects.requireNonNull(file, "file");
    if (!Files.exists(file)) {
      throw new InvalidInputException("there is no text file " + file + ": check the path");
    }
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(file + " is a directory: give one text file");
    }
    try {
      boolean whole = Files.size(file) <= most;
      if (whole && Files.size(file) > LARGEST_FILE) {
        throw new InvalidInputException(file + " is larger than 2 GiB: give a part of it");
      }
      return new Corpus(
          String.valueOf(file.getFileName()),
          decode(file.toString(), whole ? Files.readAllBytes(file) : beginning(file, (int) most)));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot read %s (%s): give another file".formatted(file, Reason.of(e)), e);
    }
  }

  /** Bytes up to a character's end: the byte behind them does not go on with one. */
  private static byte[] beginning(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] read = in.readNBytes(most + 1);
      int end = Math.min(most, read.length);
      while (end < read.length && end > most - MOST_BYTES && (read[end] & 0xC0) == 0x80) {
        end--;
      }
      return Arrays.copyOf(read, end);
    }
  }

  /**
   * The Time Machine, as d2l publishes it: downloaded once, then read from the cache.
   *
   * @param cacheDirectory where {@code timemachine.txt} is kept; created if it does not exist
   * @throws InvalidInputException if it is not in the cache and cannot be downloaded
   */
  public static Corpus timeMachine(Path cacheDirectory) {
    return PublishedText.TIME_MACHINE.load(cacheDirectory);
  }

  /** The name and the length; the text itself would flood a log. */
  @Override
  public String toString() {
    return "Corpus[name=" + name + ", " + text.length() + " characters]";
  }

  /**
   * Strict UTF-8: a wrong encoding would otherwise be learned as replacement characters.
   *
   * @param source what the error message calls the bytes
   */
  static String decode(String source, byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    int start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    if (text.indexOf(REPLACEMENT) >= 0) {
      requireUtf8(source, utf8);
    }
    return text.substring(start);
  }

  /** Takes more memory than the text, and is for those that may be wrong. */
  private static void requireUtf8(String source, byte[] utf8) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(utf8);
    // UTF-8 never decodes to more UTF-16 units than it has bytes.
    CharBuffer out = CharBuffer.allocate(utf8.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new InvalidInputException(
          ("%s is not UTF-8: the byte at offset %d (0x%02X) starts no character;"
                  + " convert it, for example with iconv")
              .formatted(source, in.position(), utf8[in.position()]));
    }
  }
}
