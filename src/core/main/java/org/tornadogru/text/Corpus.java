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
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final char BYTE_ORDER_MARK = '\uFEFF';

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
    if (!Files.exists(file)) {
      throw new InvalidInputException("there is no text file " + file + ": check the path");
    }
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(file + " is a directory: give one text file");
    }
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new InvalidInputException(file + " is larger than 2 GiB: give a part of it");
      }
      return new Corpus(
          String.valueOf(file.getFileName()), decode(file.toString(), Files.readAllBytes(file)));
    } catch (AccessDeniedException e) {
      throw new InvalidInputException(
          "no permission to read " + file + ": change its permissions or give another file", e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot read " + file + " (" + e.getMessage() + "): give another file", e);
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
    out.flip();
    if (out.hasRemaining() && out.get(0) == BYTE_ORDER_MARK) {
      out.get();
    }
    return out.toString();
  }
}
