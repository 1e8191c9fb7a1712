package org.tornadogru.text;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.tornadogru.nn.InvalidInputException;

/** The characters of a text, as they are. */
final class CharacterVocabulary extends Vocabulary {

  private static final int ABSENT = -1;

  /** Unicode's replacement character. */
  private static final String SHOWN_UNKNOWN = "\uFFFD";

  /** The id of each code point up to the largest one; that of {@code <unk>} between. */
  private final int[] idOfCodePoint;

  /** {@link #ABSENT} in models of before there was one. */
  private final int unknown;

  private CharacterVocabulary(List<String> symbols) {
    super(VocabularyKind.CHARS, symbols);
    unknown = symbols.indexOf(UNKNOWN);
    int largest = symbols.stream().mapToInt(symbol -> symbol.codePointAt(0)).max().orElseThrow();
    idOfCodePoint = new int[largest + 1];
    Arrays.fill(idOfCodePoint, unknown);
    for (int id = 0; id < symbols.size(); id++) {
      if (id != unknown) {
        idOfCodePoint[symbols.get(id).codePointAt(0)] = id;
      }
    }
  }

  static Vocabulary of(String text) {
    if (text.isEmpty()) {
      throw new InvalidInputException("the text is empty: give one with at least one character");
    }
    BitSet present = new BitSet();
    text.codePoints().forEach(present::set);
    return of(
        Stream.concat(Stream.of(UNKNOWN), present.stream().mapToObj(Character::toString)).toList());
  }

  static Vocabulary of(List<String> symbols) {
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
      boolean oneCharacter = symbol.length() == Character.charCount(first) && !isSurrogate(first);
      if (!oneCharacter && !symbol.equals(UNKNOWN)) {
        throw new InvalidInputException(
            "symbol %d of the vocabulary starts with %s and is not one character: each must be"
                .formatted(id, describe(first)));
      }
      if (!seen.add(symbol)) {
        throw new InvalidInputException(
            "the vocabulary has %s twice: each symbol must be unique"
                .formatted(oneCharacter ? describe(first) : symbol));
      }
    }
    return new CharacterVocabulary(symbols);
  }

  @Override
  public int[] encode(String text) {
    if (unknown == ABSENT) {
      rejectUnknown("text", text);
    }
    return text.codePoints().map(this::idOf).toArray();
  }

  @Override
  public int[] encodePrompt(String prompt) {
    boolean saysSomething =
        prompt
            .codePoints()
            .anyMatch(codePoint -> isKnown(codePoint) && !Character.isWhitespace(codePoint));
    if (unknown == ABSENT || !saysSomething) {
      rejectUnknown("prompt", prompt);
    }
    return super.encodePrompt(prompt);
  }

  private void rejectUnknown(String what, String text) {
    rejectCharacters(
        what,
        text,
        codePoint -> !isKnown(codePoint),
        "use the %d characters that the training text had"
            .formatted(unknown == ABSENT ? size() : size() - 1));
  }

  @Override
  String shown(int id) {
    return id == unknown ? SHOWN_UNKNOWN : symbol(id);
  }

  private boolean isKnown(int codePoint) {
    return idOf(codePoint) != unknown;
  }

  private int idOf(int codePoint) {
    return codePoint < idOfCodePoint.length ? idOfCodePoint[codePoint] : unknown;
  }

  private static boolean isSurrogate(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE;
  }
}
