package org.tornadogru.series;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.tornadogru.nn.InvalidInputException;

/**
 * What columns mean, and how a model of them is trained.
 *
 * <pre>{@code
 * SeriesConfig config =
 *     SeriesConfig.builder(SeriesTask.forecast(12, "drivers"))
 *         .time("month").known("law", "PetrolPrice").build();
 * }</pre>
 *
 * @param by the column whose value says which rows are one sequence; null if all are
 * @param time the column by which a sequence is ordered; null for the first column of points in
 *     time, or the order of the rows
 * @param known columns whose values are known ahead for the rows to forecast
 * @param categorical columns whose values are categories, even if they are numbers
 * @param scaling how numbers are scaled
 * @param low the lower end of a range, a probability
 * @param high its upper end
 * @param heldOut the part of the rows, or of the sequences, that is not learned from: the model is
 *     measured by it
 * @param split what is held out
 * @param multi how a forecast reaches more than one row ahead
 * @param window the longest run of rows that is learned from at a time
 * @param hiddenSize H
 * @param epochs rounds of learning at most
 * @param seed of the first weights and of the windows
 */
public record SeriesConfig(
    SeriesTask task,
    String by,
    String time,
    List<String> known,
    List<String> categorical,
    Scaling scaling,
    float low,
    float high,
    double heldOut,
    Split split,
    Multi multi,
    int window,
    int hiddenSize,
    int epochs,
    long seed) {

  /** How numbers are scaled. */
  public enum Scaling {
    /** To a mean of 0 and a standard deviation of 1. */
    STANDARD,
    /** To a median of 0 and quartiles at about ±0.67, whatever outliers there are. */
    ROBUST,
    /** Their logarithm, like STANDARD. */
    LOG,
    /** Not at all. */
    NONE
  }

  /** What is held out. */
  public enum Split {
    /** The last rows of each sequence; whole sequences where these are short, or have one label. */
    AUTO,
    /** The last rows of each sequence. */
    TIME,
    /** Whole sequences. */
    GROUPS
  }

  /** How a forecast reaches more than one row ahead. */
  public enum Multi {
    /** The model answers all rows up to the horizon at once. */
    DIRECT,
    /**
     * The model answers the next row, which is then taken for what came: as far ahead as is asked
     * for. Behind the horizon ranges are not calibrated, but grow with the root of the rows ahead.
     */
    RECURSIVE
  }

  public SeriesConfig {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(scaling, "scaling");
    Objects.requireNonNull(split, "split");
    if (Objects.requireNonNull(multi, "multi") == Multi.RECURSIVE
        && task.kind() != SeriesTask.Kind.FORECAST) {
      throw new InvalidInputException(
          "only a forecast goes on from its own answers: a model that %s is not recursive"
              .formatted(task.words()));
    }
    known = List.copyOf(Objects.requireNonNull(known, "known"));
    categorical = List.copyOf(Objects.requireNonNull(categorical, "categorical"));
    if (!(low > 0 && low < 0.5f && high > 0.5f && high < 1)) {
      throw new InvalidInputException(
          "a range goes from a probability below 0.5 to one above, not from %s to %s"
              .formatted(low, high));
    }
    if (!(heldOut > 0 && heldOut < 1)) {
      throw new InvalidInputException("the part held out is between 0 and 1, not " + heldOut);
    }
    if (window < 1 || hiddenSize < 1 || epochs < 1) {
      throw new InvalidInputException(
          "a window, the hidden size and epochs are at least 1, not %d, %d and %d"
              .formatted(window, hiddenSize, epochs));
    }
  }

  /** Rows ahead that the model answers at once; 0 where nothing is forecast. */
  int learnedAhead() {
    return multi == Multi.RECURSIVE ? 1 : task.horizon();
  }

  /** The defaults for a task, to be changed. */
  public static Builder builder(SeriesTask task) {
    return new Builder(Objects.requireNonNull(task, "task"));
  }

  /** Columns that are read as words whatever is in them. */
  public Set<String> words() {
    Set<String> words = new HashSet<>(categorical);
    if (by != null) {
      words.add(by);
    }
    if (!task.ofNumbers()) {
      words.addAll(task.targets());
    }
    return words;
  }

  /** A configuration in the making; {@link SeriesConfig} says what each part means. */
  public static final class Builder {
    private final SeriesTask task;
    private String by;
    private String time;
    private List<String> known = List.of();
    private List<String> categorical = List.of();
    private Scaling scaling = Scaling.STANDARD;
    private float low = 0.1f;
    private float high = 0.9f;
    private double heldOut = 0.15;
    private Split split = Split.AUTO;
    private Multi multi = Multi.DIRECT;
    private int window = 256;
    private int hiddenSize;
    private int epochs = 60;
    private long seed;

    private Builder(SeriesTask task) {
      this.task = task;
      hiddenSize = task.ofRowsAhead() ? 32 : 64;
    }

    /** The column whose value says which rows are one sequence; null if all are. */
    public Builder by(String column) {
      by = column;
      return this;
    }

    /** The column that orders the rows of a sequence; null for the first that has times. */
    public Builder time(String column) {
      time = column;
      return this;
    }

    /** Columns whose values are known ahead. */
    public Builder known(String... columns) {
      known = List.of(Objects.requireNonNull(columns, "columns"));
      return this;
    }

    /** Columns whose values are categories, even if they are numbers. */
    public Builder categorical(String... columns) {
      categorical = List.of(Objects.requireNonNull(columns, "columns"));
      return this;
    }

    /** How numbers are scaled, to a mean of 0 and a deviation of 1 if this is not called. */
    public Builder scaling(Scaling value) {
      scaling = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Probabilities at the ends of a range, 0.1 and 0.9 if this is not called. */
    public Builder range(float from, float to) {
      low = from;
      high = to;
      return this;
    }

    /** The part that is held out, 0.15 if this is not called. */
    public Builder heldOut(double part) {
      heldOut = part;
      return this;
    }

    /** What is held out. */
    public Builder split(Split value) {
      split = Objects.requireNonNull(value, "value");
      return this;
    }

    /** How a forecast reaches more than one row ahead, all at once if this is not called. */
    public Builder multi(Multi value) {
      multi = Objects.requireNonNull(value, "value");
      return this;
    }

    /** The longest run of rows that is learned from at a time, 256 if this is not called. */
    public Builder window(int rows) {
      window = rows;
      return this;
    }

    /** H, 32 for forecasts and 64 for labels and values if this is not called. */
    public Builder hiddenSize(int units) {
      hiddenSize = units;
      return this;
    }

    /** Rounds of learning at most, 60 if this is not called. */
    public Builder epochs(int most) {
      epochs = most;
      return this;
    }

    /** Of the first weights and of the windows, 0 if this is not called. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws InvalidInputException if a part makes no sense
     */
    public SeriesConfig build() {
      return new SeriesConfig(
          task,
          by,
          time,
          known,
          categorical,
          scaling,
          low,
          high,
          heldOut,
          split,
          multi,
          window,
          hiddenSize,
          epochs,
          seed);
    }
  }
}
