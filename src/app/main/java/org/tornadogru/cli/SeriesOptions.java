package org.tornadogru.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.series.SeriesConfig;
import org.tornadogru.series.SeriesTask;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** What to learn of a table. */
final class SeriesOptions {

  private static final String SERIES = "--series";

  /** Those of train that mean the same for a table. */
  private static final Set<String> SHARED =
      Set.of(
          "--hidden",
          "--epochs",
          "--seed",
          "--out",
          "--overwrite",
          "--resume",
          "--device",
          "--kernels",
          "--stacktrace");

  @Option(
      names = SERIES,
      paramLabel = "FILE",
      description = "A table, .csv, .tsv or gzipped, whose first line has the columns' names.")
  private Path file;

  @Option(
      names = "--target",
      paramLabel = "COL[,COL…]",
      description = "Forecasts these columns, with a range.")
  private String target;

  @Option(names = "--horizon", paramLabel = "N", description = "How many rows ahead.")
  private Integer horizon;

  @Option(
      names = "--label",
      paramLabel = "COL",
      description = "Learns the label that each sequence has in this column.")
  private String label;

  @Option(
      names = "--value",
      paramLabel = "COL",
      description = "Learns the number that each sequence has in the last row of this column.")
  private String value;

  @Option(names = "--alarm", description = "Learns what is normal, and finds rows that are not.")
  private boolean alarm;

  @Option(names = "--each-step", description = "Each row has a label of its own.")
  private boolean eachStep;

  @Option(
      names = "--by",
      paramLabel = "COL",
      description = "Rows with the same value are one sequence; default: all are.")
  private String by;

  @Option(
      names = "--time",
      paramLabel = "COL",
      description = "Orders the rows; default: the first column of dates, else as in the file.")
  private String time;

  @Option(
      names = "--known",
      paramLabel = "COL[,COL…]",
      description = "Columns that are known ahead: holidays, prices set in advance.")
  private String known;

  @Option(
      names = "--categorical",
      paramLabel = "COL[,COL…]",
      description = "Columns of categories, even if they look like numbers.")
  private String categorical;

  @Option(
      names = "--scaling",
      paramLabel = "KIND",
      converter = Word.ScalingWord.class,
      completionCandidates = Word.ScalingWord.class,
      description = "How numbers are scaled: standard (default), robust, log, none.")
  private SeriesConfig.Scaling scaling;

  @Option(
      names = "--range",
      paramLabel = "LOW,HIGH",
      description = "Probabilities that a value is below its range's ends; default: 0.1,0.9.")
  private String range;

  @Option(
      names = "--held-out",
      paramLabel = "PART",
      description = "Part of the table that is not learned from but measured by; default: 0.15.")
  private Double heldOut;

  @Option(
      names = "--split",
      paramLabel = "HOW",
      converter = Word.HeldOutWord.class,
      completionCandidates = Word.HeldOutWord.class,
      description =
          "What is held out: time, the last rows of each sequence; groups, whole sequences; auto (default).")
  private SeriesConfig.Split split;

  @Option(
      names = "--multi",
      paramLabel = "HOW",
      converter = Word.MultiWord.class,
      completionCandidates = Word.MultiWord.class,
      description =
          "How more than one row ahead is forecast: direct (default), all at once; recursive, one from the other, which predict --steps goes on with behind the horizon.")
  private SeriesConfig.Multi multi;

  @Option(
      names = "--window",
      paramLabel = "N",
      description = "How many rows back are learned from at a time; default: 256 at most.")
  private Integer window;

  /** What a run that goes on may be told. */
  private static final Set<String> GOING_ON =
      Set.of(SERIES, "--resume", "--device", "--kernels", "--stacktrace");

  /** The table; null for a text. */
  Path file() {
    return file;
  }

