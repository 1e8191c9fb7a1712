package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.OnnxModel;
import org.tornadogru.text.Vocabulary;

/** The state that a model's sequences begin at, where it is the model's own. */
class OnnxStatesTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.ONNX);

  @TempDir private Path directory;

  /** A value that stands for [2·D][N][3], as one export or another has it. */
  private static OnnxModel state(String way, int walks) {
    OnnxModel model = ExportedGraphs.model(walks);
    int rows = 2 * walks;
    model.constant("h0", ExportedGraphs.values(3 * rows), rows, 1, 3).constant("one", 1, 1, 1);
    model
        .node("Shape", List.of("X"), List.of("sizes"), Map.of())
        .node("Gather", List.of("sizes", "1"), List.of("N"), Map.of());
    return switch (way) {
      case "torch.ones" ->
          model
              .node("Concat", List.of(rows + "", "N", "3"), List.of("shape"), Map.of("axis", 0))
              .node(
                  "ConstantOfShape",
                  List.of("shape"),
                  List.of("state"),
                  Map.of(
                      "value",
                      TensorProto.newBuilder()
                          .setDataType(TensorProto.DataType.FLOAT.getNumber())
                          .addDims(1)
                          .addFloatData(1)
                          .build()));
      case "expand(-1, N, -1)" ->
          model
              .node("Concat", List.of("-1", "N", "-1"), List.of("shape"), Map.of("axis", 0))
              .node("Mul", List.of("one", "-1"), List.of("minus"), Map.of())
              .node("Equal", List.of("shape", "minus"), List.of("kept"), Map.of())
              .node("Where", List.of("kept", "one", "shape"), List.of("whole"), Map.of())
              .node("Expand", List.of("h0", "whole"), List.of("state"), Map.of());
      case "repeat(1, N, 1)" ->
          model
              .node("Concat", List.of("1", "N", "1"), List.of("times"), Map.of("axis", 0))
              .node("Expand", List.of("h0", "one"), List.of("same"), Map.of())
              .node("Tile", List.of("same", "times"), List.of("state"), Map.of());
      case "constant" -> {
        Tensor each =
            Tensor.of("", List.of(12 * rows), at -> ExportedGraphs.value(at / 12 * 3 + at % 3));
        yield model.constant("state", each.values(), rows, 4, 3);
      }
      default -> throw new IllegalArgumentException(way);
    };
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "torch.ones        | FORWARD",
        "torch.ones        | BIDIRECTIONAL",
        "expand(-1, N, -1) | FORWARD",
        "expand(-1, N, -1) | BIDIRECTIONAL",
        "repeat(1, N, 1)   | BIDIRECTIONAL",
        "constant          | BIDIRECTIONAL",
      })
  void aStateOfTheModelsOwnIsKept(String way, Direction direction) throws Exception {
    int walks = direction.walks();
    GruModel read =
        ExportedGraphs.assertAsOnnxRuntime(
            directory,
            ExportedGraphs.free(
                ExportedGraphs.twoLayers(state(way, walks), walks, "state"), "y2", 14));

    assertThat(read.usage().initialState().orElseThrow())
        .isEqualTo(
            Tensor.of(
                "initial_state",
                List.of(2 * walks, 3),
                at -> way.equals("torch.ones") ? 1 : ExportedGraphs.value(at)));
    Cases.assertConverts(read, Sequences.of(ExportedGraphs.X), directory, ".onnx", ".safetensors");
    for (String ending : List.of(".keras", ".weights.h5")) {
      Path file = directory.resolve("x" + ending);
      assertRefused(
          () -> ModelFormat.write(read, file),
          "cannot say that sequences begin at a state other than zeros");
      assertThat(ModelFormat.writeLossy(read, file, false))
          .containsExactly("that sequences begin at a state other than zeros");
      assertThat(ModelFormat.read(file).usage()).isEqualTo(Usage.PLAIN);
    }
  }

  /** Also of layers of different sizes, of which the state of all has the widest. */
  @Test
  void aStateOfLayersOfDifferentSizesComesBack() throws IOException {
    GruConfig config = GruConfig.builder(2, 3).hiddenSizes(3, 5).build();
    Tensor state =
        Tensor.of(
            "initial_state",
            List.of(2, 5),
            at -> at == 3 || at == 4 ? 0 : ExportedGraphs.value(at));
    Cases.assertConverts(
        Models.random(config, 2, 1).withUsage(Usage.PLAIN.withInitialState(state)),
        Sequences.of(ExportedGraphs.X),
        directory,
        ".onnx",
        ".safetensors");
  }

  @Test
  void aStateOfZerosIsNone() throws Exception {
    OnnxModel model = ExportedGraphs.model(1).constant("state", new float[24], 2, 4, 3);
    assertThat(
            ExportedGraphs.assertAsOnnxRuntime(
                    directory,
                    ExportedGraphs.free(ExportedGraphs.twoLayers(model, 1, "state"), "y2", 14))
                .usage())
        .isEqualTo(Usage.PLAIN);
  }

  @Test
  void aStateOfEachSequenceIsRefused() throws IOException {
    OnnxModel model = ExportedGraphs.model(1).constant("state", ExportedGraphs.values(24), 2, 4, 3);
    PROBE.assertRefused(
        ExportedGraphs.free(ExportedGraphs.twoLayers(model, 1, "state"), "y2", 14),
        "has a constant initial state that differs among the sequences of a batch: make initial_h an input");
  }

  /** [N][D][H] there, which ONNX Runtime does not compute. */
  @Test
  void aStateIsInTheOrderOfTheLayout() throws IOException {
    Tensor rows = Tensor.of("", List.of(4, 2, 3), at -> ExportedGraphs.value(at % 6));
    OnnxModel model =
        ExportedGraphs.model(2)
            .constant("state", rows.values(), 4, 2, 3)
            .node(
                "GRU",
                List.of("X", "W", "R", "", "", "state"),
                List.of("Y"),
                Map.of("direction", "bidirectional", "layout", 1))
            .output("Y", TensorProto.DataType.FLOAT);
    assertThat(PROBE.read(model.toByteArray()).usage().initialState())
        .contains(Tensor.of("initial_state", List.of(2, 3), ExportedGraphs::value));
  }

  @Test
  void noTextBeginsAtAStateOfItsOwn() {
    Vocabulary vocabulary = Vocabulary.ofCharacters("abc");
    GruConfig config = GruConfig.ofTokens(vocabulary.size(), 3, ResetPlacement.AFTER);
    Weights weights = Models.random(config, vocabulary.size(), 1).weights();
    GruModel text = new GruModel(weights, vocabulary, Map.of());
    Tensor state = Tensor.of("initial_state", List.of(1, 3), ExportedGraphs::value);
    Path file = directory.resolve("t.safetensors");
    ModelFormat.write(text.withUsage(Usage.PLAIN.withInitialState(state)), file);

    assertThat(ModelFormat.read(file).usage().initialState()).contains(state);
    assertRefused(
        () -> ModelFormat.readLanguageModel(file), "it has an initial state other than zeros");
  }
}
