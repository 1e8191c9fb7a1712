package org.tornadogru.formats;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;

/**
 * What the shapes of the tensors leave open of a configuration, as metadata of a file.
 *
 * <pre>
 *   hidden_size, reset      always
 *   input                   tokens
 *   merge                   sum, average, multiply
 *   biases, gating          one, none; reset_only, update_only, none
 *   gate_activation         a function, and its alpha and beta: leaky_relu 0.2 0.0
 *   candidate_activation    likewise
 *   activation_clip         a number; what clips gradients is not part of a model
 *   dropout, input_dropout, recurrent_dropout     numbers
 *   masked_output           hold
 *   keep_reversed           true
 * </pre>
 *
 * Apart from the first two a key is there only if it is not what PyTorch does.
 */
final class ConfigText {

  static final String HIDDEN_SIZE = "hidden_size";
  static final String RESET = "reset";

  /** The symbols of a language model, whose inputs are tokens: its own metadata do not say so. */
  static final String SYMBOLS = "symbols";

  private static final String INPUT = "input";
  private static final String MERGE = "merge";
  private static final String BIASES = "biases";
  private static final String GATING = "gating";
  private static final String GATE_ACTIVATION = "gate_activation";
  private static final String CANDIDATE_ACTIVATION = "candidate_activation";
  private static final String CLIP = "activation_clip";
  private static final String DROPOUT = "dropout";
  private static final String INPUT_DROPOUT = "input_dropout";
  private static final String RECURRENT_DROPOUT = "recurrent_dropout";
  private static final String MASKED_OUTPUT = "masked_output";
  private static final String KEEP_REVERSED = "keep_reversed";

  private static final Set<String> KEYS =
      Set.of(
          HIDDEN_SIZE,
          RESET,
          INPUT,
          MERGE,
          BIASES,
          GATING,
          GATE_ACTIVATION,
          CANDIDATE_ACTIVATION,
          CLIP,
          DROPOUT,
          INPUT_DROPOUT,
          RECURRENT_DROPOUT,
          MASKED_OUTPUT,
          KEEP_REVERSED);

  private ConfigText() {}

  /**
   * Refuses metadata of a cell other than that of a language model.
   *
   * @throws InvalidInputException if there are other activations, a clip, or gates left out
   */
  static void requireStandardCell(Map<String, String> metadata) {
    for (String key : List.of(GATING, GATE_ACTIVATION, CANDIDATE_ACTIVATION, CLIP)) {
      if (metadata.containsKey(key)) {
        throw new InvalidInputException(
            "its metadata %s is %s: not a language model as tornado-gru trains them, which have none"
                .formatted(key, metadata.get(key)));
      }
    }
  }

  /** A model's metadata, and its configuration in words. */
  static Map<String, String> of(GruModel model) {
    GruConfig config = model.config();
    GruConfig usual = GruConfig.builder(config.inputSize(), config.hiddenSize()).build();
    Map<String, String> text = new LinkedHashMap<>(withoutKeys(model.metadata()));
    text.put(HIDDEN_SIZE, Integer.toString(config.hiddenSize()));
    text.put(RESET, word(config.reset()));
    boolean tokens = config.input() == InputKind.TOKENS;
    if (tokens != text.containsKey(SYMBOLS)) {
      text.put(INPUT, word(config.input()));
    }
    put(text, MERGE, word(config.merge()), word(usual.merge()));
    put(text, BIASES, word(config.biases()), word(usual.biases()));
    put(text, GATING, word(config.gating()), word(usual.gating()));
    put(text, GATE_ACTIVATION, words(config.gateActivation()), words(usual.gateActivation()));
    put(
        text,
        CANDIDATE_ACTIVATION,
        words(config.candidateActivation()),
        words(usual.candidateActivation()));
    put(text, CLIP, config.clip(), usual.clip());
    put(text, DROPOUT, config.dropout(), usual.dropout());
    put(text, INPUT_DROPOUT, config.inputDropout(), usual.inputDropout());
    put(text, RECURRENT_DROPOUT, config.recurrentDropout(), usual.recurrentDropout());
    put(text, MASKED_OUTPUT, word(config.maskedOutput()), word(usual.maskedOutput()));
    put(text, KEEP_REVERSED, config.keepReversed(), usual.keepReversed());
    return text;
  }

  private static void put(Map<String, String> text, String key, Object value, Object usual) {
    if (!value.equals(usual)) {
      text.put(key, value.toString());
    }
  }

  /** Whether metadata are ours: keys of other programs may have other meanings. */
  static boolean isIn(Map<String, String> metadata) {
    return metadata.containsKey(HIDDEN_SIZE) && metadata.containsKey(RESET);
  }

