/**
 * Independent answers to test against: every kind of GRU in double precision with gradients by
 * automatic differentiation, random layers, ONNX Runtime's GRU, and published known answers.
 * Nothing here knows TornadoVM or the code under test, but for the configurations in {@code nn}.
 */
package org.tornadogru.oracle;
