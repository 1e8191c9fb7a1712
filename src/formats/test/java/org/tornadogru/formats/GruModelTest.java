package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Refusals;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.text.VocabularyKind;

/** A language model in the format that this library keeps: a model with a vocabulary. */
class GruModelTest {

  private static final Vocabulary CHARACTERS = Vocabulary.ofCharacters("Aé\n\"\\😀 b");

  private static final String PREFIX = "tornado_gru.";

  @TempDir private Path directory;

  static Stream<Arguments> formatsAndVocabularies() {
    return Stream.of(ModelFormat.SAFETENSORS, ModelFormat.ONNX, ModelFormat.KERAS)
        .flatMap(
            format ->
                Stream.of(
                        Vocabulary.d2l(),
                        CHARACTERS,
                        Vocabulary.of(VocabularyKind.CHARS, List.of("b", "a")),
                        Vocabulary.bytes())
                    .map(vocabulary -> Arguments.of(format, vocabulary)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("formatsAndVocabularies")
  void everyFormatKeepsEveryVocabulary(ModelFormat format, Vocabulary vocabulary)
      throws IOException {
    GruModel saved = model(vocabulary, ResetPlacement.AFTER);

    GruModel loaded = format.parse(format.bytes(saved));

    assertThat(loaded.vocabulary()).contains(vocabulary);
    assertThat(loaded.requireVocabulary().encode("ab")).isEqualTo(vocabulary.encode("ab"));
  }

  @ParameterizedTest(name = "reset {0}")
  @EnumSource
  void whatIsSavedIsLoaded(ResetPlacement reset) {
    GruModel saved = model(CHARACTERS, reset);

    ModelFormat.write(saved, directory);

    for (Path path : List.of(directory, directory.resolve(ModelFormat.FILE_NAME))) {
      GruModel loaded = ModelFormat.readLanguageModel(path);
      assertThat(loaded.config()).isEqualTo(saved.config());
      assertThat(loaded.vocabulary()).contains(CHARACTERS);
      assertThat(loaded.metadata()).containsExactly(Map.entry("epoch", "3"));
      assertThat(loaded.weights().tensors()).isEqualTo(saved.weights().tensors());
    }
  }

  @Test
  void tensorsHavePyTorchsNamesAndShapes() {
    ModelFormat.write(model(Vocabulary.d2l(), ResetPlacement.AFTER), directory);

    Safetensors file = Safetensors.read(directory.resolve(ModelFormat.FILE_NAME));

    assertThat(file.tensors().stream().map(tensor -> tensor.name() + " " + tensor.shape()))
        .containsExactlyInAnyOrder(
            "weight_ih_l0 [15, 28]",
            "weight_hh_l0 [15, 5]",
            "bias_ih_l0 [15]",
            "bias_hh_l0 [15]",
            "linear.weight [28, 5]",
            "linear.bias [28]");
    assertThat(file.metadata())
        .containsEntry("format", "pt")
        .containsEntry("tornado_gru.reset", "after");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "hidden_size, hidden_size: not a model",
    "reset, reset: not a model",
    "vocabulary, vocabulary: not a model",
    "symbols, symbols: not a model"
  })
  void missingMetadataIsNamed(String key, String message) throws IOException {
    Map<String, String> metadata = metadata();
    metadata.remove(PREFIX + key);

    assertRefused(new Safetensors(metadata, tensors()), "its metadata lacks " + message);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_size | x          | its tensors have 5 hidden units",
        "hidden_size | 0          | its tensors have 5 hidden units",
        "hidden_size | 20000      | its tensors have 5 hidden units",
        "hidden_size | 6          | its tensors have 5 hidden units",
        "reset       | sideways   | none of [before, after]",
        "vocabulary  | words      | none of [d2l, chars, bytes]",
        "symbols     | {}         | not a list of texts",
        "symbols     | null       | not a list of texts",
        "symbols     | [null]     | is empty",
        "symbols     | [\"a\"]    | has 1 symbols but the model has 9 inputs",
        "symbols     | [\"ab\"]   | is not one character"
      })
  void impossibleMetadataIsNamed(String key, String value, String message) throws IOException {
    Map<String, String> metadata = metadata();
    metadata.put(PREFIX + key, value);

    assertRefused(new Safetensors(metadata, tensors()), message);
  }

  @Test
  void everyMissingTensorIsNamed() throws IOException {
    for (Tensor missing : tensors()) {
      List<Tensor> others = tensors();
      others.removeIf(tensor -> tensor.name().equals(missing.name()));

      assertRefused(new Safetensors(metadata(), others), missing.name());
    }
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() throws IOException {
    List<Tensor> tensors = tensors();
    Tensor first = tensors.getFirst();
    tensors.set(0, first.reshaped(first.shape().reversed()));

    assertRefused(new Safetensors(metadata(), tensors), first.name() + " has shape");
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() throws IOException {
    List<Tensor> tensors = tensors();
    Tensor second = tensors.get(1);
    tensors.set(
        1,
        Tensor.of(
            second.name(), second.shape(), place -> place == 3 ? Float.NaN : second.at(place)));

    assertRefused(new Safetensors(metadata(), tensors), second.name() + " holds NaN: the model");
  }

  @Test
  void aDirectoryWithoutModelSaysSo() {
    Refusals.assertRefused(
        () -> ModelFormat.read(directory), "there is no model file", "model.safetensors");
  }

  @Test
  void aDirectoryThatCannotBeWrittenSaysSo() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    Refusals.assertRefused(
        () ->
            ModelFormat.write(
                model(CHARACTERS, ResetPlacement.AFTER), file.resolve(ModelFormat.FILE_NAME)),
        "cannot write " + file);
  }

  static Safetensors content() {
    return new Safetensors(metadata(), tensors());
  }

  private static GruModel model(Vocabulary vocabulary, ResetPlacement reset) {
    GruConfig config = GruConfig.ofTokens(vocabulary.size(), 5, reset);
    return new GruModel(
        Weights.initial(config, config.inputSize(), Initialization.UNIFORM, 1),
        vocabulary,
        Map.of("epoch", "3"));
  }

  private static List<Tensor> tensors() {
    return new ArrayList<>(model(CHARACTERS, ResetPlacement.AFTER).weights().tensors());
  }

  private static Map<String, String> metadata() {
    return new HashMap<>(
        Map.of(
            PREFIX + "hidden_size", "5",
            PREFIX + "reset", "after",
            PREFIX + "vocabulary", "chars",
            PREFIX + "symbols",
                "[\"<unk>\",\"\\n\",\" \",\"\\\"\",\"A\",\"\\\\\",\"b\",\"é\",\"😀\"]"));
  }

  private void assertRefused(Safetensors content, String message) throws IOException {
    Path file = directory.resolve("m.safetensors");
    content.write(file);
    Refusals.assertRefused(() -> ModelFormat.readLanguageModel(file), file + ": ", message);
  }
}