  /** The metadata that are free text. */
  static Map<String, String> withoutKeys(Map<String, String> metadata) {
    Map<String, String> rest = new LinkedHashMap<>(metadata);
    if (isIn(metadata)) {
      rest.keySet().removeAll(KEYS);
    }
    return rest;
  }

  /**
   * A configuration with what metadata add to it; unchanged if they are not ours.
   *
   * @param shapes what the tensors say, and otherwise as usual
   * @throws InvalidInputException if a value makes no sense
   */
  static GruConfig refine(GruConfig shapes, Map<String, String> metadata) {
    if (!isIn(metadata)) {
      return shapes;
    }
    String hidden = metadata.get(HIDDEN_SIZE);
    if (!hidden.equals(Integer.toString(shapes.hiddenSize()))) {
      throw new InvalidInputException(
          "its metadata hidden_size is %s but its tensors have %d hidden units"
              .formatted(Quoted.of(hidden), shapes.hiddenSize()));
    }
    InputKind input =
        constant(
            InputKind.class,
            metadata,
            INPUT,
            metadata.containsKey(SYMBOLS) ? InputKind.TOKENS : shapes.input());
    GruConfig.Builder builder =
        shapes.toBuilder()
            .reset(constant(ResetPlacement.class, metadata, RESET, shapes.reset()))
            .merge(constant(Merge.class, metadata, MERGE, shapes.merge()))
            .biases(constant(Biases.class, metadata, BIASES, shapes.biases()))
            .gating(constant(Gating.class, metadata, GATING, shapes.gating()))
            .activations(
                activation(metadata, GATE_ACTIVATION, shapes.gateActivation()),
                activation(metadata, CANDIDATE_ACTIVATION, shapes.candidateActivation()))
            .clip(number(metadata, CLIP, shapes.clip()))
            .dropout(number(metadata, DROPOUT, shapes.dropout()))
            .inputDropout(number(metadata, INPUT_DROPOUT, shapes.inputDropout()))
            .recurrentDropout(number(metadata, RECURRENT_DROPOUT, shapes.recurrentDropout()))
            .maskedOutput(
                constant(MaskedOutput.class, metadata, MASKED_OUTPUT, shapes.maskedOutput()));
    if (input == InputKind.TOKENS) {
      builder.tokens();
    }
    if ("true".equals(metadata.get(KEEP_REVERSED))) {
      builder.keepReversed();
    }
    return builder.build();
  }

  /** The same GRU for another number of tokens, in place of what its inputs were. */
  static GruConfig ofTokens(GruConfig config, int tokens) {
    GruConfig.Builder builder =
        GruConfig.builder(tokens, config.hiddenSize())
            .tokens()
            .layers(config.layers())
            .direction(config.direction())
            .merge(config.merge())
            .reset(config.reset())
            .biases(config.biases())
            .gating(config.gating())
            .activations(config.gateActivation(), config.candidateActivation())
            .clip(config.clip())
            .dropout(config.dropout())
            .recurrentDropout(config.recurrentDropout())
            .maskedOutput(config.maskedOutput());
    if (config.keepReversed()) {
      builder.keepReversed();
    }
    return builder.build();
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static <E extends Enum<E>> E constant(Class<E> type, String key, String word) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> word(constant).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "its metadata %s is none of %s"
                        .formatted(
                            key,
                            Arrays.stream(type.getEnumConstants())
                                .map(ConfigText::word)
                                .toList())));
  }

  private static <E extends Enum<E>> E constant(
      Class<E> type, Map<String, String> metadata, String key, E usual) {
    String word = metadata.get(key);
    return word == null ? usual : constant(type, key, word);
  }

  private static float number(Map<String, String> metadata, String key, float usual) {
    String text = metadata.get(key);
    return text == null ? usual : number(key, text);
  }

  private static float number(String key, String text) {
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException("its metadata %s is not a number".formatted(key), e);
    }
  }

  private static String words(ActivationFunction function) {
    return function.equals(ActivationFunction.of(function.kind()))
        ? word(function.kind())
        : "%s %s %s".formatted(word(function.kind()), function.alpha(), function.beta());
  }

  private static ActivationFunction activation(
      Map<String, String> metadata, String key, ActivationFunction usual) {
    String text = metadata.get(key);
    if (text == null) {
      return usual;
    }
    String[] words = text.split(" ", 4);
    ActivationFunction.Kind kind = constant(ActivationFunction.Kind.class, key, words[0]);
    if (words.length == 1) {
      return ActivationFunction.of(kind);
    }
    if (words.length != 3) {
      throw new InvalidInputException(
          "its metadata %s is not a function, alpha and beta".formatted(key));
    }
    return new ActivationFunction(kind, number(key, words[1]), number(key, words[2]));
  }
}
