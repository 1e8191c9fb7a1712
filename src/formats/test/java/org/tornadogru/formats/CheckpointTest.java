package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.Vocabulary;

class CheckpointTest {

  private static final Vocabulary CHARACTERS = Vocabulary.ofCharacters("Aé\n\"\\😀 b");

  @TempDir private Path directory;

  @ParameterizedTest(name = "reset {0}")
  @EnumSource
  void whatIsSavedIsLoaded(ResetPlacement reset) {
    Checkpoint saved = checkpoint(CHARACTERS, reset);

    saved.save(directory);

    for (Path path : List.of(directory, directory.resolve(Checkpoint.FILE_NAME))) {
      Checkpoint loaded = Checkpoint.load(path);
      assertThat(loaded.config()).isEqualTo(saved.config());
      assertThat(loaded.vocabulary()).isEqualTo(CHARACTERS);
      assertThat(loaded.training()).containsExactly(Map.entry("epoch", "3"));
      assertThat(loaded.weights().tensors())
          .usingRecursiveComparison()
          .isEqualTo(saved.weights().tensors());
    }
  }

  @Test
  void tensorsHavePyTorchsNamesAndShapes() {
    checkpoint(Vocabulary.d2l(), ResetPlacement.AFTER).save(directory);

    Safetensors file = Safetensors.read(directory.resolve(Checkpoint.FILE_NAME));

    assertThat(file.tensors().stream().map(tensor -> tensor.name() + " " + tensor.shape()))
        .containsExactlyInAnyOrder(
            "weight_ih_l0 [15, 28]",
            "weight_hh_l0 [15, 5]",
            "bias_ih_l0 [15]",
            "bias_hh_l0 [15]",
            "linear.weight [28, 5]",
            "linear.bias [28]");
    assertThat(file.metadata()).containsEntry("format", "pt").containsEntry("reset", "after");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "hidden_size, hidden_size: not a model",
    "reset, reset: not a model",
    "vocabulary, vocabulary: not a model",
    "symbols, symbols: not a model"
  })
  void missingMetadataIsNamed(String key, String message) {
    Map<String, String> metadata = metadata();
    metadata.remove(key);

    assertRefused(new Safetensors(metadata, tensors()), "its metadata lacks " + message);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_size | x          | not a number",
        "hidden_size | 0          | at least one",
        "hidden_size | 20000      | tensors are missing or have other shapes",
        "hidden_size | 6          | has shape",
        "reset       | sideways   | none of [before, after]",
        "vocabulary  | words      | none of [d2l, chars]",
        "symbols     | {}         | not a list of texts",
        "symbols     | null       | not a list of texts",
        "symbols     | [null]     | is empty",
        "gating      | reset_only | not a language model",
        "symbols     | [\"a\"]    | has shape",
        "symbols     | [\"ab\"]   | is not one character"
      })
  void impossibleMetadataIsNamed(String key, String value, String message) {
    Map<String, String> metadata = metadata();
    metadata.put(key, value);

    assertRefused(new Safetensors(metadata, tensors()), message);
  }

  @Test
  void everyMissingTensorIsNamed() {
    for (Tensor missing : tensors()) {
      List<Tensor> others = tensors();
      others.removeIf(tensor -> tensor.name().equals(missing.name()));

      assertRefused(new Safetensors(metadata(), others), missing.name());
    }
  }

  @Test
  void aTensorOfAnotherShapeIsNamed() {
    List<Tensor> tensors = tensors();
    Tensor first = tensors.getFirst();
    tensors.set(0, new Tensor(first.name(), first.shape().reversed(), first.values()));

    assertRefused(new Safetensors(metadata(), tensors), first.name() + " has shape");
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() {
    List<Tensor> tensors = tensors();
    tensors.get(1).values()[3] = Float.NaN;

    assertRefused(
        new Safetensors(metadata(), tensors), tensors.get(1).name() + " holds NaN: the model");
  }

  @Test
  void aDirectoryWithoutModelSaysSo() {
    assertThatThrownBy(() -> Checkpoint.load(directory))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no model file")
        .hasMessageContaining("model.safetensors");
  }

  @Test
  void aDirectoryThatCannotBeWrittenSaysSo() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(() -> checkpoint(CHARACTERS, ResetPlacement.AFTER).save(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot write " + file);
  }

  static Safetensors content() {
    return new Safetensors(metadata(), tensors());
  }

  private static Checkpoint checkpoint(Vocabulary vocabulary, ResetPlacement reset) {
    GruConfig config = GruConfig.ofTokens(vocabulary.size(), 5, reset);
    return new Checkpoint(
        Weights.initial(config, config.inputSize(), Initialization.UNIFORM, 1),
        vocabulary,
        Map.of("epoch", "3"));
  }

  private static List<Tensor> tensors() {
    return new ArrayList<>(checkpoint(CHARACTERS, ResetPlacement.AFTER).weights().tensors());
  }

  private static Map<String, String> metadata() {
    return new HashMap<>(
        Map.of(
            "hidden_size", "5",
            "reset", "after",
            "vocabulary", "chars",
            "symbols", "[\"\\n\",\" \",\"\\\"\",\"A\",\"\\\\\",\"b\",\"é\",\"😀\"]"));
  }

  private static void assertRefused(Safetensors content, String message) {
    assertThatThrownBy(() -> Checkpoint.of(content))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
