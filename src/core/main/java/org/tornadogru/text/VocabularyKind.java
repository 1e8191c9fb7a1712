package org.tornadogru.text;

/** How a text becomes tokens; a checkpoint stores it, since weights belong to one vocabulary. */
public enum VocabularyKind {
  /** d2l's 28 symbols; the text is lowercased and every run of non-letters becomes one space. */
  D2L,
  /**
   * The characters of the training text as they are, one symbol per code point, and one for others.
   */
  CHARS,
  /** The 256 bytes of UTF-8: any text, a character taking one to four of them. */
  BYTES
}
