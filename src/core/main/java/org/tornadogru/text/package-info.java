/**
 * From a text to batches of token ids: {@link org.tornadogru.text.Corpus} reads it, {@link
 * org.tornadogru.text.Vocabulary} encodes it, {@link org.tornadogru.text.TokenStreams} and {@link
 * org.tornadogru.text.TokenWindows} cut what trains and what validates: streams the whole text once
 * an epoch, windows as d2l does.
 *
 * <p>{@link org.tornadogru.text.TextGenerator} writes.
 */
package org.tornadogru.text;
