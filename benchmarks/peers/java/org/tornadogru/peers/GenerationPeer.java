package org.tornadogru.peers;

/** Writes a text, one token at a time, always the likeliest. */
public non-sealed interface GenerationPeer extends Peer {

  /**
   * Reads a prompt from the zero state and continues it.
   *
   * @param prompt at least one token
   * @return {@code count} tokens, those of the prompt not among them
   */
  int[] generate(int[] prompt, int count);
}
