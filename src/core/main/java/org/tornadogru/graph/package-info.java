/**
 * The model as TornadoVM task graphs: training step, evaluation, generation. Each graph is drawn
 * above the code that builds it, and each plan owns its device memory.
 */
package org.tornadogru.graph;
