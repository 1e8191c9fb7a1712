package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What is behind a GRU: dense layers if there are such, and the linear layer.
 *
 * <pre>
 *  features ──▶ [{@link DenseStage} …] ──▶ {@link LinearStage} ──▶ outputs
 *  dFeatures ◀── [{@link DenseStage} …] ◀── {@link LinearStage} ◀── dOutputs
 * </pre>
 */
final class HeadStage {

  private final List<DenseStage> hidden = new ArrayList<>();
  private final LinearStage linear;

  /**
   * The head of a model.
   *
   * @param features [positions][F]
   */
  HeadStage(ModelLayout layout, DeviceShape shape, Rows features, int positions) {
    Rows taken = features;
    for (LinearLayout layer : layout.head().subList(0, layout.head().size() - 1)) {
      int index = hidden.size();
      DenseStage dense =
          new DenseStage(
              layer, layout.config().dense().get(index), "_d" + index, shape, taken, positions);
      hidden.add(dense);
      taken = dense.values();
    }
    linear = new LinearStage(layout.linear(), "", shape, taken, positions);
  }

  /** [positions][O']. */
  FloatArray outputs() {
    return linear.outputs;
  }

  /** Adds the tasks of the forward pass. */
  void addForward(PlanGraph graph, FloatArray parameters) {
    hidden.forEach(dense -> dense.addForward(graph, parameters));
    linear.addForward(graph, parameters);
  }

  /**
   * Adds the gradients of the features and of the parameters; the outputs have become their own
   * gradient.
   *
   * @param featureGradients out, [positions][F]
   */
  void addBackward(
      PlanGraph graph, FloatArray parameters, FloatArray featureGradients, Gradients gradients) {
    linear.addBackward(graph, parameters, inputGradients(hidden.size(), featureGradients));
    linear.addWeightGradients(graph, gradients);
    for (int layer = hidden.size() - 1; layer >= 0; layer--) {
      FloatArray inputGradients = inputGradients(layer, featureGradients);
      hidden.get(layer).addBackward(graph, parameters, inputGradients, gradients);
    }
  }

  /** Where the gradient of a layer's inputs goes. */
  private FloatArray inputGradients(int layer, FloatArray featureGradients) {
    return layer == 0 ? featureGradients : hidden.get(layer - 1).valueGradients;
  }
}
