/**
 * How gradients become updates of the weights: optimizers and clipping, with PyTorch's formulas.
 */
package org.tornadogru.optim;
