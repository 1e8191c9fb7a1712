package org.tornadogru.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import org.tornadogru.file.WholeFile;
import org.tornadogru.report.Pictures;

/**
 * What was measured, as a table, as JSON, as a page and as pictures.
 *
 * @param name of the files
 * @param date when
 * @param machine where, see {@link Machine}
 * @param java the JVM's version
 * @param judge whose answers are the right ones; of what it does not do, the specification's
 * @param effort how long
 * @param rows in the order of the works
 */
public record Comparison(
    String name,
    Instant date,
    String machine,
    String java,
    Contender judge,
    Effort effort,
    List<Row> rows) {

  /**
   * How thoroughly things are measured.
   *
   * @param rounds processes per row
   * @param seconds that each warms up, and again is timed
   * @param threads of each
   * @param others share of the CPUs, 0 to 1; a round is repeated when other processes took more
   */
  public record Effort(int rounds, double seconds, int threads, double others) {}

  public Comparison {
    date = date.truncatedTo(ChronoUnit.SECONDS);
    List<Row> all = rows;
    rows = all.stream().map(row -> row.against(all)).toList();
  }

  /** Whether any row has a result. */
  public boolean hasResults() {
    return rows.stream().anyMatch(row -> row.figures() != null);
  }

  /** Whether devices are compared with other libraries, rather than with each other. */
  boolean hasLibraries() {
    return rows.stream().anyMatch(row -> row.contender().isLibrary());
  }

  List<Column> columns() {
    return hasLibraries() ? Column.OF_LIBRARIES : Column.OF_DEVICES;
  }

  /** A table for a terminal; bytes are per step. */
  public String table() {
    return Column.table(columns(), rows);
  }

  /**
   * {@code {date, machine, java, threads, rounds, seconds, rows: [{work, target, device, kernels,
   * problem, first_step_seconds, median_ms, …, ratio, ratio_low, ratio_high, against}]}}; a row
   * without a result has no figures, one without another library beside it no ratio.
   */
  byte[] json() {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root =
        json.createObjectNode()
            .put("date", date.toString())
            .put("machine", machine)
            .put("java", java)
            .put("threads", effort.threads)
            .put("rounds", effort.rounds)
            .put("seconds", effort.seconds);
    ArrayNode array = root.putArray("rows");
    for (Row row : rows) {
      ObjectNode object =
          array
              .addObject()
              .put("work", row.work().name())
              .put("target", row.contender().target())
              .put("device", row.contender().description())
              .put("kernels", row.contender().kernels())
              .put("problem", row.problem());
      if (row.figures() != null) {
        object.setAll(json.<ObjectNode>valueToTree(row.figures()));
      }
      if (row.ratio() != null) {
        object.setAll(json.<ObjectNode>valueToTree(row.ratio()));
      }
    }
    try {
      return json.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes {@code name.json} and {@code name.html}. */
  public void write(Path directory) throws IOException {
    WholeFile.write(directory.resolve(name + ".json"), json());
    WholeFile.write(
        page(directory), new ComparisonPage(this).html().getBytes(StandardCharsets.UTF_8));
  }

  Path page(Path directory) {
    return directory.resolve(name + ".html");
  }

  /** Draws {@code name.png} and {@code name.svg}, if there are ratios to draw. */
  public void draw(Path directory, Consumer<String> warnings) {
    if (rows.stream().noneMatch(row -> row.ratio() != null)) {
      return;
    }
    Pictures.attempt(
        name + ".png",
        () -> {
          RatioChart chart = new RatioChart(rows);
          for (String format : List.of("png", "svg")) {
            WholeFile.write(directory.resolve(name + "." + format), chart.encoded(format));
          }
        },
        warnings);
  }
}
