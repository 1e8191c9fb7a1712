/**
 * From a text to batches of token ids: {@link org.tornadogru.text.Corpus} reads it, {@link
 * org.tornadogru.text.Vocabulary} encodes its characters, {@link org.tornadogru.text.TokenWindows}
 * cuts the training and validation windows.
 *
 * <p>Nothing here knows devices: a batch leaves as a plain {@code int[]}.
 */
package org.tornadogru.text;
