package org.tornadogru.formats.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.text.VocabularyKind;

/**
 * The metadata of a file: what the shapes of the tensors leave open of a configuration, a
 * vocabulary, and free text. Our own keys begin with {@value #PREFIX}; all others are free text,
 * handed on as they are, whatever they mean to the program that wrote them.
 *
 * <pre>
 *   hidden_size, reset      always
 *   input                   tokens, unless there is a vocabulary
 *   tied                    true
 *   merge                   sum, average, multiply
 *   biases, gating          one, none; reset_only, update_only, none
 *   gate_activation         a function, and its alpha and beta: leaky_relu 0.2 0.0
 *   candidate_activation    likewise
 *   activation_clip         a number; what clips gradients is not part of a model
 *   dropout, input_dropout, recurrent_dropout     numbers
 *   masked_output           hold
 *   keep_reversed           true
 *   dense                   sizes and functions of hidden layers: 32 relu, 16 tanh
 *   output_steps            last, final_state
 *   output_activation       softmax, log_softmax, sigmoid
 *   padding                 a number
 *   vocabulary, symbols     d2l, chars or bytes, and a JSON array
 * </pre>
 *
 * The properties are those of {@link GruProperty} and {@link Usage}. Apart from the first two one
 * is there only if it is not what PyTorch does.
 *
 * <p>In earlier versions our keys had no prefix; a file has to tell by more that it is one of them.
 *
 * @param own keys without the prefix
 * @param foreign free text in the order of the file
 */
public record Metadata(Map<String, String> own, Map<String, String> foreign) {

  /** Characters of a property; a list has a few words for each of at most 1,000 layers. */
  private static final int LONGEST = 1 << 16;

  private static final String PREFIX = "tornado_gru.";
  private static final String VOCABULARY = "vocabulary";
  private static final String SYMBOLS = "symbols";
  private static final String STEPS = "output_steps";
  private static final String OUTPUT_ACTIVATION = "output_activation";
  private static final String PADDING = "padding";

  /** What the shapes of the tensors leave open. */
  private static final List<GruProperty<?>> PROPERTIES =
      GruProperty.ALL.stream()
          .filter(
              property ->
                  property != GruProperty.INPUT_SIZE
                      && property != GruProperty.EMBEDDING_SIZE
                      && property != GruProperty.HIDDEN_SIZE
                      && property != GruProperty.LAYERS
                      && property != GruProperty.DIRECTION)
          .toList();

  private static final Set<String> RESETS =
      Arrays.stream(ResetPlacement.values()).map(GruProperty::word).collect(Collectors.toSet());
  private static final Set<String> CONTENT = Set.of(VOCABULARY, SYMBOLS);
  private static final Set<String> CONFIGURATION =
      Stream.concat(Stream.of(GruProperty.HIDDEN_SIZE), PROPERTIES.stream())
          .map(GruProperty::name)
          .collect(Collectors.toSet());
  private static final Set<String> KEYS =
      Stream.of(CONFIGURATION, CONTENT, Set.of(STEPS, OUTPUT_ACTIVATION, PADDING))
          .flatMap(Set::stream)
          .collect(Collectors.toSet());

  public Metadata {
    own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
    foreign = Collections.unmodifiableMap(new LinkedHashMap<>(foreign));
  }

  /**
   * The metadata of a file.
   *
   * @throws InvalidInputException if a key of ours is unknown, or one is missing
   */
  public static Metadata of(Map<String, String> entries) {
    Map<String, String> own = new LinkedHashMap<>();
    Map<String, String> foreign = new LinkedHashMap<>();
    entries.forEach(
        (key, value) -> {
          if (!key.startsWith(PREFIX)) {
            foreign.put(key, value);
            return;
          }
          String name = key.substring(PREFIX.length());
          if (!KEYS.contains(name)) {
            throw new InvalidInputException(
                "its metadata %s is unknown: a later version wrote it, or something else"
                    .formatted(Quoted.of(key)));
          }
          own.put(name, value);
        });
    for (GruProperty<?> always : List.of(GruProperty.HIDDEN_SIZE, GruProperty.RESET)) {
      if (!own.isEmpty() && !own.containsKey(always.name())) {
        throw lacking(always.name());
      }
    }
    return new Metadata(own, foreign);
  }

  /**
   * Whether keys without a prefix may be those of an earlier version; a file has to tell by more
   * that it is.
   */
  public static boolean areEarlier(Map<String, String> entries) {
    return entries.containsKey(GruProperty.HIDDEN_SIZE.name())
        && RESETS.contains(entries.getOrDefault(GruProperty.RESET.name(), ""))
        && !isPrefixed(entries);
  }

  private static boolean isPrefixed(Map<String, String> entries) {
    return entries.keySet().stream().anyMatch(Metadata::isOurs);
  }

  /** Metadata that only we write, whose keys had no prefix in earlier versions. */
  public static Metadata ofOurs(Map<String, String> entries) {
    return isPrefixed(entries) ? of(entries) : ofEarlier(entries);
  }

  /**
   * The metadata that an earlier version wrote. Of a usage there were notes, of which one did not
   * tell the last step from the final state.
   */
  public static Metadata ofEarlier(Map<String, String> entries) {
    Map<String, String> own = new LinkedHashMap<>();
    Map<String, String> foreign = new LinkedHashMap<>();
    entries.forEach(
        (key, value) -> {
          switch (key) {
            case "mask_zero" -> own.put(PADDING, "0");
            case OUTPUT_ACTIVATION -> own.put(key, value);
            default ->
                (CONFIGURATION.contains(key) || CONTENT.contains(key) ? own : foreign)
                    .put(key, value);
          }
        });
    return new Metadata(own, foreign);
  }

