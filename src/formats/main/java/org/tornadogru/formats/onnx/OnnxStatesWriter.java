package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.List;
import java.util.Set;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.Tensor;

/**
 * Where the layers of a model begin and end: one input and one output for all of them, or one for
 * each if they differ in size; a model's own initial state is no input but constants.
 */
record OnnxStatesWriter(OnnxGraphBuilder graph, GruModel model) {

  /** Whether one array holds the states of all layers. */
  private boolean layersAreAlike() {
    return Set.copyOf(model.config().hiddenSizes()).size() == 1;
  }

  /** Where each layer begins: [D][N][H]. */
  String[] states() {
    if (model.usage().initialState().isPresent()) {
      return states(model.usage().initialState().get());
    }
    if (layersAreAlike()) {
      graph.input(
          "initial_h",
          TensorProto.DataType.FLOAT,
          model.config().walks(),
          OnnxWriter.BATCH,
          model.config().hiddenSize());
      return graph.parts("initial_h", model.config().layers(), 0, "initial_h_l");
    }
    String[] states = new String[model.config().layers()];
    for (int layer = 0; layer < states.length; layer++) {
      states[layer] = "initial_h_l" + layer;
      graph.input(
          states[layer],
          TensorProto.DataType.FLOAT,
          model.config().direction().walks(),
          OnnxWriter.BATCH,
          model.config().hiddenSize(layer));
    }
    return states;
  }

  /** Where each layer ended. */
  void finals(String[] finals) {
    if (!layersAreAlike()) {
      for (int layer = 0; layer < finals.length; layer++) {
        graph.output(
            finals[layer],
            model.config().direction().walks(),
            OnnxWriter.BATCH,
            model.config().hiddenSize(layer));
      }
      return;
    }
    if (model.config().layers() > 1) {
      graph.node("Concat", List.of(finals), List.of("Y_h"), OnnxGraphBuilder.attribute("axis", 0));
    }
    graph.output("Y_h", model.config().walks(), OnnxWriter.BATCH, model.config().hiddenSize());
  }

  /** The model's own for every sequence of the batch: [D][N][H] of each layer. */
  private String[] states(Tensor own) {
    graph.constant("batch_place", 1);
    graph.constant("single", 1);
    graph.node(
        "Shape",
        List.of(model.config().input() == InputKind.DENSE ? "X" : "tokens"),
        List.of("sizes"));
    graph.node("Gather", List.of("sizes", "batch_place"), List.of("batch_size"));
    graph.node(
        "Concat",
        List.of("single", "batch_size", "single"),
        List.of("state_sizes"),
        OnnxGraphBuilder.attribute("axis", 0));
    int directions = model.config().direction().walks();
    String[] states = new String[model.config().layers()];
    for (int layer = 0; layer < states.length; layer++) {
      int from = layer * directions * model.config().hiddenSize();
      int hidden = model.config().hiddenSize(layer);
      Tensor rows =
          Tensor.of(
              "",
              List.of(directions, hidden),
              place ->
                  own.at(from + place / hidden * model.config().hiddenSize() + place % hidden));
      states[layer] = "initial_h_l" + layer;
      String begin = "initial_state_l" + layer;
      graph.constant(begin, List.of(rows), directions, 1, hidden);
      graph.node("Expand", List.of(begin, "state_sizes"), List.of(states[layer]));
    }
    return states;
  }
}
