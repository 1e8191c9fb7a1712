package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.Usage;
import org.tornadogru.oracle.OnnxModel;

/** What PyTorch's two exporters make of outputs and sizes; ONNX Runtime is the oracle. */
class OnnxExportsTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.ONNX);

  @TempDir private Path directory;

  /** {@code h_n[-1]}, {@code h_n[0]} and {@code h_n[-1:]} of a single layer. */
  @ParameterizedTest
  @ValueSource(strings = {"-1", "0", "slice"})
  void theStateOfASingleLayerIsPicked(String index) throws Exception {
    OnnxModel model = ExportedGraphs.layer(ExportedGraphs.model(1), 1, "X", "W", "", 1);
    if (index.equals("slice")) {
      model
          .node("Slice", List.of("H1", "-1", "max", "0"), List.of("part"), Map.of())
          .node("Squeeze", List.of("part", "0"), List.of("h"), Map.of());
    } else {
      model
          .node("Gather", List.of("H1", index), List.of("part"), Map.of("axis", 0))
          .node("Squeeze", List.of("part", "0"), List.of("h"), Map.of());
    }
    model.node("MatMul", List.of("h", "head"), List.of("out"), Map.of());
    assertThat(
            ExportedGraphs.assertAsOnnxRuntime(directory, ExportedGraphs.free(model, "out", 14))
                .usage())
        .isEqualTo(Usage.PLAIN.withSteps(Usage.Steps.FINAL_STATE));
  }

  /** {@code h_n.view(2, D, N, 3)[-1]}, by Gather as of late or by Slice and Squeeze. */
  @ParameterizedTest(name = "{0} directions, sliced {1}")
  @CsvSource({"1, false", "2, false", "1, true", "2, true"})
  void statesAreTakenApartByLayer(int walks, boolean sliced) throws Exception {
    OnnxModel model =
        ExportedGraphs.twoLayers(
            ExportedGraphs.model(walks)
                .constant("zeros", new float[12 * 2 * walks], 2L * walks, 4, 3),
            walks,
            "zeros");
    model
        .node("Shape", List.of("X"), List.of("sizes"), Map.of())
        .node("Gather", List.of("sizes", "1"), List.of("N"), Map.of())
        .node("Concat", List.of("2", walks + "", "N", "3"), List.of("shape"), Map.of("axis", 0))
        .node("Reshape", List.of("h_n", "shape"), List.of("apart"), Map.of())
        .node("Slice", List.of("apart", "-1", "max", "0"), List.of("slice"), Map.of())
        .node("Squeeze", List.of("slice", "0"), List.of("last"), Map.of());
    if (!sliced) {
      model
          .constant("index", new float[] {-1})
          .node("Cast", List.of("index"), List.of("place"), Map.of("to", 7))
          .node("Squeeze", List.of("place"), List.of("scalar"), Map.of());
      model.node("Gather", List.of("apart", "scalar"), List.of("picked"), Map.of("axis", 0));
    }
    String last = sliced ? "last" : "picked";
    model
        .constant("flat", -1, 3L * walks)
        .node("Transpose", List.of(last), List.of("side"), Map.of("perm", List.of(1, 0, 2)))
        .node("Reshape", List.of("side", "flat"), List.of("h"), Map.of())
        .node("MatMul", List.of("h", "head"), List.of("out"), Map.of());
    assertThat(
            ExportedGraphs.assertAsOnnxRuntime(directory, ExportedGraphs.free(model, "out", 14))
                .usage())
        .isEqualTo(Usage.PLAIN.withSteps(Usage.Steps.FINAL_STATE));
  }

  @Test
  void theStatesOfAllLayersAreNoOutputOfAModel() throws IOException {
    OnnxModel model = ExportedGraphs.model(1).constant("zeros", new float[24], 2, 4, 3);
    PROBE.assertRefused(
        ExportedGraphs.free(ExportedGraphs.twoLayers(model, 1, "zeros"), "h_n", 14),
        "its output 'h_n' is the final states of several layers: only that of the last layer");
  }

  /** {@code y[..., :3] + y[..., 3:]}, in one Slice of two axes. */
  @Test
  void directionsAreHalvesOfTheFeatures() throws Exception {
    OnnxModel model =
        ExportedGraphs.layer(ExportedGraphs.model(2), 2, "X", "W", "", 1)
            .constant("axes", 0, 2)
            .constant("from", 0, 0)
            .constant("to", Long.MAX_VALUE, 3)
            .node("Slice", List.of("y1", "from", "to", "axes"), List.of("forward"), Map.of())
            .node("Slice", List.of("y1", "3", "max", "2"), List.of("reverse"), Map.of())
            .node("Add", List.of("forward", "reverse"), List.of("out"), Map.of());
    assertThat(
            ExportedGraphs.assertAsOnnxRuntime(directory, ExportedGraphs.free(model, "out", 14))
                .config()
                .merge())
        .isEqualTo(Merge.SUM);
  }

  // ---- The exporter by torch.export ----

  private static final class Graph {
    private final OnnxModel model;
    private int count;

    Graph(OnnxModel model) {
      this.model = model;
    }

    String node(String operator, Map<String, ?> attributes, String... inputs) {
      String output = "val_" + count++;
      model.node(operator, List.of(inputs), List.of(output), attributes);
      return output;
    }

    /** PyTorch's gates r, z, n as ONNX has them, in a graph that computes with their size. */
    String gates(String weights, String hidden) {
      String twice = node("Mul", Map.of(), hidden, "2");
      String thrice = node("Mul", Map.of(), hidden, "3");
      String reset = node("Slice", Map.of(), weights, "0", hidden, "0");
      String update = node("Slice", Map.of(), weights, hidden, twice, "0");
      String candidate = node("Slice", Map.of(), weights, twice, thrice, "0");
      return node("Concat", Map.of("axis", 0), update, reset, candidate);
    }
  }

  /** As onnxscript's {@code aten_gru} has it before anything is folded. */
  @ParameterizedTest(name = "opset {0}, {1} directions")
  @CsvSource({"18, 1", "18, 2", "20, 2", "22, 1"})
  void aGraphThatComputesWithSizesIsRead(int opset, int walks) throws Exception {
    OnnxModel model = ExportedGraphs.model(walks).constant("zero", new float[1]);
    Graph graph = new Graph(model);
    String batch = graph.node("Shape", Map.of("start", 1, "end", 2), "X");
    String rows = String.valueOf(2 * walks);
    String shape = graph.node("Concat", Map.of("axis", 0), rows, batch, "3");
    String zeros = graph.node("Expand", Map.of(), "zero", shape);
    String hidden = graph.node("Shape", Map.of("start", 2, "end", 3), zeros);
    String data = "X";
    for (int layer = 0; layer < 2; layer++) {
      List<String> parts = new ArrayList<>();
      for (String kind : List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh")) {
        List<String> each = new ArrayList<>();
        for (int walk = 0; walk < walks; walk++) {
          String name = kind + layer + walk;
          int size = kind.equals("weight_ih") ? (layer == 0 ? 2 : 3 * walks) : 3;
          float[] numbers = ExportedGraphs.values(9 * size + 5 * walk + layer);
          float[] own = Arrays.copyOfRange(numbers, 5 * walk + layer, numbers.length);
          if (kind.startsWith("bias")) {
            model.constant(name, Arrays.copyOf(own, 9), 9);
          } else {
            model.constant(name, own, 9, size);
          }
          each.add(graph.gates(name, hidden));
        }
        parts.add(String.join(",", each));
      }
      String w = stacked(graph, parts.get(0), "");
      String r = stacked(graph, parts.get(1), "");
      String b = stacked(graph, parts.get(2), parts.get(3));
      String from = String.valueOf(layer * walks);
      String to = String.valueOf((layer + 1) * walks);
      String state = graph.node("Slice", Map.of(), zeros, from, to, "0");
      Map<String, ?> attributes =
          Map.of(
              "linear_before_reset",
              1,
              "hidden_size",
              3,
              "direction",
              walks == 2 ? "bidirectional" : "forward");
      String walksOut = graph.node("GRU", attributes, data, w, r, b, "", state);
      String side = graph.node("Transpose", Map.of("perm", List.of(0, 2, 1, 3)), walksOut);
      String sizes = graph.node("Shape", Map.of("start", 0), side);
      String features =
          graph.node(
              "Mul",
              Map.of(),
              graph.node("Slice", Map.of(), sizes, "2", "3"),
              graph.node("Slice", Map.of(), sizes, "3", "4"));
      String merged =
          graph.node(
              "Concat",
              Map.of("axis", 0),
              graph.node("Slice", Map.of(), sizes, "0", "1"),
              graph.node("Slice", Map.of(), sizes, "1", "2"),
              graph.node("Reshape", Map.of(), features, "-1"));
      data = graph.node("Reshape", Map.of("allowzero", 0), side, merged);
    }
    GruModel read =
        ExportedGraphs.assertAsOnnxRuntime(directory, ExportedGraphs.free(model, data, opset));

    assertThat(read.config())
        .isEqualTo(
            GruConfig.builder(2, 3)
                .layers(2)
                .direction(walks == 2 ? Direction.BIDIRECTIONAL : Direction.FORWARD)
                .build());
    assertThat(read.usage()).isEqualTo(Usage.PLAIN);
  }

  /** Of each direction, and behind it what belongs to the same. */
  private static String stacked(Graph graph, String first, String second) {
    String[] firsts = first.split(",", -1);
    String[] seconds = second.split(",", -1);
    String[] walks = new String[firsts.length];
    for (int walk = 0; walk < walks.length; walk++) {
      String both =
          second.isEmpty()
              ? firsts[walk]
              : graph.node("Concat", Map.of("axis", 0), firsts[walk], seconds[walk]);
      walks[walk] = graph.node("Unsqueeze", Map.of(), both, "0");
    }
    return graph.node("Concat", Map.of("axis", 0), walks);
  }
}
