/**
 * The maths: static loops annotated with {@code @Parallel}, one equation each, which TornadoVM
 * compiles for a device and the plain-JVM runtime runs as they stand.
 *
 * <p>Arrays are flat and row-major; shapes are written in brackets, outermost first. All parameters
 * of a model lie in one array. Weights are stored for the device: transposed, with the bias as
 * their last row, so that {@code y = x W + b} is one matrix of shape {@code [inputs + 1][outputs]};
 * those that a product runs through are in {@linkplain org.tornadogru.kernels.Tiles tiles}. Gates
 * are in PyTorch's order r, z, n.
 *
 * <p>Twins for GPUs run as {@linkplain org.tornadogru.kernels.workgroup work-groups}: what they do
 * in parallel is not in a loop but in the context of the work-item.
 *
 * <p>Where the reset gate acts, before the recurrent product or after it, is an argument. Scalars
 * are constants by the time a kernel is compiled for a device, so the compiler drops the branches
 * of the other placement: each gets the code that it would have from a kernel of its own.
 *
 * <p>Kernels take TornadoVM arrays and primitives and know nothing else. Their names must not be
 * OpenCL built-ins or reserved words. Each parallel loop starts at 0 with stride 1, and the
 * innermost one runs along contiguous memory.
 */
package org.tornadogru.kernels;
