package org.tornadogru.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tornadogru.file.WholeFile;
import org.tornadogru.report.Quantity;

/**
 * What was measured, as a table, as JSON and as a page.
 *
 * @param date when
 * @param machine where, see {@link Machine}
 * @param java the JVM's version
 * @param rounds processes per row
 * @param seconds that each warmed up, and again was timed
 * @param rows in the order of measuring
 */
public record DeviceComparison(
    Instant date,
    String machine,
    String java,
    int rounds,
    double seconds,
    List<ComparisonRow> rows) {

  public static final String JSON_FILE_NAME = "compare.json";
  public static final String PAGE_FILE_NAME = "compare.html";

  private static final List<String> HEADINGS =
      List.of(
          "work",
          "device",
          "kernels",
          "first step",
          "median",
          "p10–p90",
          "characters/s",
          "GFLOP/s",
          "to device",
          "from device",
          "max diff");

  public DeviceComparison {
    date = date.truncatedTo(ChronoUnit.SECONDS);
    rows = List.copyOf(rows);
  }

  /** Whether any row has a result. */
  public boolean hasResults() {
    return rows.stream().anyMatch(row -> row.steady() != null);
  }

  /** A table for a terminal; bytes are per step. */
  public String table() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(HEADINGS);
    for (ComparisonRow row : rows) {
      List<String> line = new ArrayList<>(List.of(row.work().name(), row.target(), row.kernels()));
      if (row.steady() != null) {
        line.addAll(figures(row.steady()));
      }
      cells.add(line);
    }
    StringBuilder table = new StringBuilder();
    for (int index = 0; index < cells.size(); index++) {
      StringBuilder line = new StringBuilder();
      List<String> row = cells.get(index);
      for (int column = 0; column < row.size(); column++) {
        int width = width(cells, column);
        String text = row.get(column);
        String padding = " ".repeat(width - text.length());
        line.append(column < 3 ? text + padding : padding + text).append("  ");
      }
      String problem = index == 0 ? null : rows.get(index - 1).problem();
      if (problem != null) {
        line.append("! ").append(problem);
      }
      table.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return table.toString();
  }

  private static int width(List<List<String>> cells, int column) {
    return cells.stream()
        .filter(row -> column < row.size())
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }

  /** The figures of a row as text: from the first step to the largest difference. */
  static List<String> figures(ComparisonRow.Steady steady) {
    return List.of(
        String.format(Locale.ROOT, "%.2f s", steady.firstStepSeconds()),
        milliseconds(steady.medianMillis()) + " ms",
        milliseconds(steady.p10Millis()) + "–" + milliseconds(steady.p90Millis()),
        String.format(Locale.ROOT, "%,.0f", steady.charactersPerSecond()),
        String.format(Locale.ROOT, "%.1f", steady.gflops()),
        Quantity.bytes(steady.bytesToDevice()),
        Quantity.bytes(steady.bytesFromDevice()),
        steady.maxAbsDiff() == 0 ? "0" : String.format(Locale.ROOT, "%.0e", steady.maxAbsDiff()));
  }

  private static String milliseconds(double value) {
    String format = value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  /**
   * {@code {date, machine, java, rounds, seconds, rows: [{work, target, device, kernels, problem,
   * first_step_seconds, median_ms, …}]}}; a row without a result has no figures.
   */
  byte[] json() {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root =
        json.createObjectNode()
            .put("date", date.toString())
            .put("machine", machine)
            .put("java", java)
            .put("rounds", rounds)
            .put("seconds", seconds);
    ArrayNode array = root.putArray("rows");
    for (ComparisonRow row : rows) {
      ObjectNode object =
          array
              .addObject()
              .put("work", row.work().name())
              .put("target", row.target())
              .put("device", row.device())
              .put("kernels", row.kernels())
              .put("problem", row.problem());
      if (row.steady() != null) {
        object.setAll(json.<ObjectNode>valueToTree(row.steady()));
      }
    }
    try {
      return json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes {@value #JSON_FILE_NAME} and {@value #PAGE_FILE_NAME}. */
  public void write(Path directory) throws IOException {
    WholeFile.write(directory.resolve(JSON_FILE_NAME), json());
    WholeFile.write(
        directory.resolve(PAGE_FILE_NAME),
        new ComparisonPage(this).html().getBytes(StandardCharsets.UTF_8));
  }
}
