package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.Refusals;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.text.VocabularyKind;

/** Files that version 0.1 wrote; see the README beside them. */
class EarlierFilesTest {

  /** Its characters had no symbol for others. */
  private static final Vocabulary VOCABULARY =
      Vocabulary.of(VocabularyKind.CHARS, List.of("\n", "\"", "a", "b", "é"));

  private static final GruConfig TEXT = GruConfig.ofTokens(5, 3, ResetPlacement.BEFORE);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "text.onnx"})
  void languageModelsAreRead(String name) throws IOException {
    GruModel read = ModelFormat.readLanguageModel(file(name));

    assertThat(read.config()).isEqualTo(TEXT);
    assertThat(read.vocabulary()).contains(VOCABULARY);
    assertThat(read.requireVocabulary().encode("é\nab")).containsExactly(4, 0, 2, 3);
    Refusals.assertRefused(() -> read.requireVocabulary().encode("abc"), "'c' (U+0063)");
    assertThat(read.metadata())
        .containsExactlyInAnyOrderEntriesOf(Map.of("steps", "7", "clip", "1.0"));
    assertWeights(read, 5);
  }

  /** Keras has one bias where its reset gate acts before the product: the sum of both. */
  @Test
  void aLanguageModelOfKerasIsRead() throws IOException {
    GruModel read = ModelFormat.readLanguageModel(file("text.keras"));

    assertThat(read.config()).isEqualTo(TEXT.toBuilder().biases(Biases.ONE).build());
    assertThat(read.vocabulary()).contains(VOCABULARY);
    assertThat(read.weights().tensors().get(2))
        .isEqualTo(Tensor.of("bias_ih_l0", List.of(9), place -> 2 * value(place)));
  }

  @Test
  void everyPropertyIsRead() throws IOException {
    GruModel read = ModelFormat.read(file("deep.safetensors"));

    assertThat(read.config())
        .isEqualTo(
            GruConfig.builder(2, 3)
                .layers(2)
                .direction(Direction.BIDIRECTIONAL)
                .merge(Merge.AVERAGE)
                .reset(ResetPlacement.BEFORE)
                .biases(Biases.ONE)
                .gating(Gating.RESET_ONLY)
                .activations(
                    new ActivationFunction(ActivationFunction.Kind.HARD_SIGMOID, 0.25f, 0.5f),
                    ActivationFunction.of(ActivationFunction.Kind.SOFTSIGN))
                .clip(2.5f)
                .dropout(0.5f)
                .inputDropout(0.25f)
                .recurrentDropout(0.125f)
                .maskedOutput(MaskedOutput.HOLD)
                .build());
    assertThat(read.vocabulary()).isEmpty();
    assertThat(read.metadata()).containsExactly(Map.entry("author", "é"));
    assertWeights(read, 2);
  }

  /** There were two readers, of which one passed over all that a language model did not have. */
  @Test
  void oneFileIsOneModel() throws IOException {
    Path file = file("dropout.safetensors");
    GruConfig expected = TEXT.toBuilder().recurrentDropout(0.5f).build();

    assertThat(ModelFormat.read(file).config()).isEqualTo(expected);
    assertThat(ModelFormat.readLanguageModel(file).config()).isEqualTo(expected);
  }

  /** And what is read is written again as it was, but for the prefix of our own keys. */
  @ParameterizedTest
  @ValueSource(strings = {"model.safetensors", "deep.safetensors", "dropout.safetensors"})
  void whatIsReadIsWrittenAgain(String name) throws IOException {
    Path file = file(name);
    Path copy = directory.resolve("copy.safetensors");

    ModelFormat.write(ModelFormat.read(file), copy);

    Safetensors before = Safetensors.read(file);
    Safetensors after = Safetensors.read(copy);
    Map<String, String> unprefixed = new HashMap<>();
    after
        .metadata()
        .forEach((key, value) -> unprefixed.put(key.replace("tornado_gru.", ""), value));
    assertThat(unprefixed).isEqualTo(before.metadata());
    assertThat(after.metadata()).hasSameSizeAs(before.metadata());
    assertThat(after.tensors()).containsExactlyInAnyOrderElementsOf(before.tensors());
    assertThat(ModelFormat.read(copy)).isEqualTo(ModelFormat.read(file));
  }

  private Path file(String name) throws IOException {
    Path file = directory.resolve(name);
    try (InputStream bytes = EarlierFilesTest.class.getResourceAsStream("before/" + name)) {
      Files.copy(bytes, file);
    }
    return file;
  }

  private static void assertWeights(GruModel model, int outputs) {
    List<Tensor> tensors = model.weights().tensors();
    assertThat(model.weights().outputs()).isEqualTo(outputs);
    for (Tensor tensor : tensors) {
      assertThat(tensor)
          .isEqualTo(Tensor.of(tensor.name(), tensor.shape(), EarlierFilesTest::value));
    }
  }

  private static float value(int place) {
    return (31 * place % 97 - 48) / 128f;
  }
}
