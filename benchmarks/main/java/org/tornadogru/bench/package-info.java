/**
 * Devices, kernel sets and other libraries side by side: the same work by each, in a process of its
 * own, checked before it is timed.
 *
 * <pre>
 *   compare, peers ──▶ Comparer ──▶ one process per round and contender: MeasureCommand
 *                        ▲                 │  Library loads a Model, an Exercise of the Work checks
 *                        │                 │  it against the Reference, and is timed
 *                        └── Measurement ◀─┘  a line of JSON
 *                        └──▶ Comparison of Rows ──▶ table, JSON, page, chart
 * </pre>
 */
package org.tornadogru.bench;
