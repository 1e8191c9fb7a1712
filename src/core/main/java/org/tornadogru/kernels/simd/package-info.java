/**
 * Twins of the kernels for the plain JVM, with the Vector API. Nothing outside but the choice of
 * kernels names this package, so that its classes are loaded only where {@code
 * jdk.incubator.vector} is present.
 */
package org.tornadogru.kernels.simd;
