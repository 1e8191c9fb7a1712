package org.tornadogru.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;

/**
 * All parts.
 *
 * @param text its name
 * @param machine where it ran, in words
 * @param config of the concise GRU
 * @param sentence that it read in the end
 * @param grid runs by the option in which they differ from the concise one, which is not among them
 * @param ablations runs of models that have all gates, some or none
 */
public record Study(
    String text,
    String machine,
    GruConfig config,
    GateReading sentence,
    TextRun scratch,
    TextRun concise,
    HandSet handSet,
    List<Recall> recalls,
    Map<String, List<TextRun>> grid,
    Map<Gating, TextRun> ablations) {

  /** The page in the directory of a study. */
  public static final String PAGE = "study.html";

  public Study {
    Objects.requireNonNull(config, "config");
    recalls = List.copyOf(recalls);
    grid = new LinkedHashMap<>(grid);
    ablations = new LinkedHashMap<>(ablations);
  }

  /** Every run over the text. */
  public List<TextRun> runs() {
    List<TextRun> runs = new ArrayList<>(List.of(scratch, concise));
    grid.values().forEach(runs::addAll);
    runs.addAll(ablations.values());
    return runs;
  }
}
