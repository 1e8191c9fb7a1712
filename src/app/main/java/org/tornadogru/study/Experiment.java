package org.tornadogru.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A text that is learned once.
 *
 * @param name of its files
 * @param options of {@code train}, by which it differs from d2l's concise GRU
 */
public record Experiment(String name, Map<String, String> options) {

  private static final String EPOCHS = "--epochs";

  /**
   * How much of it a study does.
   *
   * @param wholeGrid whether more than two other values of a setting are tried
   * @param windowEpochs of d2l's protocol
   * @param streamEpochs of models that have some of the gates
   * @param recallEpochs of {@link Recall}
   */
  public record Extent(boolean wholeGrid, int windowEpochs, int streamEpochs, int recallEpochs) {

    /** Two minutes on two cores. */
    public static final Extent QUICK = new Extent(false, 12, 6, 12);

    /** A quarter of an hour. */
    public static final Extent WHOLE = new Extent(true, 50, 30, 60);

    /** The same with so many epochs everywhere. */
    public Extent withEpochs(int epochs) {
      return new Extent(wholeGrid, epochs, epochs, epochs);
    }
  }

  public Experiment {
    options = new LinkedHashMap<>(options);
  }

  /** d2l's GRU from scratch. */
  public static Experiment scratch(Extent extent) {
    return windows("scratch", extent, "--reset", "before", "--init", "normal");
  }

  /** d2l's concise GRU, from which the grid goes one step in each direction. */
  public static Experiment concise(Extent extent) {
    return windows("concise", extent);
  }

  /** The other values of each setting, as the exercise has them: a list for each of four. */
  public static Map<String, List<Experiment>> grid(Extent extent) {
    boolean whole = extent.wholeGrid;
    Map<String, List<Experiment>> grid = new LinkedHashMap<>();
    along(grid, extent, "--hidden", whole ? List.of("8", "16", "64", "128") : List.of("16", "64"));
    along(grid, extent, "--learning-rate", whole ? List.of("1", "2", "8") : List.of("1", "8"));
    along(grid, extent, "--steps", whole ? List.of("8", "16", "64") : List.of("16", "64"));
    along(grid, extent, "--batch", whole ? List.of("256", "512", "2048") : List.of("512", "2048"));
    return grid;
  }

  private static void along(
      Map<String, List<Experiment>> grid, Extent extent, String option, List<String> values) {
    List<Experiment> experiments = new ArrayList<>();
    for (String value : values) {
      experiments.add(windows(option.substring(2) + "-" + value, extent, option, value));
    }
    grid.put(option, experiments);
  }

  /**
   * A model that has some of the gates. Only the full GRU has fast kernels, and so that times can
   * be compared it does without; streams, in which no character is read twice in an epoch, make up
   * for it.
   *
   * @param gating the word for it
   */
  public static Experiment gated(String gating, Extent extent) {
    return of(
        "gating-" + gating,
        extent.streamEpochs,
        "--gating",
        gating,
        "--windows",
        "streams",
        "--batch",
        "32",
        "--optimizer",
        "adam",
        "--learning-rate",
        "0.01",
        "--kernels",
        "annotated");
  }

  private static Experiment windows(String name, Extent extent, String... options) {
    return of(name, extent.windowEpochs, options);
  }

  private static Experiment of(String name, int epochs, String... options) {
    Map<String, String> all = new LinkedHashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      all.put(options[i], options[i + 1]);
    }
    all.put(EPOCHS, String.valueOf(epochs));
    return new Experiment(name, all);
  }

  /** The options as they are typed. */
  public String line() {
    return options.entrySet().stream()
        .map(option -> option.getKey() + " " + option.getValue())
        .collect(Collectors.joining(" "));
  }
}
