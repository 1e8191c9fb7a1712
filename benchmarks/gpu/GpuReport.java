import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tornadogru.bench.Work;

/**
 * Reads what the processes of {@code measure.sh} printed, as far as there is something to read, and
 * writes {@code gpu.json} and {@code gpu.md}; the latter also to standard output.
 *
 * <pre>java GpuReport DIRECTORY     with DIRECTORY/logs/</pre>
 *
 * A log's name says what it is: {@code ours_cuda_auto_training-d2l.log}, {@code
 * profile_cuda_auto_training-d2l.log}, {@code tests_cuda_layer.log}, {@code
 * sanitizer_memcheck.log}, {@code devices_cuda.log}, {@code torch.log}, {@code machine.log}.
 */
final class GpuReport {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** How measure.sh ends each log. */
  private static final Pattern END = Pattern.compile("\\[measure] exit (\\d+) after (\\d+) s");

  private static final Pattern SUMMARY = Pattern.compile("(?m)^=+ ([A-Z]+ SUMMARY: .*)$");

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

  private final Path directory;
  private final ObjectNode report = JSON.createObjectNode();
  private final StringBuilder page = new StringBuilder();

  private GpuReport(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] arguments) throws IOException {
    GpuReport report = new GpuReport(Path.of(arguments[0]));
    report.read();
    report.describe();
    Files.writeString(
        report.directory.resolve("gpu.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report.report) + "\n");
    Files.writeString(report.directory.resolve("gpu.md"), report.page);
    System.out.print(report.page);
  }

  // ---- Reading ----

  private void read() throws IOException {
    readMachine();
    each("devices", log -> devices(log));
    each("ours", log -> measurement(log));
    each("profile", log -> profile(log));
    torch();
    each("tests", log -> tests(log));
    each("sanitizer", log -> sanitizer(log));
    ArrayNode leftOut = report.putArray("left_out");
    text(directory.resolve("logs/left-out.txt")).lines().forEach(leftOut::add);
  }

  /** One log, taken apart. */
  private record Log(List<String> name, String text) {

    int exitCode() {
      Matcher end = END.matcher(text);
      int code = -1;
      while (end.find()) {
        code = Integer.parseInt(end.group(1));
      }
      return code;
    }

    int seconds() {
      Matcher end = END.matcher(text);
      int seconds = 0;
      while (end.find()) {
        seconds = Integer.parseInt(end.group(2));
      }
      return seconds;
    }

    Optional<JsonNode> json(String beginning) {
      return text.lines()
          .filter(line -> line.startsWith(beginning))
          .reduce((earlier, later) -> later)
          .map(GpuReport::parsed);
    }

    /** Why there is no result. */
    String reason() {
      if (exitCode() == 124 || exitCode() == 137) {
        return "cut off after %d s".formatted(seconds());
      }
      return text.lines()
          .filter(line -> !line.isBlank() && !END.matcher(line).matches())
          .filter(line -> !line.startsWith("WARNING: ") && !line.startsWith("\tat "))
          .reduce((earlier, later) -> later)
          .map(line -> line.replaceAll("\\x1b\\[[0-9;]*m", "").replaceFirst("^tornado-gru: ", ""))
          .orElse("exit code " + exitCode());
    }
  }

  private void each(String kind, Consumer<Log> reader) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("logs"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(kind + "_") && name.endsWith(".log")) {
          List<String> parts = List.of(name.substring(0, name.length() - 4).split("_"));
          reader.accept(new Log(parts.subList(1, parts.size()), text(file)));
        }
      }
    }
  }

  private void readMachine() {
    ObjectNode machine = report.putObject("machine");
    text(directory.resolve("logs/machine.log"))
        .lines()
        .map(line -> line.split(": ", 2))
        .filter(words -> words.length == 2)
        .forEach(words -> machine.put(words[0], words[1]));
  }

  private void devices(Log log) {
    ObjectNode row = report.withArray("devices").addObject().put("backend", log.name.getFirst());
    List<String> lines =
        log.text.lines().filter(line -> line.matches("[* ] +\\d+:\\d+ .*")).toList();
    if (lines.isEmpty()) {
      row.put("failed", log.reason());
    } else {
      lines.forEach(line -> row.withArray("devices").add(line.substring(1).strip()));
    }
  }

  private void measurement(Log log) {
    String work = log.name.get(2);
    ObjectNode row =
        report
            .withArray("ours")
            .addObject()
            .put("work", work)
            .put("backend", log.name.get(0))
            .put("kernels", log.name.get(1));
    Optional<JsonNode> measured = log.json("{\"work\"");
    if (measured.isEmpty()) {
      row.put("failed", log.reason());
      return;
    }
    JsonNode found = measured.get();
    double[] times = JSON.convertValue(found.get("milliseconds"), double[].class);
    Arrays.sort(times);
    double median = times[times.length / 2];
    int characters = found.get("characters_per_step").asInt();
    row.put("kernels", found.get("kernels").asText())
        .put("asked_for", log.name.get(1))
        .put("milliseconds", median)
        .put("p10", times[times.length / 10])
        .put("p90", times[times.length * 9 / 10])
        .put("steps", times.length)
        .put("first_step_seconds", found.get("first_step_seconds").asDouble())
        .put("characters_per_step", characters)
        .put("gflops", Work.named(work).flops(characters) / median / 1e6)
        .put("max_abs_diff", found.get("max_abs_diff").asDouble());
  }

  private void profile(Log log) {
    log.json("{\"profile\"")
        .ifPresent(
            found ->
                report
                    .withArray("kernels")
                    .addObject()
                    .put("work", log.name.get(2))
                    .put("backend", log.name.get(0))
                    .set("microseconds", found.get("profile")));
  }

  private void torch() {
    String text = text(directory.resolve("logs/torch.log"));
    if (text.isEmpty()) {
      return;
    }
    ArrayNode rows = report.putArray("pytorch");
    text.lines().filter(line -> line.startsWith("{")).map(GpuReport::parsed).forEach(rows::add);
    Log log = new Log(List.of(), text);
    if (log.exitCode() != 0) {
      rows.addObject().put("failed", log.reason());
    }
  }

  private void tests(Log log) {
    report
        .withArray("tests")
        .addObject()
        .put("backend", log.name.get(0))
        .put("tests", log.name.get(1))
        .put("passed", count(log.text, ":: SUCCESSFUL"))
        .put("failed", count(log.text, ":: FAILED"))
        .put("seconds", log.seconds())
        .put("end", log.exitCode() == 0 ? "passed" : log.reason());
  }

  private void sanitizer(Log log) {
    Matcher summary = SUMMARY.matcher(log.text);
    report
        .withArray("sanitizer")
        .addObject()
        .put("tool", log.name.getFirst())
        .put("seconds", log.seconds())
        .put("found", summary.find() ? summary.group(1) : log.reason());
  }

  private static int count(String text, String what) {
    return text.split(Pattern.quote(what), -1).length - 1;
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      return JSON.createObjectNode().put("failed", line);
    }
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- Writing ----

  private void describe() {
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
                .map(GpuReport::milliseconds)
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

  private static String milliseconds(JsonNode row) {
    if (!row.has("milliseconds")) {
      return "failed";
    }
    double characters =
        row.get("work").asText().startsWith("generation")
            ? row.get("characters_per_step").asDouble()
            : 1;
    return figures(row.get("milliseconds").asDouble() / characters);
  }

  private String torch(String work, String mode, boolean tf32) {
    return rows("pytorch").stream()
        .filter(row -> is(row, "work", work) && is(row, "mode", mode))
        .filter(row -> row.path("tf32").asBoolean() == tf32)
        .map(
            row -> row.has("milliseconds") ? figures(row.get("milliseconds").asDouble()) : "failed")
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
          figures(row.get("milliseconds").asDouble()),
          figures(row.get("p10").asDouble()),
          figures(row.get("p90").asDouble()),
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

  private void line(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
