package org.tornadogru.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** Rounds become rows, and rows a table, a file and a page. */
class ComparisonTest {

  private static final Work TRAINING = Work.named("training-d2l");
  private static final Work GENERATION = Work.named("generation-H256");
  private static final Candidate JVM =
      new Candidate("jvm", "plain JVM", "simd", List.of("annotated"), List.of("annotated", "simd"));
  private static final Candidate DEVICE =
      new Candidate("0:0", "OPENCL, <GPU> & \"more\"", "wide", List.of("wide"), List.of("wide"));

  @TempDir private Path temporary;

  private static Measurement round(double first, double difference, double... milliseconds) {
    return new Measurement(
        TRAINING.name(), "simd", first, milliseconds, 1000, 500, 20, difference, 0.01);
  }

  private static Comparison comparison() {
    return new Comparison(
        "compare",
        Instant.parse("2026-01-02T03:04:05.678Z"),
        "a machine",
        "25",
        Contender.ANNOTATED,
        new Comparison.Effort(2, 1.5, 2, 0.04),
        List.of(
            Row.of(
                TRAINING,
                Contender.of(JVM, "simd"),
                List.of(round(1, 1e-7, 10, 20, 30)),
                List.of()),
            Row.of(
                TRAINING,
                Contender.of(DEVICE, "wide"),
                List.of(),
                List.of("the process crashed: SIGSEGV in <lib>", "again")),
            Row.of(
                GENERATION,
                Contender.of(JVM, "simd"),
                List.of(round(1, 0, 5)),
                List.of("stopped"))));
  }

  @Test
  void aRowHasTheMedianOfTheRoundsMediansAndThePercentilesOfAllSteps() {
    Row.Figures figures =
        Row.of(
                TRAINING,
                Contender.of(JVM, "simd"),
                List.of(round(1, 1e-7, 10, 10, 10), round(3, 3e-7, 50), round(2, 2e-7, 20, 20)),
                List.of())
            .figures();

    assertThat(figures.medianMillis()).isEqualTo(20);
    assertThat(figures.firstStepSeconds()).isEqualTo(2);
    assertThat(figures.lowestMillis()).isEqualTo(10);
    assertThat(figures.highestMillis()).isEqualTo(50);
    assertThat(figures.rounds()).isEqualTo(3);
    assertThat(figures.p10Millis()).isEqualTo(10);
    assertThat(figures.p90Millis()).isEqualTo(35); // of 10 10 10 20 20 50
    assertThat(figures.steps()).isEqualTo(6);
    assertThat(figures.maxAbsDiff()).isEqualTo(3e-7);
    assertThat(figures.charactersPerSecond()).isEqualTo(50_000);
    assertThat(figures.gflops()).isEqualTo(TRAINING.flops(1000) / 0.020 / 1e9);
  }

  @Test
  void quantilesInterpolateWhateverTheOrder() {
    assertThat(Quantiles.of(new double[] {4, 1, 3, 2}, 0.5)).isEqualTo(2.5);
    assertThat(Quantiles.of(new double[] {7}, 0.9)).isEqualTo(7);
    assertThat(Quantiles.of(new double[] {2, 1}, 1)).isEqualTo(2);
  }

  @Test
  void aFailedRoundLeavesTheOthersAndIsTold() {
    Row row = comparison().rows().getLast();

    assertThat(row.figures().medianMillis()).isEqualTo(5);
    assertThat(row.problem()).isEqualTo("1 of 2 rounds without a result: stopped");
  }

  @Test
  void theFileHasFiguresOrAReasonForEachRow() throws Exception {
    comparison().write(temporary);

    JsonNode root = new ObjectMapper().readTree(temporary.resolve("compare.json").toFile());
    assertThat(root.get("date").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(root.get("rounds").asInt()).isEqualTo(2);
    JsonNode rows = root.get("rows");
    assertThat(rows).hasSize(3);
    assertThat(List.copyOf(rows.get(0).properties().stream().map(e -> e.getKey()).toList()))
        .containsExactlyInAnyOrder(
            "work",
            "target",
            "device",
            "kernels",
            "problem",
            "first_step_seconds",
            "median_ms",
            "p10_ms",
            "p90_ms",
            "lowest_ms",
            "highest_ms",
            "characters_per_second",
            "gflops",
            "bytes_to_device_per_step",
            "bytes_from_device_per_step",
            "max_abs_diff",
            "others_cpu",
            "rounds",
            "steps");
    assertThat(rows.get(0).get("problem").isNull()).isTrue();
    assertThat(rows.get(0).get("median_ms").asDouble()).isEqualTo(20);
    assertThat(rows.get(1).has("median_ms")).isFalse();
    assertThat(rows.get(1).get("problem").asText()).contains("SIGSEGV");
  }

  @Test
  void theTableHasALineForEachRow() {
    assertThat(comparison().table().lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("characters/s", "GFLOP/s", "max diff"),
            line -> assertThat(line).contains("training-d2l", "jvm", "20.0 ms", "50,000", "1e-07"),
            line ->
                assertThat(line)
                    .contains("0:0")
                    .endsWith("! the process crashed: SIGSEGV in <lib>"),
            line -> assertThat(line).contains("generation-H256", "! 1 of 2 rounds"));
  }

  @Test
  void thePageIsWellFormedAndNeedsNothingElse() throws Exception {
    comparison().write(temporary);
    String page = Files.readString(temporary.resolve("compare.html"));

    assertThat(page)
        .doesNotContainPattern("https?:|src=|url\\(|@import|<script|<iframe")
        .doesNotContainPattern("href=\"(?!data:)");
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(page.getBytes(UTF_8)));
    assertThat(document.getElementsByTagName("svg").getLength()).isEqualTo(4);
    assertThat(document.getElementsByTagName("table").getLength()).isEqualTo(2);
    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(4);
    assertThat(document.getDocumentElement().getTextContent())
        .contains("OPENCL, <GPU> & \"more\"", "SIGSEGV in <lib>", "no result", "2 January 2026");
  }
}
