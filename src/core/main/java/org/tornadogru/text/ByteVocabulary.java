package org.tornadogru.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.IntStream;

/** The bytes of UTF-8. */
final class ByteVocabulary extends Vocabulary {

  static final Vocabulary BYTES = new ByteVocabulary();

  private static final int COUNT = 256;

  /** A character has no more of them. */
  private static final int LONGEST = 4;

  private ByteVocabulary() {
    super(VocabularyKind.BYTES, IntStream.range(0, COUNT).mapToObj("<0x%02X>"::formatted).toList());
  }

  @Override
  public int[] encode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return tokens;
  }

  @Override
  public Decoder decoder() {
    CharsetDecoder utf8 =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    ByteBuffer begun = ByteBuffer.allocate(LONGEST); // of a character that may go on
    return (tokens, last) -> {
      ByteBuffer bytes = ByteBuffer.allocate(begun.flip().remaining() + tokens.length).put(begun);
      for (int token : tokens) {
        bytes.put((byte) Objects.checkIndex(token, COUNT));
      }
      CharBuffer text = CharBuffer.allocate(bytes.flip().remaining());
      utf8.decode(bytes, text, last);
      begun.clear().put(bytes);
      if (last) {
        utf8.flush(text);
        utf8.reset();
      }
      return text.flip().toString();
    };
  }
}
