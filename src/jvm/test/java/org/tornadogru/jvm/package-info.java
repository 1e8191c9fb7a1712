/**
 * The runtime's semantics. The tests run on the plain JVM and, unless tagged {@code plain-jvm},
 * also on a TornadoVM device: what they state holds on both.
 */
package org.tornadogru.jvm;