  /** All of a model but its tensors. */
  public static Map<String, String> text(GruModel model) {
    GruConfig config = model.config();
    Map<String, String> own = content(model);
    own.put(GruProperty.HIDDEN_SIZE.name(), GruProperty.HIDDEN_SIZE.text(config));
    own.put(GruProperty.RESET.name(), GruProperty.RESET.text(config));
    for (GruProperty<?> property : PROPERTIES) {
      boolean usual =
          property == GruProperty.INPUT
              ? config.input() == usualInput(config, own)
              : property.isUsual(config);
      if (!usual) {
        own.put(property.name(), property.text(config));
      }
    }
    Usage usage = model.usage();
    if (usage.steps() != Usage.Steps.EACH) {
      own.put(STEPS, GruProperty.word(usage.steps()));
    }
    if (usage.activation() != OutputActivation.LINEAR) {
      own.put(OUTPUT_ACTIVATION, GruProperty.word(usage.activation()));
    }
    usage.padding().ifPresent(mark -> own.put(PADDING, String.valueOf(mark)));
    return withFree(model, own);
  }

  /** A model's free text and its vocabulary, to be shown. */
  public static Map<String, String> ofContent(GruModel model) {
    return withFree(model, content(model));
  }

  private static Map<String, String> content(GruModel model) {
    Map<String, String> own = new LinkedHashMap<>();
    model
        .vocabulary()
        .ifPresent(
            vocabulary -> {
              own.put(VOCABULARY, GruProperty.word(vocabulary.kind()));
              own.put(SYMBOLS, json(vocabulary.symbols()));
            });
    return own;
  }

  private static Map<String, String> withFree(GruModel model, Map<String, String> own) {
    Map<String, String> text = new LinkedHashMap<>(model.metadata());
    own.forEach((key, value) -> text.put(PREFIX + key, value));
    return text;
  }

  /** Whether a key would be taken for one of ours. */
  public static boolean isOurs(String key) {
    return key.startsWith(PREFIX);
  }

  private static InputKind usualInput(GruConfig config, Map<String, String> own) {
    return config.hasEmbedding() || own.containsKey(SYMBOLS) ? InputKind.TOKENS : InputKind.DENSE;
  }

  /** Whether this library wrote the file. */
  public boolean ours() {
    return own.containsKey(GruProperty.HIDDEN_SIZE.name());
  }

  /**
   * A configuration with what metadata add to it; unchanged if they are not ours.
   *
   * @param shapes what the tensors say
   * @throws InvalidInputException if a value makes no sense
   */
  public GruConfig refine(GruConfig shapes) {
    if (!ours()) {
      return shapes;
    }
    String hidden = own.get(GruProperty.HIDDEN_SIZE.name());
    if (!hidden.equals(GruProperty.HIDDEN_SIZE.text(shapes))) {
      throw new InvalidInputException(
          "its metadata hidden_size is %s but its tensors have %s hidden units"
              .formatted(Quoted.of(hidden), GruProperty.HIDDEN_SIZE.text(shapes)));
    }
    GruConfig.Builder builder = shapes.toBuilder();
    for (GruProperty<?> property : PROPERTIES) {
      String text = own.get(property.name());
      if (text == null) {
        builder.usual(property);
      } else if (text.length() > LONGEST) {
        throw new InvalidInputException(
            "its metadata %s is longer than any model needs".formatted(property.name()));
      } else {
        said(() -> property.parse(text, builder));
      }
    }
    if (!own.containsKey(GruProperty.INPUT.name())) {
      builder.set(GruProperty.INPUT, usualInput(shapes, own));
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
   * What metadata say of how outputs come about; an initial state is a tensor.
   *
   * @throws InvalidInputException if a value makes no sense
   */
  public Usage usage() {
    return new Usage(
        constant(STEPS, Usage.Steps.EACH),
        constant(OUTPUT_ACTIVATION, OutputActivation.LINEAR),
        padding(),
        Optional.empty());
  }

  private <E extends Enum<E>> E constant(String key, E usual) {
    String word = own.get(key);
    return word == null
        ? usual
        : GruProperty.constant("its metadata " + key, usual.getDeclaringClass(), word);
  }

  /** What marks steps that do not count. */
  public OptionalDouble padding() {
    try {
      return own.containsKey(PADDING)
          ? OptionalDouble.of(Double.parseDouble(own.get(PADDING)))
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      throw new InvalidInputException("its metadata padding is not a number", e);
    }
  }

  /**
   * The model of weights and these metadata.
   *
   * @throws InvalidInputException if its vocabulary makes no sense
   */
  public GruModel model(Weights weights, Usage usage) {
    String kind = own.get(VOCABULARY);
    String symbols = own.get(SYMBOLS);
    if (kind == null && symbols == null) {
      return new GruModel(weights, Optional.empty(), usage, foreign);
    }
    if (kind == null || symbols == null) {
      throw lacking(kind == null ? VOCABULARY : SYMBOLS);
    }
    return new GruModel(weights, Optional.of(vocabulary(kind, symbols)), usage, foreign);
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
    return lacking(
        Stream.of(VOCABULARY, SYMBOLS, GruProperty.HIDDEN_SIZE.name(), GruProperty.RESET.name())
            .filter(key -> !model.metadata().containsKey(key))
            .findFirst()
            .orElse(VOCABULARY));
  }

  private static InvalidInputException lacking(String key) {
    return new InvalidInputException(
        "its metadata lacks %s: not a model that tornado-gru trained".formatted(key));
  }
}
