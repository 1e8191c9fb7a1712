/**
 * A GRU as a Java program uses it: the layer, forward and backward; one step at a time; and models
 * that classify or predict. Sizes are checked here, before anything reaches a device.
 */
package org.tornadogru.layer;
