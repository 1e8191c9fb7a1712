package org.tornadogru.formats;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tornadogru.formats.codec.Metadata;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.Vocabulary;

/**
 * A model as files hold it, whatever their format; one with a vocabulary is a language model, as
 * {@code train} keeps it.
 *
 * @param weights the configuration and all parameters, with or without a linear layer
 * @param vocabulary what its tokens stand for: as many symbols as the GRU has inputs
 * @param usage how its outputs come about: padding, steps, an activation
 * @param metadata free text in the order of the file, such as facts of the training; nothing of
 *     which is needed to use the model
 */
public record GruModel(
    Weights weights, Optional<Vocabulary> vocabulary, Usage usage, Map<String, String> metadata) {

  public GruModel {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    metadata.keySet().stream()
        .filter(Metadata::isOurs)
        .findFirst()
        .ifPresent(
            key -> {
              throw new InvalidInputException(
                  "the metadata %s is a name of this library's: choose another".formatted(key));
            });
    int symbols = vocabulary.map(Vocabulary::size).orElse(weights.config().inputSize());
    if (symbols != weights.config().inputSize()) {
      throw new InvalidInputException(
          "the vocabulary has %d symbols but the model has %d inputs"
              .formatted(symbols, weights.config().inputSize()));
    }
  }

  /** A model of anything but text. */
  public GruModel(Weights weights, Map<String, String> metadata) {
    this(weights, Optional.empty(), Usage.PLAIN, metadata);
  }

  /** A language model. */
  public GruModel(Weights weights, Vocabulary vocabulary, Map<String, String> metadata) {
    this(weights, Optional.of(vocabulary), Usage.PLAIN, metadata);
  }

  public GruConfig config() {
    return weights.config();
  }

  /**
   * The vocabulary of a language model.
   *
   * @throws InvalidInputException if it has none
   */
  public Vocabulary requireVocabulary() {
    return vocabulary.orElseThrow(() -> Metadata.lacksVocabulary(this));
  }

  /** The same, used in another way. */
  public GruModel withUsage(Usage other) {
    return new GruModel(weights, vocabulary, other, metadata);
  }

  /** The metadata, and the vocabulary as files have it. */
  public Map<String, String> text() {
    return Metadata.ofContent(this);
  }
}
