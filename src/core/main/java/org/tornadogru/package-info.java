/**
 * Gated recurrent units on a device: {@link org.tornadogru.Gru} is the layer, {@link
 * org.tornadogru.GruStream} takes one step at a time, {@link org.tornadogru.SequenceModel} trains.
 */
package org.tornadogru;
