package org.tornadogru.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.cli.Main;

/** Executors, which are processes of their own, learn what this one would. */
class SparkPlacesTest {

  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.executor.memory", "512m",
          "spark.executor.extraJavaOptions", "-XX:ActiveProcessorCount=1",
          "spark.executor.extraClassPath", System.getProperty("java.class.path"));

  @TempDir private Path directory;
  private Path text;

  @BeforeEach
  void prepare() throws IOException {
    Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    SETTINGS.forEach(System::setProperty);
    text = Files.writeString(directory.resolve("sum.txt"), "One and one are two, and ".repeat(9));
  }

  @AfterEach
  void clear() {
    SETTINGS.keySet().forEach(System::clearProperty);
  }

  private List<String> sweep(String out, int exitCode, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "sweep",
                "--grid=hidden=4,7,learning-rate=1,1e30",
                "--out=" + directory.resolve(out),
                "--text=" + text,
                "--windows=all",
                "--preset=d2l",
                "--steps=5",
                "--batch=64",
                "--epochs=2",
                "--vocabulary=chars"));
    arguments.addAll(List.of(more));
    if (exitCode == 0) {
      arguments.add("--stacktrace"); // so that a failure says where
    }
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status =
        Main.run(new PrintWriter(output), new PrintWriter(error), arguments.toArray(String[]::new));
    assertThat(status).as(error.toString()).isEqualTo(exitCode);
    return (exitCode == 0 ? output : error).toString().lines().toList();
  }

  /** Losses by settings; NaN for those that failed. */
  private Map<String, Double> losses(String out) throws IOException {
    JsonNode data =
        new ObjectMapper().readTree(directory.resolve(out).resolve("sweep.json").toFile());
    Map<String, Double> losses = new TreeMap<>();
    data.path("runs")
        .forEach(
            each ->
                losses.put(
                    each.path("experiment").path("name").asText(),
                    each.path("run")
                        .path("epochs")
                        .path(1)
                        .path("validationLoss")
                        .asDouble(Double.NaN)));
    return losses;
  }

  @Test
  void executorsLearnTheSame() throws IOException {
    List<String> printed = sweep("there", 0, "--master=local-cluster[2,1,1024]");
    assertThat(printed.getFirst()).contains("4 combinations on Apache Spark, local-cluster[2,");
    assertThat(printed)
        .filteredOn(line -> line.matches(" *\\d/4 .*: validation perplexity .*"))
        .hasSize(2);
    sweep("here", 0);
    assertThat(losses("there")).isEqualTo(losses("here")).hasSize(4);
    assertThat(losses("there").values()).filteredOn(loss -> loss.isNaN()).hasSize(2);
    assertThat(directory.resolve("there").resolve("sweep.html")).isNotEmptyFile();
  }

  @Test
  void noMasterIsSaidInOneLine() {
    assertThat(sweep("nowhere", 2, "--master=somewhere"))
        .hasSize(1)
        .first()
        .asString()
        .contains("Spark at somewhere could not do it", "Could not parse Master URL");
  }
}
