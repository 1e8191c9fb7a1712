package org.tornadogru.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a {@link GpuReport} found, as tables in Markdown. */
final class GpuPage {

  private static final List<String> WORKS =
      List.of(
          "training-d2l",
          "training-H256",
          "training-H512",
          "training-big",
          "inference-d2l",
          "inference-H256",
          "inference-H512",
          "generation-H256",
          "generation-H512");

  private final JsonNode report;
  private final StringBuilder page = new StringBuilder();

  /** Of gpu.json. */
  GpuPage(JsonNode report) {
    this.report = report;
  }

  String text() {
    page.append("# Measured on a GPU\n\n");
    report
        .get("machine")
        .properties()
        .forEach(p -> line("- %s: %s", p.getKey(), p.getValue().asText()));
    for (JsonNode row : rows("devices")) {
      String found = row.has("failed") ? row.get("failed").asText() : join(row.get("devices"));
      line("- %s: %s", row.get("backend").asText(), found.replaceAll(" +", " "));
    }
    describeComparison();
    describeOurs();
    describeKernels();
    describeChecks();
    if (!report.get("left_out").isEmpty()) {
      page.append("\n## Left out\n\n");
      report.get("left_out").forEach(reason -> line("- %s", reason.asText()));
    }
    return page.toString();
  }

  /** Medians side by side; a generated text per character. */
  private void describeComparison() {
    List<String> columns = new ArrayList<>();
    rows("ours").forEach(row -> addOnce(columns, contender(row)));
    if (columns.isEmpty()) {
      return;
    }
    page.append("\n## Milliseconds, medians; generation per character\n\n");
    line(
        "| work | PyTorch | CUDA graph | TF32 | TF32, CUDA graph | %s |",
        String.join(" | ", columns));
    line("|---|%s", "---|".repeat(4 + columns.size()));
    for (String work : WORKS) {
      List<String> cells = new ArrayList<>();
      for (String mode : List.of("eager", "graph")) {
        cells.add(torch(work, mode, false));
      }
      for (String mode : List.of("eager", "graph")) {
        cells.add(torch(work, mode, true));
      }
      for (String column : columns) {
        cells.add(
            rows("ours").stream()
                .filter(row -> is(row, "work", work) && contender(row).equals(column))
                .map(row -> milliseconds(row, "median_ms"))
                .findFirst()
                .orElse("–"));
      }
      if (cells.stream().anyMatch(cell -> !cell.equals("–"))) {
        line("| %s | %s |", work, String.join(" | ", cells));
      }
    }
    for (JsonNode row : rows("pytorch")) {
      if (row.has("ceiling")) {
        line(
            "\n%s: %.1f %s",
            row.get("ceiling").asText(), row.get("value").asDouble(), row.get("unit").asText());
      }
    }
  }

  private static String contender(JsonNode row) {
    return row.get("backend").asText() + " " + row.get("kernels").asText();
  }

  private static String milliseconds(JsonNode row, String name) {
    return row.has(name) ? figures(row.get(name).asDouble()) : "failed";
  }

  private String torch(String work, String mode, boolean tf32) {
    return rows("pytorch").stream()
        .filter(row -> is(row, "work", work) && is(row, "mode", mode))
        .filter(row -> row.path("tf32").asBoolean() == tf32)
        .map(row -> milliseconds(row, "milliseconds"))
        .findFirst()
        .orElse("–");
  }

  private void describeOurs() {
    if (rows("ours").isEmpty()) {
      return;
    }
    page.append("\n## Ours\n\n");
    line(
        "| work | backend | kernels | first step | median | p10–p90 | steps | GFLOP/s | difference |");
    line("|---|---|---|---|---|---|---|---|---|");
    for (JsonNode row : rows("ours")) {
      if (row.has("failed")) {
        line(
            "| %s | %s | %s | %s |",
            row.get("work").asText(),
            row.get("backend").asText(),
            row.get("kernels").asText(),
            row.get("failed").asText());
        continue;
      }
      line(
          "| %s | %s | %s | %.2f s | %s | %s–%s | %d | %,.0f | %.1e |",
          row.get("work").asText(),
          row.get("backend").asText(),
          row.get("kernels").asText(),
          row.get("first_step_seconds").asDouble(),
          figures(row.get("median_ms").asDouble()),
          figures(row.get("p10_ms").asDouble()),
          figures(row.get("p90_ms").asDouble()),
          row.get("steps").asInt(),
          row.get("gflops").asDouble(),
          row.get("max_abs_diff").asDouble());
    }
  }

  /** One row per task, one column per work and backend. */
  private void describeKernels() {
    if (rows("kernels").isEmpty()) {
      return;
    }
    Map<String, List<String>> times = new TreeMap<>();
    List<String> columns = new ArrayList<>();
    for (JsonNode row : rows("kernels")) {
      columns.add(row.get("work").asText() + ", " + row.get("backend").asText());
      row.get("microseconds")
          .properties()
          .forEach(
              task -> {
                List<String> cells =
                    times.computeIfAbsent(task.getKey(), name -> new ArrayList<>());
                while (cells.size() < columns.size() - 1) {
                  cells.add("–");
                }
                cells.add(figures(task.getValue().asDouble()));
              });
    }
    page.append("\n## Microseconds per kernel\n\n");
    line("| task | %s |", String.join(" | ", columns));
    line("|---|%s", "---|".repeat(columns.size()));
    times.forEach(
        (task, cells) -> {
          while (cells.size() < columns.size()) {
            cells.add("–");
          }
          line("| %s | %s |", task, String.join(" | ", cells));
        });
  }

  private void describeChecks() {
    if (!rows("tests").isEmpty()) {
      page.append("\n## Tests on the device\n\n");
      line("| backend | tests | passed | failed | end |");
      line("|---|---|---|---|---|");
      for (JsonNode row : rows("tests")) {
        line(
            "| %s | %s | %d | %d | %s |",
            row.get("backend").asText(),
            row.get("tests").asText(),
            row.get("passed").asInt(),
            row.get("failed").asInt(),
            row.get("end").asText());
      }
    }
    if (!rows("sanitizer").isEmpty()) {
      page.append("\n## compute-sanitizer, one small training\n\n");
      rows("sanitizer")
          .forEach(row -> line("- %s: %s", row.get("tool").asText(), row.get("found").asText()));
    }
  }

  /** In the order of works, where they have one. */
  private List<JsonNode> rows(String name) {
    List<JsonNode> rows = new ArrayList<>();
    report.path(name).forEach(rows::add);
    rows.sort(Comparator.comparingInt(row -> WORKS.indexOf(row.path("work").asText())));
    return rows;
  }

  private static boolean is(JsonNode row, String field, String value) {
    return row.path(field).asText().equals(value);
  }

  private static void addOnce(List<String> list, String value) {
    if (!list.contains(value)) {
      list.add(value);
    }
  }

  private static String join(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(text -> all.add(text.asText()));
    return String.join("; ", all);
  }

  private static String figures(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.3g" : value < 100 ? "%.2f" : "%.0f", value);
  }

  @SuppressWarnings("AnnotateFormatMethod") // an annotation of another library
  private void line(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
