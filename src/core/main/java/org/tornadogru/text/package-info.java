/**
 * From a text to batches of token ids: {@link org.tornadogru.text.Corpus} reads it, {@link
 * org.tornadogru.text.Vocabulary} encodes its characters, {@link org.tornadogru.text.TokenWindows}
 * cuts the training and validation windows.
 *
 * <p>{@link org.tornadogru.text.TextGenerator} writes.
 */
package org.tornadogru.text;
