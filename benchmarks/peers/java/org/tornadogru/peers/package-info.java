/**
 * What people would use instead, beside us: the same weights and the same work in LibTorch, ONNX
 * Runtime and tornado-gru, checked first and timed then.
 *
 * <pre>
 *   Peers ──▶ one process per round and contender ──▶ PeerProcess: check against Answers, time
 *     ▲                                                      │
 *     └────────────── a line of JSON (PeerRun) ◀─────────────┘
 *     └──▶ Comparison ──▶ peers.json, a table, a chart
 * </pre>
 */
package org.tornadogru.peers;
