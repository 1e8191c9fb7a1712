/**
 * TornadoVM's public API, implemented on the JVM alone: task graphs, execution plans and their
 * results.
 *
 * <p>Device memory is apart from host memory, transfers are done and counted as TornadoVM does and
 * counts them, which finds out what each task reads and writes, and graphs hand memory to each
 * other as they do on a device. Where a mistake goes unnoticed there, this runtime makes it show:
 *
 * <ul>
 *   <li>Device and local memory that nobody wrote holds NaN, and integers out of any range.
 *   <li>With {@code -Dtornado.plain.strict=true} a task must not begin with reading an object that
 *       no transfer names; else it is uploaded once, as by TornadoVM.
 *   <li>What a device could not run or would compute otherwise is said of each kernel, once: {@code
 *       -Dtornado.plain.lint} is {@code off}, {@code warn} or {@code error}.
 *   <li>An exception inside a kernel says in which task, work-item and array it arose.
 *   <li>A result asked for an object that no transfer of the selected graphs names throws.
 *   <li>A grid that does not split into groups, a barrier that some work-items miss, and local
 *       arrays that differ throw.
 *   <li>What is not implemented throws {@link java.lang.UnsupportedOperationException}.
 * </ul>
 */
package uk.ac.manchester.tornado.api;
