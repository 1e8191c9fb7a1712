/** Twins of kernels that call a library of the device's vendor. */
package org.tornadogru.kernels.library;
