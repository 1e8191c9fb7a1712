package org.tornadogru.text;

import java.text.Normalizer;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** d2l's: a space, {@code <unk>}, and the letters a to z. */
final class LetterVocabulary extends Vocabulary {

  static final Vocabulary D2L = new LetterVocabulary();

  private static final int SPACE_ID = 0;
  private static final int FIRST_LETTER_ID = 2;

  private LetterVocabulary() {
    super(
        VocabularyKind.D2L,
        Stream.concat(
                Stream.of(" ", UNKNOWN),
                IntStream.rangeClosed('a', 'z').mapToObj(Character::toString))
            .toList());
  }

  @Override
  public int[] encode(String text) {
    int[] tokens = new int[count(text)];
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
    return tokens;
  }

  /** Counted before, since a text may fill half of the memory. */
  private static int count(String text) {
    int count = 0;
    boolean inGap = false;
    for (int i = 0; i < text.length(); i++) {
      boolean letter = isAsciiLetter(text.charAt(i));
      if (letter || !inGap) {
        count++;
      }
      inGap = !letter;
    }
    return count;
  }

  @Override
  public int[] encodePrompt(String prompt) {
    // Composed, so that an accent typed as a character of its own is seen as part of its letter.
    String composed =
        Normalizer.normalize(Objects.requireNonNull(prompt, "prompt"), Normalizer.Form.NFC);
    rejectCharacters(
        "prompt",
        composed,
        codePoint -> Character.isLetter(codePoint) && !isAsciiLetter(codePoint),
        "use the letters a to z, spaces and punctuation");
    return super.encodePrompt(composed);
  }

  private static boolean isAsciiLetter(int codePoint) {
    return (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= 'A' && codePoint <= 'Z');
  }
}