  /**
   * Requires that options of texts and of tables are not mixed.
   *
   * @param train the command
   */
  void requireFit(CommandSpec train) {
    Set<String> ofTables =
        train.mixins().get("Table").options().stream()
            .map(OptionSpec::longestName)
            .collect(Collectors.toSet());
    for (OptionSpec option : train.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (file == null && ofTables.contains(name)) {
        throw new InvalidInputException(
            "%s is an option of tables: give the table with %s FILE.csv".formatted(name, SERIES));
      }
      if (file != null && !ofTables.contains(name) && !SHARED.contains(name)) {
        throw new InvalidInputException(
            "%s is an option of texts: leave it out with %s".formatted(name, SERIES));
      }
    }
  }

  /**
   * Requires that a run on a table that goes on is told nothing that it knows.
   *
   * @param train the command
   */
  static void requireGoingOn(CommandSpec train) {
    List<String> others =
        train.commandLine().getParseResult().matchedOptions().stream()
            .map(OptionSpec::longestName)
            .filter(name -> !GOING_ON.contains(name))
            .distinct()
            .toList();
    if (!others.isEmpty()) {
      throw new InvalidInputException(
          "--resume goes on with the settings of its run: leave out " + String.join(", ", others));
    }
  }

  /**
   * What is to be learned.
   *
   * @throws InvalidInputException if the options make no sense together
   */
  SeriesConfig config(Integer hidden, Integer epochs, Long seed) {
    SeriesConfig.Builder config = SeriesConfig.builder(task()).by(by).time(time);
    config.known(columns(known)).categorical(columns(categorical));
    if (scaling != null) {
      config.scaling(scaling);
    }
    if (range != null) {
      String[] ends = range.split(",", -1);
      if (ends.length != 2) {
        throw new InvalidInputException(
            "--range has two probabilities, as in 0.1,0.9, and not " + range);
      }
      config.range(probability(ends[0]), probability(ends[1]));
    }
    if (heldOut != null) {
      config.heldOut(heldOut);
    }
    if (split != null) {
      config.split(split);
    }
    if (multi != null) {
      config.multi(multi);
    }
    if (window != null) {
      config.window(window);
    }
    if (hidden != null) {
      config.hiddenSize(hidden);
    }
    if (epochs != null) {
      config.epochs(epochs);
    }
    if (seed != null) {
      config.seed(seed);
    }
    return config.build();
  }

  private SeriesTask task() {
    List<String> given =
        Stream.of(
                target == null ? null : "--target",
                label == null ? null : "--label",
                value == null ? null : "--value",
                alarm ? "--alarm" : null)
            .filter(Objects::nonNull)
            .toList();
    if (given.size() != 1) {
      throw new InvalidInputException(
          given.isEmpty()
              ? "say what to learn of the table: --target COL --horizon N forecasts, --label COL labels, --value COL finds a number, --alarm finds what is odd"
              : "%s exclude each other: give one of them".formatted(String.join(" and ", given)));
    }
    if (target == null && horizon != null) {
      throw new InvalidInputException(
          "--horizon goes with --target: leave it out with " + given.getFirst());
    }
    if (label == null && eachStep) {
      throw new InvalidInputException(
          "--each-step goes with --label: leave it out with " + given.getFirst());
    }
    if (label != null) {
      return eachStep ? SeriesTask.tag(label) : SeriesTask.classify(label);
    }
    if (alarm) {
      return SeriesTask.alarm();
    }
    if (value != null) {
      return SeriesTask.value(value);
    }
    if (horizon == null) {
      throw new InvalidInputException(
          "a forecast needs --horizon N: how many rows ahead of the last one");
    }
    return SeriesTask.forecast(horizon, columns(target));
  }

  private static String[] columns(String names) {
    return names == null ? new String[0] : names.split(",", -1);
  }

  private static float probability(String text) {
    try {
      return Float.parseFloat(text.strip());
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "--range has two probabilities, as in 0.1,0.9, and '%s' is none".formatted(text), e);
    }
  }
}
