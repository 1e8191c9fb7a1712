package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on tables that are told to stop, or killed, go on as if nothing had happened. */
@Tag("plain-jvm")
class SeriesResumeCommandTest {

  private static final int TERMINATED = 143;

  @TempDir private Path temporary;
  private Path table;

  @BeforeEach
  void write() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder rows = new StringBuilder("y,cause\n");
    int cause = 0;
    for (int row = 0; row < 300; row++) {
      int next = random.nextInt(7);
      rows.append("%.3f,%d\n".formatted(3 * cause + random.nextDouble(), next));
      cause = next;
    }
    table = Files.writeString(temporary.resolve("table.csv"), rows);
  }

  private List<String> train(Path out, String... more) {
    Stream<String> small =
        Stream.of(
            "train",
            "--series=" + table,
            "--target=y",
            "--horizon=1",
            "--out=" + out,
            "--hidden=8",
            "--epochs=30");
    return Stream.concat(small, Stream.of(more)).toList();
  }

  private static Outcome of(List<String> arguments) {
    return Outcome.of(arguments.toArray(String[]::new));
  }

  @Test
  void aRunThatIsStoppedAndKilledLeavesTheSameFiles() throws Exception {
    Path whole = temporary.resolve("whole");
    of(train(whole)).successful();
    Path parts = temporary.resolve("parts");
    Path log = temporary.resolve("log");

    Process first = ResumeTest.start(train(parts), log);
    awaitEpochs(parts, 2);
    first.destroy();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(log, UTF_8))
        .contains("stopped     go on with: train --resume " + parts, "verdict     ")
        .doesNotContain("next        ");
    assertThat(first.exitValue()).isEqualTo(TERMINATED);
    assertThat(Outcome.of("predict", "--model=" + parts, "--series=" + table).successful())
        .startsWith("y,cause,predicted_y,y_lo,y_hi");
    of(train(parts)).assertRefused("holds a model already: go on with --resume " + parts);

    Process second = ResumeTest.start(List.of("train", "--resume=" + parts), log);
    awaitEpochs(parts, 32); // in the second pass
    second.destroyForcibly();
    assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();

    Outcome third = Outcome.of("train", "--resume=" + parts);
    assertThat(third.successful()).contains("next        predict");

    for (String file :
        List.of(
            "model.safetensors",
            "config.json",
            "measures.json",
            "report.html",
            "forecast.svg",
            "checkpoint/state.safetensors")) {
      assertThat(parts.resolve(file)).as(file).hasSameBinaryContentAs(whole.resolve(file));
    }
    assertThat(losses(parts)).isEqualTo(losses(whole)).hasSizeGreaterThan(32);
  }

  private static void awaitEpochs(Path run, int epochs) throws Exception {
    Path metrics = run.resolve("metrics.csv");
    for (int wait = 0; wait < 6000; wait++) {
      if (Files.exists(metrics) && Files.readAllLines(metrics).size() > epochs) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("fewer than %d epochs".formatted(epochs));
  }

  /** Epochs and losses of each line. */
  private static List<String> losses(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(line -> line.replaceAll(",\"seconds.*", ""))
        .toList();
  }

  @Test
  void whatARunKnowsIsNotToldAgain() throws IOException {
    Path run = temporary.resolve("run");
    of(train(run, "--epochs=1", "--hidden=4")).successful();
    String resume = "--resume=" + run;

    Outcome.of("train", resume, "--hidden=5").assertRefused("leave out --hidden");
    Outcome.of("train", resume, "--text=x").assertRefused("leave out --text");
    Path moved = Files.move(table, temporary.resolve("moved.csv"));
    Outcome.of("train", resume).assertRefused("table.csv");
    Outcome.of("train", resume, "--series=" + moved).successful();
    Files.writeString(moved, "1,2\n", StandardOpenOption.APPEND);
    Outcome.of("train", resume, "--series=" + moved)
        .assertRefused("learned from another table (moved.csv)");
    Outcome.of("train", "--resume=" + temporary, "--series=" + moved)
        .assertRefused("it has no config.json");

    Files.delete(run.resolve("checkpoint/state.safetensors"));
    table = moved;
    Outcome again = of(train(run));
    again.assertRefused(run + " holds a model already: replace it with --overwrite, or");
    assertThat(again.error()).doesNotContain("--resume");
  }
}
