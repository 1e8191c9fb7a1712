package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Refusals;
import org.tornadogru.nn.Tensor;

/** Which layer of a state dictionary is which, as far as shapes, names or the caller tell. */
class PyTorchLayersTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.SAFETENSORS);

  @TempDir private Path directory;

  /** Of as many outputs as the GRU has inputs, it may be anywhere unless its name tells a place. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "model.head, true",
    "decoder, true",
    "out, true",
    "fc, false",
    "fc1, false",
    "dense, false",
    "linear, true",
    "model.linear, false",
    "project, false",
    "layer, false"
  })
  void aLayerThatMayBeInFrontIsAHeadIfItsNameSaysSo(String name, boolean isHead)
      throws IOException {
    List<Tensor> tensors =
        new ArrayList<>(Models.random(GruConfig.builder(1, 3).build(), 0, 3).weights().tensors());
    tensors.add(Tensor.of(name + ".weight", List.of(1, 3), place -> place));
    tensors.add(Tensor.of(name + ".bias", List.of(1), place -> place));
    if (isHead) {
      assertThat(PROBE.read(bytes(Map.of(), tensors)).weights().outputs()).isEqualTo(1);
    } else {
      PROBE.assertRefused(
          bytes(Map.of(), tensors), "or one in front of it, which no model here has");
      Path file = directory.resolve("m.safetensors");
      new Safetensors(Map.of(), tensors).write(file);
      assertThat(ModelFormat.read(file, ReadOptions.NONE.withHead(name)).weights().tensors().get(4))
          .isEqualTo(tensors.get(4).named("linear.weight"));
    }
  }

  /** Of other programs' linear layers shapes tell the order, but not what is between them. */
  @Test
  void severalLinearLayersAreReadIfToldWhatIsBetweenThem() throws IOException {
    List<ActivationFunction> functions =
        List.of(ActivationFunction.TANH, new ActivationFunction(Kind.LEAKY_RELU, 0.25f, 0));
    Dense first = new Dense(7, functions.get(0));
    Dense second = new Dense(6, functions.get(1));
    GruConfig config = GruConfig.builder(9, 3).embedding(4).dense(first, second).build();
    GruModel model = Models.random(config, 5, 3);
    List<Tensor> tensors =
        model.weights().tensors().stream()
            .map(
                tensor ->
                    tensor.named(tensor.name().replace("dense_0", "z").replace("dense_1", "a")))
            .toList();
    Path file = directory.resolve("m.safetensors");
    new Safetensors(Map.of(), tensors).write(file);

    UndecidedException undecided =
        catchThrowableOfType(UndecidedException.class, () -> PROBE.read(Files.readAllBytes(file)));
    assertThat(undecided.choice()).isEqualTo(UndecidedException.Choice.ACTIVATIONS);
    assertThat(undecided)
        .hasMessage(
            "its linear layers are 'z.weight' [7, 3] and 'a.weight' [6, 7] and 'linear.weight' [5, 6], in the order of their shapes: say the activation behind each but the last, of which 0 were told");
    for (ReadOptions options :
        List.of(ReadOptions.NONE, ReadOptions.NONE.withHead("linear").withEmbedding("embedding"))) {
      GruModel read = ModelFormat.read(file, options.withActivations(functions));
      assertThat(read.weights()).isEqualTo(model.weights());
    }
    Refusals.assertRefused(
        () -> ModelFormat.read(file, ReadOptions.NONE.withActivations(functions.subList(0, 1))),
        "of which 1 were told");
    Refusals.assertRefused(
        () -> ModelFormat.read(file, ReadOptions.NONE.withHead("a").withActivations(functions)),
        "'linear.weight' has shape [5, 6]: neither");
  }

  /** Square ones may change places, and two heads do not follow one another. */
  @ParameterizedTest(name = "{0} and {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "3x3 | 3x3 | may stand in several orders: export the model as .onnx",
        "2x3 | 4x3 | neither the linear layer behind the GRU, [outputs, 3], nor another one behind",
        "7x3 | 5x7 | are 'a.weight' [7, 3] and 'b.weight' [5, 7], in the order",
        "5x7 | 7x3 | are 'b.weight' [7, 3] and 'a.weight' [5, 7], in the order",
        "7x3 | 6x7 | tensor 'b.weight' [6, 7] may be the linear layer behind the GRU, or one in front",
      })
  void linearLayersInOneOrderOnlyAreRead(String first, String second, String message)
      throws IOException {
    List<Tensor> tensors =
        new ArrayList<>(Models.random(GruConfig.builder(6, 3).build(), 0, 3).weights().tensors());
    Map.of("a", first, "b", second)
        .forEach(
            (name, shape) -> {
              tensors.add(PyTorchCodecTest.zeros(name + ".weight", shape));
              tensors.add(PyTorchCodecTest.zeros(name + ".bias", shape.substring(0, 1)));
            });
    PROBE.assertRefused(bytes(Map.of(), tensors), message);
  }

  /** Others may have the two keys that ours were known by, but not in a file as ours was. */
  @ParameterizedTest(name = "{0}, {1}, {2}")
  @CsvSource({
    "pt, 4, after, weight_ih_l0",
    "pt, 3, soft, weight_ih_l0",
    "tf, 3, after, weight_ih_l0",
    "pt, 3, after, rnn.weight_ih_l0",
    "pt, 3, after, weight_hh_l0"
  })
  void metadataOfOthersAreTheirs(String format, String hidden, String reset, String begin)
      throws IOException {
    Map<String, String> metadata =
        Map.of("hidden_size", hidden, "reset", reset, "gate_activation", "relu", "format", format);
    String prefix = begin.startsWith("rnn.") ? "rnn." : "";
    List<Tensor> tensors =
        new ArrayList<>(
            Models.random(GruConfig.builder(2, 3).build(), 0, 3).weights().tensors().stream()
                .map(tensor -> tensor.named(prefix + tensor.name()))
                .toList());
    if (begin.equals("weight_hh_l0")) {
      tensors.addFirst(tensors.remove(1));
    }

    GruModel read = PROBE.read(bytes(metadata, tensors));

    assertThat(read.config()).isEqualTo(GruConfig.builder(2, 3).build());
    assertThat(read.metadata()).containsEntry("gate_activation", "relu");
  }

  private static byte[] bytes(Map<String, String> metadata, List<Tensor> tensors)
      throws IOException {
    return SafetensorsTest.bytes(new Safetensors(metadata, tensors));
  }
}
