package org.tornadogru.graph;

import org.tornadogru.kernels.Dropout;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * One mask of dropout, drawn anew in each execution.
 *
 * @param draw [2]: the seed, the number of the execution
 * @param stream which of the model's masks
 * @param probability of a zero
 * @param multipliers [rows][columns]
 * @param rows the positions of the batch, or its rows alone if the steps of a sequence share them
 */
record DropoutMask(IntArray draw, int stream, float probability, FloatArray multipliers, int rows) {

  /** Adds what draws the mask. */
  void addDraw(PlanGraph graph, String name) {
    graph.loop(
        multipliers.getSize(),
        new TaskPackage(
            name, Dropout::draw, draw, multipliers, stream, multipliers.getSize(), probability));
  }

  /** Adds a multiplication by the mask, in the forward pass or of a gradient. */
  void addMultiply(PlanGraph graph, String name, Rows from, FloatArray to) {
    int columns = multipliers.getSize() / rows;
    int positions = to.getSize() / columns;
    graph.loop(
        positions,
        columns,
        new TaskPackage(
            name,
            Dropout::multiply,
            from.array(),
            multipliers,
            to,
            from.first(),
            positions,
            columns,
            rows));
  }
}
