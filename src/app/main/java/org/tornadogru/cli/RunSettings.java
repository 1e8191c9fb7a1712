package org.tornadogru.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.optim.Adagrad;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.NAdam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.Optimizer;
import org.tornadogru.optim.Plateau;
import org.tornadogru.optim.RmsProp;
import org.tornadogru.optim.Schedule;
import org.tornadogru.optim.Sgd;
import org.tornadogru.text.VocabularyKind;
import org.tornadogru.train.TrainingOptions;

/**
 * All that the result of a run depends on, but for the text. Each component is an option of {@code
 * train}, and an entry of {@value RunDirectory#CONFIG}.
 *
 * @param embedding size of the vector of each symbol; 0 for one-hot symbols
 * @param tie whether the embedding is the output layer's weight too
 * @param windows which parts of the text train and validate
 * @param steps characters per window, through which gradients flow
 * @param batch windows, or streams, at a time
 * @param ema how much of the average of the weights is kept in each update; 0 for none
 */
public record RunSettings(
    Preset preset,
    VocabularyKind vocabulary,
    TextOptions.WindowSplit windows,
    int layers,
    int hidden,
    int embedding,
    boolean tie,
    float dropout,
    ResetPlacement reset,
    Gating gating,
    Initialization init,
    int steps,
    int batch,
    int epochs,
    OptimizerKind optimizer,
    float learningRate,
    float momentum,
    float beta1,
    float beta2,
    float weightDecay,
    float clip,
    ScheduleKind schedule,
    long warmup,
    int accumulate,
    float ema,
    int patience,
    Keep keep,
    long validateEvery,
    long seed) {

  public RunSettings {
    if (epochs < 1) {
      throw new InvalidInputException("training takes at least 1 epoch, not " + epochs);
    }
    if (accumulate < 1) {
      throw new InvalidInputException("an update takes at least 1 batch, not " + accumulate);
    }
    if (tie && embedding != hidden) {
      throw new InvalidInputException(
          "--tie takes an embedding of as many numbers as there are hidden units: --embedding %d, not %d"
              .formatted(hidden, embedding));
    }
  }

  /** Settings to begin with. */
  enum Preset {
    D2L,
    CHAR_RNN
  }

  /** Which weights a run leaves. */
  enum Keep {
    LAST,
    BEST
  }

  /** {@link Optimizer}s by the names of the command line. */
  enum OptimizerKind {
    SGD("4"),
    ADAM("0.003"),
    ADAMW("0.003"),
    AMSGRAD("0.003"),
    NADAM("0.003"),
    RMSPROP("0.003"),
    ADAGRAD("0.03");

    private final String rate;

    OptimizerKind(String rate) {
      this.rate = rate;
    }
  }

  /** {@link Schedule}s by the names of the command line. */
  enum ScheduleKind {
    CONSTANT,
    LINEAR,
    COSINE,
    ONE_CYCLE,
    PLATEAU
  }

  private static final String LEARNING_RATE = "--learning-rate";
  private static final String DROPOUT = "--dropout";

  /** Where a cycle has its peak. */
  private static final double RISING = 0.3;

  /** d2l's protocol: its concise GRU. */
  static final RunSettings D2L =
      new RunSettings(
          Preset.D2L,
          VocabularyKind.D2L,
          TextOptions.WindowSplit.D2L,
          1,
          32,
          0,
          false,
          0,
          ResetPlacement.AFTER,
          Gating.FULL,
          Initialization.UNIFORM,
          32,
          1024,
          50,
          OptimizerKind.SGD,
          4,
          0,
          0.9f,
          0.999f,
          0,
          1,
          ScheduleKind.CONSTANT,
          0,
          1,
          0,
          0,
          Keep.LAST,
          0,
          0);

  /** What char-rnn does with a book: two layers over streams of it. */
  public static final RunSettings CHAR_RNN =
      new RunSettings(
          Preset.CHAR_RNN,
          VocabularyKind.CHARS,
          TextOptions.WindowSplit.STREAMS,
          2,
          256,
          0,
          false,
          0.2f,
          ResetPlacement.AFTER,
          Gating.FULL,
          Initialization.UNIFORM,
          64,
          32,
          20,
          OptimizerKind.ADAM,
          0.003f,
          0,
          0.9f,
          0.999f,
          0,
          1,
          ScheduleKind.COSINE,
          50,
          1,
          0,
          0,
          Keep.BEST,
          500,
          0);

  /** Whether greedy text is asked for, as in d2l. */
  boolean isD2l() {
    return preset == Preset.D2L;
  }

  /** The model over a vocabulary. */
  public GruConfig model(int symbols) {
    return GruConfig.builder(symbols, hidden)
        .embedding(embedding)
        .set(GruProperty.TIED, tie)
        .layers(layers)
        .dropout(dropout)
        .reset(reset)
        .gating(gating)
        .build();
  }

  public Optimization optimization() {
    return Optimization.of(made()).clip(Clipping.norm(clip)).average(ema);
  }

  private Optimizer made() {
    Adam adam = new Adam(learningRate).withBetas(beta1, beta2).withWeightDecay(weightDecay);
    return switch (optimizer) {
      case SGD -> new Sgd(learningRate).withMomentum(momentum).withWeightDecay(weightDecay);
      case ADAM -> adam;
      case ADAMW -> Adam.decoupled(learningRate, weightDecay).withBetas(beta1, beta2);
      case AMSGRAD -> adam.withAmsgrad();
      case NADAM -> new NAdam(learningRate).withBetas(beta1, beta2).withWeightDecay(weightDecay);
      case RMSPROP -> new RmsProp(learningRate).withMomentum(momentum).withWeightDecay(weightDecay);
      case ADAGRAD -> new Adagrad(learningRate).withWeightDecay(weightDecay);
    };
  }

  /**
   * How updates go on.
   *
   * @param batches per epoch
   * @param checkpointEvery updates; 0 for the end of each epoch alone
   */
  public TrainingOptions training(int batches, long checkpointEvery) {
    long updates = (long) Math.ceilDiv(batches, accumulate) * epochs;
    Schedule rate =
        switch (schedule) {
          case CONSTANT, PLATEAU -> Schedule.CONSTANT;
          case LINEAR -> new Schedule.Polynomial(updates, 1);
          case COSINE -> new Schedule.Cosine(updates, Math.min(warmup, updates - 1), 0);
          case ONE_CYCLE -> new Schedule.OneCycle(updates, RISING);
        };
    Plateau plateau = schedule == ScheduleKind.PLATEAU ? new Plateau(0.5, 2, 1e-3) : null;
    return new TrainingOptions(
        rate, plateau, accumulate, validateEvery, patience, keep == Keep.BEST, checkpointEvery);
  }

  /** What is trained how, in the words of the options, in their order. */
  Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    for (RecordComponent component : RunSettings.class.getRecordComponents()) {
      Object value = value(component);
      words.put(name(component), value instanceof Enum<?> word ? Word.of(word) : value.toString());
    }
    return words;
  }

  /** The options in which other settings differ, and what both say: {@code --batch 16, not 32}. */
  List<String> differences(RunSettings other, Set<String> ignored) {
    List<String> differences = new ArrayList<>();
    Map<String, String> its = other.words();
    words()
        .forEach(
            (name, word) -> {
              if (!ignored.contains(name) && !word.equals(its.get(name))) {
                differences.add("%s %s, not %s".formatted(name, its.get(name), word));
              }
            });
    return differences;
  }

  private Object value(RecordComponent component) {
    try {
      return Objects.requireNonNull(component.getAccessor().invoke(this));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The option of a component: {@code --learning-rate}. */
  private static String name(RecordComponent component) {
    return "--" + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** The same with other words for some options, and what follows from them if it is not said. */
  public RunSettings with(Map<String, String> options) {
    Map<String, String> words = words();
    words.putAll(options);
    RunSettings changed = of(words);
    if (changed.optimizer != optimizer && !options.containsKey(LEARNING_RATE)) {
      words.put(LEARNING_RATE, changed.optimizer.rate);
    }
    if (changed.layers == 1 && !options.containsKey(DROPOUT)) {
      words.put(DROPOUT, "0");
    }
    return of(words);
  }

  /**
   * The settings that words say.
   *
   * @throws InvalidInputException if one is missing or makes no sense
   */
  static RunSettings of(Map<String, String> words) {
    RecordComponent[] components = RunSettings.class.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = name(components[i]);
      String word =
          Optional.ofNullable(words.get(name))
              .orElseThrow(() -> new InvalidInputException("it lacks " + name));
      types[i] = components[i].getType();
      values[i] = parsed(name, types[i], word);
    }
    try {
      return RunSettings.class.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof InvalidInputException mistake
          ? mistake
          : new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object parsed(String name, Class<?> type, String word) {
    try {
      if (type == int.class) {
        return Integer.valueOf(word);
      }
      if (type == long.class) {
        return Long.valueOf(word);
      }
      if (type == boolean.class && Set.of("true", "false").contains(word)) {
        return Boolean.valueOf(word);
      }
      if (type == float.class) {
        return Float.valueOf(word);
      }
      if (type.isEnum()) {
        for (Object constant : type.getEnumConstants()) {
          if (Word.of((Enum<?>) constant).equals(word)) {
            return constant;
          }
        }
      }
    } catch (NumberFormatException e) {
      throw new InvalidInputException("%s is no number: %s".formatted(name, word), e);
    }
    throw new InvalidInputException("%s is unknown: %s".formatted(name, word));
  }
}
