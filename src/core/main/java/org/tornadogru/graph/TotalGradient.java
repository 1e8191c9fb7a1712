package org.tornadogru.graph;

import org.tornadogru.kernels.KernelSet;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The gradient of the sum of the losses, in the layout of the parameters.
 *
 * @param values [parameters]
 * @param squares parts of the sum of their squares, [lanes]
 * @param trained 0 for a frozen parameter, otherwise 1, [parameters]; null if nothing is frozen
 */
record TotalGradient(
    ModelLayout layout,
    KernelSet kernels,
    FloatArray values,
    FloatArray squares,
    FloatArray trained) {

  TotalGradient(ModelLayout layout, KernelSet kernels, FloatArray trained) {
    this(
        layout,
        kernels,
        HostArrays.floats(layout.size()),
        HostArrays.floats(kernels.lanes().applyAsInt(layout.size())),
        trained);
  }

  /**
   * Adds the sum over slices, and of its squares.
   *
   * @param partials [slices][parameters]
   */
  void addCombine(PlanGraph graph, FloatArray partials, int slices) {
    graph.add(
        kernels
            .sums()
            .combine()
            .launch(
                "combine",
                partials,
                values,
                squares,
                slices,
                layout.size(),
                kernels.lanes().applyAsInt(layout.size())));
  }
}
