package org.tornadogru.nn;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A property of a {@link GruConfig}: its name, what it is unless told, and how it is written.
 * Builders, files and listings go through {@link #ALL}. A new property is a component of the
 * record, a line in this table and a method of the builder.
 *
 * @param <T> the type of its values
 */
public final class GruProperty<T> {

  public static final GruProperty<InputKind> INPUT =
      choice("input", InputKind.DENSE, GruConfig::input);
  public static final GruProperty<Integer> INPUT_SIZE =
      size("input_size", null, GruConfig::inputSize);
  public static final GruProperty<Integer> EMBEDDING_SIZE =
      size("embedding_size", 0, GruConfig::embeddingSize);
  public static final GruProperty<Boolean> TIED = flag("tied", GruConfig::tied);
  public static final GruProperty<List<Integer>> HIDDEN_SIZE =
      list(
          "hidden_size",
          null,
          config -> oneForAll(config.hiddenSizes()),
          Object::toString,
          text -> parsed("hidden_size", text, Integer::valueOf));
  public static final GruProperty<Integer> LAYERS = size("layers", 1, GruConfig::layers);
  public static final GruProperty<Direction> DIRECTION =
      choice("direction", Direction.FORWARD, GruConfig::direction);
  public static final GruProperty<Merge> MERGE = choice("merge", Merge.CONCAT, GruConfig::merge);
  public static final GruProperty<ResetPlacement> RESET =
      choice("reset", ResetPlacement.AFTER, GruConfig::reset);
  public static final GruProperty<Biases> BIASES = choice("biases", Biases.TWO, GruConfig::biases);
  public static final GruProperty<Gating> GATING = choice("gating", Gating.FULL, GruConfig::gating);
  public static final GruProperty<List<ActivationFunction>> GATE_ACTIVATION =
      functions("gate_activation", ActivationFunction.SIGMOID, GruConfig::gateActivations);
  public static final GruProperty<List<ActivationFunction>> CANDIDATE_ACTIVATION =
      functions("candidate_activation", ActivationFunction.TANH, GruConfig::candidateActivations);
  public static final GruProperty<Float> CLIP =
      number("activation_clip", Float.POSITIVE_INFINITY, GruConfig::clip);
  public static final GruProperty<Float> DROPOUT = number("dropout", 0, GruConfig::dropout);
  public static final GruProperty<Float> INPUT_DROPOUT =
      number("input_dropout", 0, GruConfig::inputDropout);
  public static final GruProperty<Float> RECURRENT_DROPOUT =
      number("recurrent_dropout", 0, GruConfig::recurrentDropout);
  public static final GruProperty<MaskedOutput> MASKED_OUTPUT =
      choice("masked_output", MaskedOutput.ZERO, GruConfig::maskedOutput);
  public static final GruProperty<Boolean> KEEP_REVERSED =
      flag("keep_reversed", GruConfig::keepReversed);
  public static final GruProperty<List<Dense>> DENSE =
      list("dense", List.of(), GruConfig::dense, Dense::toString, text -> layer("dense", text));

  /** All of them, in the order in which they are shown. */
  public static final List<GruProperty<?>> ALL =
      List.of(
          INPUT,
          INPUT_SIZE,
          EMBEDDING_SIZE,
          TIED,
          HIDDEN_SIZE,
          LAYERS,
          DIRECTION,
          MERGE,
          RESET,
          BIASES,
          GATING,
          GATE_ACTIVATION,
          CANDIDATE_ACTIVATION,
          CLIP,
          DROPOUT,
          INPUT_DROPOUT,
          RECURRENT_DROPOUT,
          MASKED_OUTPUT,
          KEEP_REVERSED,
          DENSE);

  private final String name;
  private final T usual;
  private final Function<GruConfig, T> getter;
  private final Function<T, String> writer;
  private final Function<String, T> parser;

  private GruProperty(
      String name,
      T usual,
      Function<GruConfig, T> getter,
      Function<T, String> writer,
      Function<String, T> parser) {
    this.name = name;
    this.usual = usual;
    this.getter = getter;
    this.writer = writer;
    this.parser = parser;
  }

  private static GruProperty<Integer> size(
      String name, Integer usual, Function<GruConfig, Integer> getter) {
    return new GruProperty<>(
        name, usual, getter, Object::toString, text -> parsed(name, text, Integer::valueOf));
  }

  private static GruProperty<Float> number(
      String name, float usual, Function<GruConfig, Float> getter) {
    return new GruProperty<>(
        name, usual, getter, Object::toString, text -> parsed(name, text, Float::valueOf));
  }

  private static GruProperty<Boolean> flag(String name, Function<GruConfig, Boolean> getter) {
    return new GruProperty<>(
        name,
        false,
        getter,
        Object::toString,
        text -> oneOf(name, List.of(true, false), Object::toString, text));
  }

  private static <E extends Enum<E>> GruProperty<E> choice(
      String name, E usual, Function<GruConfig, E> getter) {
    return new GruProperty<>(
        name,
        usual,
        getter,
        GruProperty::word,
        text -> constant(name, usual.getDeclaringClass(), text));
  }

  private static GruProperty<List<ActivationFunction>> functions(
      String name, ActivationFunction usual, Function<GruConfig, List<ActivationFunction>> getter) {
    return list(
        name,
        List.of(usual),
        config -> oneForAll(getter.apply(config)),
        ActivationFunction::toString,
        text -> function(name, text));
  }

  /** A list is one value where all are the same. */
  private static <V> List<V> oneForAll(List<V> values) {
    return values.stream().distinct().count() == 1 ? List.of(values.getFirst()) : values;
  }

  private static <V> GruProperty<List<V>> list(
      String name,
      List<V> usual,
      Function<GruConfig, List<V>> getter,
      Function<V, String> writer,
      Function<String, V> parser) {
    return new GruProperty<>(
        name,
        usual,
        getter,
        values -> values.stream().map(writer).collect(Collectors.joining(", ")),
        text -> text.isEmpty() ? List.of() : Arrays.stream(text.split(", ")).map(parser).toList());
  }

  /**
   * The function of a text, such as {@code leaky_relu 0.2 0.0}.
   *
   * @param name what messages call it
   */
  public static ActivationFunction function(String name, String text) {
    String[] words = text.split(" ", 4);
    ActivationFunction.Kind kind = constant(name, ActivationFunction.Kind.class, words[0]);
    if (words.length == 1) {
      return ActivationFunction.of(kind);
    }
    if (words.length != 3) {
      throw new InvalidInputException(name + " is not a function, alpha and beta");
    }
    return new ActivationFunction(
        kind, parsed(name, words[1], Float::valueOf), parsed(name, words[2], Float::valueOf));
  }

  private static Dense layer(String name, String text) {
    String[] words = text.split(" ", 2);
    if (words.length < 2) {
      throw new InvalidInputException(name + " is not a list of sizes, each with a function");
    }
    return new Dense(parsed(name, words[0], Integer::valueOf), function(name, words[1]));
  }

  private static <N> N parsed(String name, String text, Function<String, N> parser) {
    try {
      return parser.apply(text);
    } catch (NumberFormatException e) {
      throw new InvalidInputException(name + " is not a number", e);
    }
  }

  /** The word for a constant: its name in lower case. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The constant for a word.
   *
   * @param name what a message calls it
   * @throws InvalidInputException if there is none
   */
  public static <E extends Enum<E>> E constant(String name, Class<E> type, String word) {
    return oneOf(name, Arrays.asList(type.getEnumConstants()), GruProperty::word, word);
  }

  private static <V> V oneOf(
      String name, List<V> values, Function<? super V, String> writer, String text) {
    return values.stream()
        .filter(value -> writer.apply(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s is none of %s".formatted(name, values.stream().map(writer).toList())));
  }

  /** Its name in files, words being joined by underscores. */
  public String name() {
    return name;
  }

  /** What it is unless told, as in PyTorch; null for a size that has to be told. */
  public T usual() {
    return usual;
  }

  /** What it is in a configuration. */
  public T of(GruConfig config) {
    return getter.apply(Objects.requireNonNull(config, "config"));
  }

  /** Whether it is what it is unless told. */
  public boolean isUsual(GruConfig config) {
    return of(config).equals(usual);
  }

  /** What it is in a configuration, as text. */
  public String text(GruConfig config) {
    return writer.apply(of(config));
  }

  /**
   * Sets it to what a text says.
   *
   * @throws InvalidInputException if the text makes no sense
   */
  public void parse(String text, GruConfig.Builder builder) {
    builder.set(this, parser.apply(text));
  }

  @Override
  public String toString() {
    return name;
  }
}
