package org.tornadogru.text;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.nn.InvalidInputException;

/**
 * A fixed, ordered list of symbols: the id of a token is its symbol's place in the list.
 *
 * <pre>{@code
 * Vocabulary vocabulary = Vocabulary.d2l();
 * int[] tokens = vocabulary.encode("It's 9 o'clock");   // it s o clock
 * String text = vocabulary.decode(tokens);
 * }</pre>
 *
 * @see <a href="https://d2l.ai/chapter_recurrent-neural-networks/text-sequence.html">d2l.ai, 9.2
 *     Converting Raw Text into Sequence Data</a>
 */
public final class Vocabulary {
  private static final int ABSENT = -1;
  private static final int SPACE_ID = 0;
  private static final int FIRST_LETTER_ID = 2;
  private static final int MOST_NAMED = 5;

  private static final List<String> D2L_SYMBOLS =
      Stream.concat(
              Stream.of(" ", "<unk>"),
              IntStream.rangeClosed('a', 'z').mapToObj(Character::toString))
          .toList();

  private final VocabularyKind kind;
  private final List<String> symbols;

  /** The id of each code point up to the largest one, {@link #ABSENT} between; empty for D2L. */
  private final int[] idOfCodePoint;

  private Vocabulary(VocabularyKind kind, List<String> symbols) {
    this.kind = kind;
    this.symbols = symbols;
    this.idOfCodePoint = kind == VocabularyKind.D2L ? new int[0] : idsByCodePoint(symbols);
  }

  /**
   * The vocabulary of d2l's Time Machine: space 0, {@code <unk>} 1, a to z 2 to 27.
   *
   * <p>{@code <unk>} is never encoded, since normalisation leaves nothing but letters and spaces;
   * it is there because d2l's models have 28 outputs.
   */
  public static Vocabulary d2l() {
    return new Vocabulary(VocabularyKind.D2L, D2L_SYMBOLS);
  }

  /**
   * Every code point that occurs in a text, in the order of the code points.
   *
   * @throws InvalidInputException if the text is empty or holds half a surrogate pair
   */
  public static Vocabulary ofCharacters(String text) {
    if (text.isEmpty()) {
      throw new InvalidInputException("the text is empty: give one with at least one character");
    }
    BitSet present = new BitSet();
    text.codePoints().forEach(present::set);
    return of(VocabularyKind.CHARS, present.stream().mapToObj(Character::toString).toList());
  }

  /**
   * A vocabulary with these symbols in this order, as a checkpoint stored them.
   *
   * @throws InvalidInputException if the list is empty, repeats a symbol, or is not one that this
   *     kind can have
   */
  public static Vocabulary of(VocabularyKind kind, List<String> symbols) {
    if (kind == VocabularyKind.D2L) {
      if (!D2L_SYMBOLS.equals(symbols)) {
        throw new InvalidInputException(
            "the symbols are not those of a D2L vocabulary (space, <unk>, a to z in this order):"
                + " the checkpoint is damaged or its kind is CHARS");
      }
      return d2l();
    }
    if (symbols.isEmpty()) {
      throw new InvalidInputException("the vocabulary has no symbols: the checkpoint is damaged");
    }
    Set<String> seen = new HashSet<>();
    for (int id = 0; id < symbols.size(); id++) {
      String symbol = symbols.get(id);
      if (symbol == null || symbol.isEmpty()) {
        throw new InvalidInputException(
            "symbol " + id + " of the vocabulary is empty: each must be one character");
      }
      int first = symbol.codePointAt(0);
      if (symbol.length() != Character.charCount(first) || isSurrogate(first)) {
        throw new InvalidInputException(
            "symbol %d of the vocabulary starts with %s and is not one character: each must be"
                .formatted(id, describe(first)));
      }
      if (!seen.add(symbol)) {
        throw new InvalidInputException(
            "the vocabulary has %s twice: each symbol must be unique".formatted(describe(first)));
      }
    }
    return new Vocabulary(kind, List.copyOf(symbols));
  }

  public VocabularyKind kind() {
    return kind;
  }

  /** The number of symbols, which is the width of the model's output. */
  public int size() {
    return symbols.size();
  }

  /** All symbols; the place in the list is the id. */
  public List<String> symbols() {
    return symbols;
  }

  /**
   * The symbol of one token.
   *
   * @throws IndexOutOfBoundsException if the id is not in {@code [0, size)}
   */
  public String symbol(int id) {
    return symbols.get(id);
  }

