/**
 * Kernels for GPUs: work-groups with local memory.
 *
 * <p>Each kernel goes to its local memory in its own body, trees of sums and chunks of products
 * alike, and shares with others only where things lie: TornadoVM takes an index for an offset in
 * bytes where a method that is not the kernel has the array.
 */
package org.tornadogru.kernels.workgroup;
