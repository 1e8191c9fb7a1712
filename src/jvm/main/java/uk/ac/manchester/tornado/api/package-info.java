/**
 * TornadoVM's public API, implemented on the JVM alone: task graphs, execution plans and their
 * results.
 *
 * <p>Device memory is apart from host memory, transfers are counted as TornadoVM's profiler counts
 * them, and graphs hand memory to each other as they do on a device. Where a mistake goes unnoticed
 * there, this runtime makes it show:
 *
 * <ul>
 *   <li>Device and local memory that nobody wrote holds NaN, and integers out of any range.
 *       (TornadoVM uploads, in the first execution, an undeclared object that a task reads; its
 *       counters then differ from these.)
 *   <li>A result asked for an object that no transfer of the selected graphs names throws.
 *   <li>A grid that does not split into groups, a barrier that some work-items miss, and local
 *       arrays that differ throw.
 *   <li>What is not implemented throws {@link java.lang.UnsupportedOperationException}.
 * </ul>
 */
package uk.ac.manchester.tornado.api;
