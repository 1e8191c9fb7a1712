/** Twins of the kernels for CPU OpenCL devices: tiles of vectors in registers. */
package org.tornadogru.kernels.wide;