  /**
   * The token ids of a text.
   *
   * <p>{@code D2L} normalises as d2l does, {@code re.sub('[^A-Za-z]+', ' ', text).lower()}: also a
   * run at the start or the end of the text becomes one space. {@code CHARS} takes every code point
   * as it is.
   *
   * @return [tokens]
   * @throws InvalidInputException if the text has characters that a {@code CHARS} vocabulary lacks
   */
  public int[] encode(String text) {
    return switch (kind) {
      case D2L -> encodeNormalised(text);
      case CHARS -> {
        rejectCharacters("text", text, codePoint -> idOf(codePoint) == ABSENT);
        yield text.codePoints().map(this::idOf).toArray();
      }
    };
  }

  /**
   * The token ids of what a user wants continued; stricter than {@link #encode}, since what a
   * person typed must not vanish silently.
   *
   * <p>For {@code D2L}, punctuation, digits and white space become spaces, but a letter outside a
   * to z is an error.
   *
   * @return [tokens], at least one
   * @throws InvalidInputException if the prompt is empty or has characters outside the vocabulary
   */
  public int[] encodePrompt(String prompt) {
    if (prompt.isEmpty()) {
      throw new InvalidInputException("the prompt is empty: give at least one character");
    }
    if (kind == VocabularyKind.CHARS) {
      rejectCharacters("prompt", prompt, codePoint -> idOf(codePoint) == ABSENT);
      return encode(prompt);
    }
    // Composed, so that an accent typed as a character of its own is seen as part of its letter.
    String composed = Normalizer.normalize(prompt, Normalizer.Form.NFC);
    rejectCharacters(
        "prompt",
        composed,
        codePoint -> Character.isLetter(codePoint) && !isAsciiLetter(codePoint));
    return encodeNormalised(composed);
  }

  /**
   * The text of a sequence of tokens.
   *
   * @param tokens [tokens]
   * @throws IndexOutOfBoundsException if an id is not in {@code [0, size)}
   */
  public String decode(int[] tokens) {
    StringBuilder text = new StringBuilder(tokens.length);
    for (int token : tokens) {
      text.append(symbols.get(token));
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary that && kind == that.kind && symbols.equals(that.symbols);
  }

  @Override
  public int hashCode() {
    return symbols.hashCode();
  }

  @Override
  public String toString() {
    return kind + " vocabulary of " + symbols.size() + " symbols";
  }

  private static int[] encodeNormalised(String text) {
    int[] tokens = new int[text.length()];
    int count = 0;
    boolean inGap = false;
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (isAsciiLetter(character)) {
        // Setting this bit is the lower case of an ASCII letter.
        tokens[count++] = (character | 0x20) - 'a' + FIRST_LETTER_ID;
        inGap = false;
      } else if (!inGap) {
        tokens[count++] = SPACE_ID;
        inGap = true;
      }
    }
    return Arrays.copyOf(tokens, count);
  }

  private void rejectCharacters(String what, String text, IntPredicate outside) {
    int[] unknown = text.codePoints().filter(outside).distinct().toArray();
    if (unknown.length == 0) {
      return;
    }
    String named =
        Arrays.stream(unknown)
            .limit(MOST_NAMED)
            .mapToObj(Vocabulary::describe)
            .collect(Collectors.joining(", "));
    String more =
        unknown.length > MOST_NAMED ? " and " + (unknown.length - MOST_NAMED) + " more" : "";
    String remedy =
        kind == VocabularyKind.D2L
            ? "use the letters a to z, spaces and punctuation"
            : "use the " + size() + " characters that the training text had";
    throw new InvalidInputException(
        "the %s has characters outside the vocabulary: %s%s; %s"
            .formatted(what, named, more, remedy));
  }

  private int idOf(int codePoint) {
    return codePoint < idOfCodePoint.length ? idOfCodePoint[codePoint] : ABSENT;
  }

  private static int[] idsByCodePoint(List<String> symbols) {
    int largest = symbols.stream().mapToInt(symbol -> symbol.codePointAt(0)).max().orElseThrow();
    int[] ids = new int[largest + 1];
    Arrays.fill(ids, ABSENT);
    for (int id = 0; id < symbols.size(); id++) {
      ids[symbols.get(id).codePointAt(0)] = id;
    }
    return ids;
  }

  /** A character as one line of text can show it. */
  private static String describe(int codePoint) {
    String number = "U+%04X".formatted(codePoint);
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          number;
      default -> "'" + Character.toString(codePoint) + "' (" + number + ")";
    };
  }

  private static boolean isAsciiLetter(int codePoint) {
    return (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= 'A' && codePoint <= 'Z');
  }

  private static boolean isSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }
}
