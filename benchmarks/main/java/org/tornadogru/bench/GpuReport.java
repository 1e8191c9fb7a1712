package org.tornadogru.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads what the processes of {@code measure.sh} printed, as far as there is something to read, and
 * writes {@code gpu.json} and {@code gpu.md}; the latter also to standard output.
 *
 * <pre>java org.tornadogru.bench.GpuReport DIRECTORY     with DIRECTORY/logs/</pre>
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

  private final Path directory;
  private final ObjectNode report = JSON.createObjectNode();

  private GpuReport(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] arguments) throws IOException {
    GpuReport report = new GpuReport(Path.of(arguments[0]));
    report.read();
    String page = new GpuPage(report.report).text();
    Files.writeString(
        report.directory.resolve("gpu.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report.report) + "\n");
    Files.writeString(report.directory.resolve("gpu.md"), page);
    System.out.print(page);
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
    Measurement measurement = JSON.convertValue(measured.get(), Measurement.class);
    row.put("kernels", measurement.kernels())
        .put("asked_for", log.name.get(1))
        .setAll(
            JSON.<ObjectNode>valueToTree(Row.Figures.of(Work.named(work), List.of(measurement))));
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
}
