package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tornadogru.bench.Work;
import org.tornadogru.bench.Comparison.Row;

class ComparisonTest {
  private static final Work TRAINING = Work.named("training-H256");
  private static final Work INFERENCE = Work.named("inference-H256");
  private static final Work GENERATION = Work.named("generation-H256");
  private static final Contender DEVICE = new Contender("0:0");
  private static final List<Contender> ALL =
      List.of(Contender.LIBTORCH, Contender.ONNX_RUNTIME, Contender.PLAIN_JVM, DEVICE);

  @Test
  void mediansOfRoundsAreComparedAndTheirWorstAndBestCases() {
    Row row =
        row(
            TRAINING,
            Contender.PLAIN_JVM,
            run(TRAINING, Contender.LIBTORCH, 90, 100, 110),
            run(TRAINING, Contender.PLAIN_JVM, 39, 40, 70),
            run(TRAINING, Contender.LIBTORCH, 119, 120, 121),
            run(TRAINING, Contender.PLAIN_JVM, 50, 50, 50),
            run(TRAINING, Contender.LIBTORCH, 80, 80, 80),
            run(TRAINING, Contender.PLAIN_JVM, 60, 60, 60));

    assertThat(row.medianMs()).isEqualTo(50);
    assertThat(row.lowestMs()).isEqualTo(40);
    assertThat(row.highestMs()).isEqualTo(60);
    assertThat(row.p10Ms()).isEqualTo(39.8, within(1e-9));
    assertThat(row.p90Ms()).isEqualTo(62, within(1e-9));
    assertThat(row.rounds()).isEqualTo(3);
    assertThat(row.against()).isEqualTo("libtorch");
    assertThat(row.ratio()).isEqualTo(2);
    assertThat(row.ratioLow()).isEqualTo(80 / 60.0);
    assertThat(row.ratioHigh()).isEqualTo(3);
  }

  @Test
  void inferenceIsComparedWithTheBetterOne() {
    PeerRun[] runs = {
      run(INFERENCE, Contender.LIBTORCH, 30),
      run(INFERENCE, Contender.ONNX_RUNTIME, 20),
      run(INFERENCE, Contender.PLAIN_JVM, 10)
    };
    assertThat(row(INFERENCE, Contender.PLAIN_JVM, runs).ratio()).isEqualTo(2);
    assertThat(row(INFERENCE, Contender.LIBTORCH, runs).against()).isEqualTo("onnxruntime");
  }

  @Test
  void generationIsComparedWithOnnxRuntimeAndOnDevicesWithLibTorch() {
    PeerRun[] runs = {
      run(GENERATION, Contender.LIBTORCH, 0.2),
      run(GENERATION, Contender.ONNX_RUNTIME, 0.05),
      run(GENERATION, Contender.PLAIN_JVM, 0.025),
      run(GENERATION, DEVICE, 0.1)
    };
    assertThat(row(GENERATION, Contender.PLAIN_JVM, runs).ratio()).isEqualTo(2);
    assertThat(row(GENERATION, DEVICE, runs).ratio()).isEqualTo(2);
    assertThat(row(GENERATION, DEVICE, runs).against()).isEqualTo("libtorch");
  }

  @Test
  void withoutTheOtherThereIsNoRatio() {
    Row row = row(TRAINING, DEVICE, run(TRAINING, DEVICE, 1));
    assertThat(row.ratio()).isNull();
    assertThat(row.against()).isNull();
  }

  @Test
  void theLargestDifferenceOfAllRoundsIsReported() {
    Row row =
        row(
            TRAINING,
            DEVICE,
            new PeerRun(TRAINING.name(), DEVICE.title(), new double[] {1}, 1e-7, 0),
            new PeerRun(TRAINING.name(), DEVICE.title(), new double[] {1}, 3e-7, 0),
            new PeerRun(TRAINING.name(), DEVICE.title(), new double[] {1}, 2e-7, 0));
    assertThat(row.maxAbsDiff()).isEqualTo(3e-7);
  }

  private static Row row(Work work, Contender contender, PeerRun... runs) {
    return Comparison.of(List.of(runs), Work.all(), ALL).rows().stream()
        .filter(row -> row.work().equals(work.name()) && row.target().equals(contender.title()))
        .findFirst()
        .orElseThrow();
  }

  private static PeerRun run(Work work, Contender contender, double... milliseconds) {
    return new PeerRun(work.name(), contender.title(), milliseconds, 1e-7, 0);
  }
}
