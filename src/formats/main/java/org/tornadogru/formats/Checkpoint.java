package org.tornadogru.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.text.VocabularyKind;

/**
 * A language model as it is kept: its weights, with PyTorch's names, and what they mean.
 *
 * <p>One safetensors file. Its metadata: {@code hidden_size}, {@code reset} (before or after),
 * {@code vocabulary} (d2l or chars), {@code symbols} (a JSON array), and the facts of the training.
 *
 * @param weights the weights and their configuration
 * @param vocabulary as many symbols as the configuration has inputs
 * @param training what is known of the training: names and values, free text, nothing of which is
 *     needed to use the model
 */
public record Checkpoint(Weights weights, Vocabulary vocabulary, Map<String, String> training) {

  /** The file in a run's directory. */
  public static final String FILE_NAME = "model.safetensors";

  private static final String FORMAT = "format";
  private static final String VOCABULARY = "vocabulary";

  private static final ObjectMapper JSON = new ObjectMapper();

  public Checkpoint {
    if (vocabulary.size() != weights.config().inputSize()) {
      throw new InvalidInputException(
          "the vocabulary has %d symbols but the model has %d inputs"
              .formatted(vocabulary.size(), weights.config().inputSize()));
    }
    training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
  }

  public GruConfig config() {
    return weights.config();
  }

  /**
   * Writes {@value #FILE_NAME} into a directory, whole or not at all.
   *
   * @throws InvalidInputException if it cannot be written
   */
  public void save(Path directory) {
    Path file = directory.resolve(FILE_NAME);
    Map<String, String> metadata = new LinkedHashMap<>(training);
    metadata.put(FORMAT, "pt");
    metadata.put(ConfigText.HIDDEN_SIZE, Integer.toString(config().hiddenSize()));
    metadata.put(ConfigText.RESET, ConfigText.word(config().reset()));
    metadata.put(VOCABULARY, ConfigText.word(vocabulary.kind()));
    try {
      metadata.put(ConfigText.SYMBOLS, JSON.writeValueAsString(vocabulary.symbols()));
      new Safetensors(metadata, weights.tensors()).write(file);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a directory that can be written"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  /**
   * Reads a model.
   *
   * @param path a safetensors file, or a directory that has a {@value #FILE_NAME}
   * @throws InvalidInputException if there is none, or it is damaged or of another kind
   */
  public static Checkpoint load(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
    Safetensors content = Safetensors.read(file);
    try {
      return of(content);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(file + ": " + e.getMessage(), e);
    }
  }

  static Checkpoint of(Safetensors content) {
    Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
    metadata.remove(FORMAT);
    ConfigText.requireStandardCell(metadata);
    int hiddenSize = hiddenSize(take(metadata, ConfigText.HIDDEN_SIZE));
    ResetPlacement reset =
        ConfigText.constant(
            ResetPlacement.class, ConfigText.RESET, take(metadata, ConfigText.RESET));
    VocabularyKind kind =
        ConfigText.constant(VocabularyKind.class, VOCABULARY, take(metadata, VOCABULARY));
    Vocabulary vocabulary = Vocabulary.of(kind, symbols(take(metadata, ConfigText.SYMBOLS)));
    GruConfig config = GruConfig.ofTokens(vocabulary.size(), hiddenSize, reset);
    return new Checkpoint(
        GruModel.weights(config, config.inputSize(), content.tensors()), vocabulary, metadata);
  }

  private static String take(Map<String, String> metadata, String key) {
    String value = metadata.remove(key);
    if (value == null) {
      throw new InvalidInputException(
          "its metadata lacks %s: not a model that tornado-gru trained".formatted(key));
    }
    return value;
  }

  private static int hiddenSize(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "its metadata %s is not a number".formatted(ConfigText.HIDDEN_SIZE), e);
    }
  }

  private static List<String> symbols(String json) {
    try {
      List<String> symbols = JSON.readValue(json, new TypeReference<List<String>>() {});
      if (symbols != null) {
        return symbols;
      }
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "its metadata %s is not a list of texts".formatted(ConfigText.SYMBOLS), e);
    }
    throw new InvalidInputException(
        "its metadata %s is not a list of texts".formatted(ConfigText.SYMBOLS));
  }
}
