package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadogru.bench.Comparison.Effort;

/** How many times as fast as which other library. */
class RatioTest {

  private static final Work TRAINING = Work.named("training-H256");
  private static final Work INFERENCE = Work.named("inference-H256");
  private static final Work GENERATION = Work.named("generation-H256");
  private static final Contender LIBTORCH = library("libtorch");
  private static final Contender ONNX_RUNTIME = library("onnxruntime");
  private static final Contender JVM = ours("jvm");
  private static final Contender DEVICE = ours("0:0");

  @Test
  void mediansOfRoundsAreComparedAndTheirWorstAndBestCases() {
    Row row =
        row(
            JVM,
            Row.of(
                TRAINING,
                LIBTORCH,
                List.of(run(90, 100, 110), run(119, 120, 121), run(80, 80, 80)),
                List.of()),
            Row.of(
                TRAINING,
                JVM,
                List.of(run(39, 40, 70), run(50, 50, 50), run(60, 60, 60)),
                List.of()));

    assertThat(row.figures().medianMillis()).isEqualTo(50);
    assertThat(row.figures().lowestMillis()).isEqualTo(40);
    assertThat(row.figures().highestMillis()).isEqualTo(60);
    assertThat(row.figures().p10Millis()).isEqualTo(39.8, within(1e-9));
    assertThat(row.figures().p90Millis()).isEqualTo(62, within(1e-9));
    assertThat(row.ratio()).isEqualTo(new Row.Ratio(2, 80 / 60.0, 3, "libtorch"));
  }

  @Test
  void inferenceIsComparedWithTheFasterOne() {
    Row[] rows = {
      row(INFERENCE, LIBTORCH, 30), row(INFERENCE, ONNX_RUNTIME, 20), row(INFERENCE, JVM, 10)
    };
    assertThat(row(JVM, rows).ratio().value()).isEqualTo(2);
    assertThat(row(LIBTORCH, rows).ratio().against()).isEqualTo("onnxruntime");
  }

  @Test
  void generationIsComparedWithOnnxRuntimeAndOnDevicesWithLibTorch() {
    Row[] rows = {
      row(GENERATION, LIBTORCH, 0.2),
      row(GENERATION, ONNX_RUNTIME, 0.05),
      row(GENERATION, JVM, 0.025),
      row(GENERATION, DEVICE, 0.1)
    };
    assertThat(row(JVM, rows).ratio().value()).isEqualTo(2);
    assertThat(row(DEVICE, rows).ratio().value()).isEqualTo(2);
    assertThat(row(DEVICE, rows).ratio().against()).isEqualTo("libtorch");
  }

  @Test
  void anotherWorkIsNotComparedWith() {
    assertThat(row(JVM, row(TRAINING, JVM, 1), row(INFERENCE, LIBTORCH, 2)).ratio()).isNull();
  }

  @Test
  void withoutTheOtherThereIsNoRatio() {
    assertThat(row(DEVICE, row(TRAINING, DEVICE, 1)).ratio()).isNull();
  }

  @Test
  void theTableHasTheRatioAndWhatItIsTo() {
    String table = comparison(row(TRAINING, LIBTORCH, 30), row(TRAINING, JVM, 10)).table();

    assertThat(table.lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("range of medians", "ratio (range)", "against"),
            line -> assertThat(line).contains("libtorch", "30.0 ms", "1.00 (1.00–1.00)"),
            line -> assertThat(line).contains("jvm", "10.0 ms", "3.00 (3.00–3.00)", "libtorch"));
  }

  private static Row row(Contender contender, Row... rows) {
    return comparison(rows).rows().stream()
        .filter(row -> row.contender().equals(contender))
        .findFirst()
        .orElseThrow();
  }

  static Comparison comparison(Row... rows) {
    return new Comparison(
        "peers",
        Instant.EPOCH,
        "a machine",
        "25",
        LIBTORCH,
        new Effort(1, 1, 2, 0.04),
        List.of(rows));
  }

  static Row row(Work work, Contender contender, double milliseconds) {
    return Row.of(work, contender, List.of(run(milliseconds)), List.of());
  }

  private static Measurement run(double... milliseconds) {
    return new Measurement("", "", 1, milliseconds, 1, 0, 0, 1e-7, 0);
  }

  static Contender library(String name) {
    return new Contender(name, name, "", _ -> true);
  }

  static Contender ours(String id) {
    return new Contender(id, "a device", "simd", _ -> true);
  }
}
