package org.tornadogru.text;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
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
public abstract sealed class Vocabulary
    permits LetterVocabulary, CharacterVocabulary, ByteVocabulary {

  /** The symbol for what a vocabulary has no other for. */
  static final String UNKNOWN = "<unk>";

  private static final int MOST_NAMED = 5;

  private final VocabularyKind kind;
  private final List<String> symbols;

  Vocabulary(VocabularyKind kind, List<String> symbols) {
    this.kind = kind;
    this.symbols = List.copyOf(symbols);
  }

  /**
   * The vocabulary of d2l's Time Machine: space 0, {@code <unk>} 1, a to z 2 to 27.
   *
   * <p>{@code <unk>} is never encoded, since normalisation leaves nothing but letters and spaces;
   * it is there because d2l's models have 28 outputs.
   */
  public static Vocabulary d2l() {
    return LetterVocabulary.D2L;
  }

  /**
   * {@code <unk>} 0, then every code point that occurs in a text, in the order of the code points.
   *
   * @param text to train on: none of its characters is {@code <unk>}
   * @throws InvalidInputException if the text is empty or holds half a surrogate pair
   */
  public static Vocabulary ofCharacters(String text) {
    return CharacterVocabulary.of(text);
  }

  /** The 256 bytes of UTF-8, each being its own id. */
  public static Vocabulary bytes() {
    return ByteVocabulary.BYTES;
  }

  /**
   * A vocabulary with these symbols in this order, as a checkpoint stored them.
   *
   * @param symbols of characters with or without {@code <unk>}; without, an unknown character is an
   *     error
   * @throws InvalidInputException if the list is empty, repeats a symbol, or is not one that this
   *     kind can have
   */
  public static Vocabulary of(VocabularyKind kind, List<String> symbols) {
    return switch (kind) {
      case D2L -> d2l().required(symbols, "space, <unk>, a to z");
      case CHARS -> CharacterVocabulary.of(symbols);
      case BYTES -> bytes().required(symbols, "<0x00> to <0xFF>");
    };
  }

  private Vocabulary required(List<String> stored, String meaning) {
    if (!symbols.equals(stored)) {
      throw new InvalidInputException(
          "the symbols are not those of a %s vocabulary (%s in this order): the checkpoint is damaged or its kind is another"
              .formatted(kind, meaning));
    }
    return this;
  }

  public VocabularyKind kind() {
    return kind;
  }

  /** The number of symbols, which is the width of the model's output. */
  public int size() {
    return symbols.size();
  }

  /** All symbols; the place in the list is the id. A byte's is as in {@code <0x0A>}. */
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
   * as it is, and {@code <unk>} for one that the training text did not have. {@code BYTES} takes
   * the bytes of UTF-8, and that of a question mark for half a surrogate pair.
   *
   * @return [tokens]
   * @throws InvalidInputException if the text has characters that a vocabulary without {@code
   *     <unk>} lacks
   */
  public abstract int[] encode(String text);

  /**
   * The token ids of what a user wants continued; stricter than {@link #encode}, since what a
   * person typed must not vanish silently.
   *
   * <p>For {@code D2L}, punctuation, digits and white space become spaces, but a letter outside a
   * to z is an error. For {@code CHARS}, unknown characters become {@code <unk>}, which {@link
   * #decode} shows; they are an error if the vocabulary knows nothing else of the prompt but white
   * space, or has no {@code <unk>}.
   *
   * @return [tokens], at least one
   * @throws InvalidInputException if the prompt is empty, or has characters outside the vocabulary
   */
  public int[] encodePrompt(String prompt) {
    if (prompt.isEmpty()) {
      throw new InvalidInputException("the prompt is empty: give at least one character");
    }
    return encode(prompt);
  }

  /**
   * The text of a sequence of tokens. U+FFFD stands for an unknown character, and for bytes that
   * are no character.
   *
   * @param tokens [tokens]
   * @throws IndexOutOfBoundsException if an id is not in {@code [0, size)}
   */
  public String decode(int[] tokens) {
    return decoder().decode(tokens, true);
  }

  /** What decodes one sequence of tokens that comes in pieces. */
  public Decoder decoder() {
    return (tokens, last) -> {
      StringBuilder text = new StringBuilder(tokens.length);
      for (int token : tokens) {
        text.append(shown(token));
      }
      return text.toString();
    };
  }

  /** What stands for a token in a text. */
  String shown(int id) {
    return symbol(id);
  }

  /** Decodes a sequence piece by piece, also where a piece ends inside a character. */
  @FunctionalInterface
  public interface Decoder {

    /**
     * The text that is certain by now.
     *
     * @param tokens the next piece
     * @param last whether none follows: what is left of a character becomes U+FFFD
     * @throws IndexOutOfBoundsException if an id is not in the vocabulary
     */
    String decode(int[] tokens, boolean last);
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof Vocabulary that && kind == that.kind && symbols.equals(that.symbols);
  }

  @Override
  public final int hashCode() {
    return symbols.hashCode();
  }

  @Override
  public final String toString() {
    return kind + " vocabulary of " + symbols.size() + " symbols";
  }

  /**
   * Refuses a text with certain characters.
   *
   * @param what the message calls the text
   * @param remedy the end of the message
   */
  static void rejectCharacters(String what, String text, IntPredicate outside, String remedy) {
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
    throw new InvalidInputException(
        "the %s has characters outside the vocabulary: %s%s; %s"
            .formatted(what, named, more, remedy));
  }

  /** A character as one line of text can show it. */
  static String describe(int codePoint) {
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
}
