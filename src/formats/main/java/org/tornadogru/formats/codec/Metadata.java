package org.tornadogru.formats.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.text.VocabularyKind;

/**
 * The metadata of a file: what the shapes of the tensors leave open of a configuration, a
 * vocabulary, and free text.
 *
 * <pre>
 *   hidden_size, reset      always
 *   input                   tokens, unless there is a vocabulary
 *   embedding_size, tied    a number; true
 *   merge                   sum, average, multiply
 *   biases, gating          one, none; reset_only, update_only, none
 *   gate_activation         a function, and its alpha and beta: leaky_relu 0.2 0.0
 *   candidate_activation    likewise
 *   activation_clip         a number; what clips gradients is not part of a model
 *   dropout, input_dropout, recurrent_dropout     numbers
 *   masked_output           hold
 *   keep_reversed           true
 *   vocabulary, symbols     d2l, chars or bytes, and a JSON array
 * </pre>
 *
 * The properties are those of {@link GruProperty}. Apart from the first two one is there only if it
 * is not what PyTorch does.
 *
 * @param entries in the order of the file
 * @param ours whether keys mean what they mean here: other programs have other meanings for them
 */
public record Metadata(Map<String, String> entries, boolean ours) {

  private static final String VOCABULARY = "vocabulary";
  private static final String SYMBOLS = "symbols";

  /** What the shapes of the tensors leave open. */
  private static final List<GruProperty<?>> PROPERTIES =
      GruProperty.ALL.stream()
          .filter(
              property ->
                  property != GruProperty.INPUT_SIZE
                      && property != GruProperty.HIDDEN_SIZE
                      && property != GruProperty.LAYERS
                      && property != GruProperty.DIRECTION)
          .toList();

  public Metadata {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** Metadata that are ours if they have the keys that ours always have. */
  public static Metadata of(Map<String, String> entries) {
    return new Metadata(
        entries,
        entries.containsKey(GruProperty.HIDDEN_SIZE.name())
            && entries.containsKey(GruProperty.RESET.name()));
  }

  /** All of a model but its tensors. */
  public static Map<String, String> text(GruModel model) {
    GruConfig config = model.config();
    Map<String, String> text = ofContent(model);
    removeProperties(text);
    text.put(GruProperty.HIDDEN_SIZE.name(), GruProperty.HIDDEN_SIZE.text(config));
    text.put(GruProperty.RESET.name(), GruProperty.RESET.text(config));
    for (GruProperty<?> property : PROPERTIES) {
      boolean usual =
          property == GruProperty.INPUT
              ? config.input() == usualInput(text)
              : property.isUsual(config);
      if (!usual) {
        text.put(property.name(), property.text(config));
      }
    }
    return text;
  }

  /** A model's free text, and its vocabulary. */
  public static Map<String, String> ofContent(GruModel model) {
    Map<String, String> text = new LinkedHashMap<>(model.metadata());
    model
        .vocabulary()
        .ifPresent(
            vocabulary -> {
              text.put(VOCABULARY, GruProperty.word(vocabulary.kind()));
              text.put(SYMBOLS, json(vocabulary.symbols()));
            });
    return text;
  }

  /** Free text of these names would be taken for ours. */
  private static void removeProperties(Map<String, String> text) {
    text.remove(GruProperty.HIDDEN_SIZE.name());
    PROPERTIES.forEach(property -> text.remove(property.name()));
  }

  private static InputKind usualInput(Map<String, String> text) {
    return text.containsKey(SYMBOLS) ? InputKind.TOKENS : InputKind.DENSE;
  }

  /**
   * A configuration with what metadata add to it; unchanged if they are not ours.
   *
   * @param shapes what the tensors say
   * @throws InvalidInputException if a value makes no sense
   */
  public GruConfig refine(GruConfig shapes) {
    if (!ours) {
      return shapes;
    }
    String hidden = entries.get(GruProperty.HIDDEN_SIZE.name());
    if (!hidden.equals(GruProperty.HIDDEN_SIZE.text(shapes))) {
      throw new InvalidInputException(
          "its metadata hidden_size is %s but its tensors have %d hidden units"
              .formatted(Quoted.of(hidden), shapes.hiddenSize()));
    }
    GruConfig.Builder builder = shapes.toBuilder();
    for (GruProperty<?> property : PROPERTIES) {
      String text = entries.get(property.name());
      if (text == null) {
        builder.usual(property);
      } else {
        said(() -> property.parse(text, builder));
      }
    }
    if (!entries.containsKey(GruProperty.INPUT.name())) {
      builder.set(GruProperty.INPUT, usualInput(entries));
    }
    return builder.build();
  }

  private static void said(Runnable reading) {
    try {
      reading.run();
    } catch (InvalidInputException e) {
      throw new InvalidInputException("its metadata " + e.getMessage(), e);
    }
  }

  /**
   * The model of weights and these metadata.
   *
   * @throws InvalidInputException if its vocabulary makes no sense
   */
  public GruModel model(Weights weights) {
    Map<String, String> rest = new LinkedHashMap<>(entries);
    if (!ours) {
      return new GruModel(weights, rest);
    }
    removeProperties(rest);
    if (!rest.containsKey(VOCABULARY) || !rest.containsKey(SYMBOLS)) {
      return new GruModel(weights, rest);
    }
    return new GruModel(weights, vocabulary(rest.remove(VOCABULARY), rest.remove(SYMBOLS)), rest);
  }

  private static Vocabulary vocabulary(String kind, String symbols) {
    try {
      List<String> list = Json.STRICT.readValue(symbols, new TypeReference<List<String>>() {});
      if (list != null) {
        return Vocabulary.of(
            GruProperty.constant("its metadata vocabulary", VocabularyKind.class, kind), list);
      }
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("its metadata symbols is not a list of texts", e);
    }
    throw new InvalidInputException("its metadata symbols is not a list of texts");
  }

  private static String json(List<String> symbols) {
    try {
      return Json.STRICT.writeValueAsString(symbols);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts are always JSON", e);
    }
  }

  /** Why a model has no vocabulary, its metadata being what they are. */
  public static InvalidInputException lacksVocabulary(GruModel model) {
    String missing =
        Stream.of(VOCABULARY, SYMBOLS, GruProperty.HIDDEN_SIZE.name(), GruProperty.RESET.name())
            .filter(key -> !model.metadata().containsKey(key))
            .findFirst()
            .orElse(VOCABULARY);
    return new InvalidInputException(
        "its metadata lacks %s: not a model that tornado-gru trained".formatted(missing));
  }
}
