/**
 * Independent answers to test against: a double-precision GRU language model with analytic
 * gradients, ONNX Runtime's GRU, and published known answers. Nothing here knows TornadoVM or the
 * code under test.
 */
package org.tornadogru.oracle;
