package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.formats.ModelFormat;

/** Runs that are told to stop, or killed, go on as if nothing had happened. */
@Tag("plain-jvm")
class ResumeTest {

  private static final int TERMINATED = 143;

  private static final List<String> WORDS =
      List.of("the", "tide", "is", "at", "nine", "feet", "and", "falling");

  @TempDir private Path temporary;
  private Path text;

  @BeforeEach
  void write() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder words = new StringBuilder();
    for (int word = 0; word < 900; word++) {
      words.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
    }
    text = Files.writeString(temporary.resolve("text.txt"), words);
  }

  /** Arguments of a small run; of two values of an option the last one holds. */
  private List<String> train(Path out, String... more) {
    Stream<String> small =
        Stream.of(
            "train",
            "--text=" + text,
            "--out=" + out,
            "--hidden=12",
            "--batch=4",
            "--steps=16",
            "--epochs=20",
            "--validate-every=7",
            "--checkpoint-every=3",
            "--ema=0.9");
    return Stream.concat(small, Stream.of(more)).toList();
  }

  /** A process of its own. */
  static List<String> java(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    return command;
  }

  static Process start(List<String> arguments, Path log) throws IOException {
    return new ProcessBuilder(java(arguments))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static List<Double> losses(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.csv")).stream()
        .skip(1)
        .map(line -> Double.valueOf(line.split(",", -1)[1]))
        .toList();
  }

  @Test
  void aRunThatIsKilledAndResumedLeavesTheSameModel() throws Exception {
    Path whole = temporary.resolve("whole");
    assertThat(Outcome.of(temporary, java(train(whole))).exitCode()).isZero();

    Path parts = temporary.resolve("parts");
    Path log = temporary.resolve("log");
    SplittableRandom random = new SplittableRandom(2);
    List<String> next = train(parts);
    int kills = 0;
    for (boolean done = false; !done; ) {
      Process run = start(next, log);
      if (kills < 5) {
        for (int wait = 0;
            wait < 600 && !Files.exists(parts.resolve("model.safetensors"));
            wait++) {
          Thread.sleep(20);
        }
        Thread.sleep(random.nextInt(300, 1500));
      }
      boolean kill = kills < 5 && run.isAlive();
      if (kill && kills % 2 == 0) {
        run.destroyForcibly();
      } else if (kill) {
        run.destroy();
      }
      assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
      done = run.exitValue() == 0;
      assertThat(done || kill).as(Files.readString(log, UTF_8)).isTrue();
      kills++;
      next = List.of("train", "--resume=" + parts);
    }

    assertThat(kills).as("kills").isGreaterThan(1);
    for (String file :
        List.of("model.safetensors", "config.json", "checkpoint/state.safetensors")) {
      assertThat(parts.resolve(file)).as(file).hasSameBinaryContentAs(whole.resolve(file));
    }
    assertThat(losses(parts)).isEqualTo(losses(whole)).hasSize(20);
  }

  @Test
  void aRunThatIsTerminatedKeepsWhatItHasLearnedAndSaysHowToGoOn() throws Exception {
    Path run = temporary.resolve("run");
    Path log = temporary.resolve("log");
    Process process = start(train(run, "--epochs=100000"), log);
    for (int wait = 0; wait < 600 && !Files.exists(run.resolve("metrics.jsonl")); wait++) {
      Thread.sleep(20);
    }
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assertThat(process.exitValue()).isEqualTo(TERMINATED);
    assertThat(Files.readString(log, UTF_8)).contains("go on with: train --resume " + run);
    assertThat(ModelFormat.read(run).metadata()).containsKey("updates");
    assertThat(run.resolve("perplexity.png")).isNotEmptyFile();
    assertThat(run.resolve(".lock")).doesNotExist();
  }

  @Test
  void whatWouldBeLostIsRefused() throws Exception {
    Path run = temporary.resolve("run");
    Outcome first = Outcome.of(temporary, java(train(run, "--epochs=1")));
    assertThat(first.exitCode()).isZero();

    refused("holds a model already", train(run));
    refused("--hidden 13, not 12", List.of("train", "--resume=" + run, "--hidden=13"));
    refused("--epochs 2, not 1", List.of("train", "--resume=" + run, "--epochs=2"));
    refused("no config.json", List.of("train", "--resume=" + temporary));
    Files.writeString(text, "something else");
    refused("another text", List.of("train", "--resume=" + run));
  }

  @Test
  void twoRunsIntoOneDirectoryAreNoRun() throws Exception {
    Path run = temporary.resolve("run");
    Process process = start(train(run, "--epochs=100000"), temporary.resolve("log"));
    try {
      for (int wait = 0; wait < 600 && !Files.exists(run.resolve("model.safetensors")); wait++) {
        Thread.sleep(20);
      }
      refused("another run writes to", train(run, "--overwrite"));
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--embedding=12 --tie"})
  void aRunWithAConstantRateMayGoFurtherThanItWasToGo(String model) throws Exception {
    Path far = temporary.resolve("far");
    Path near = temporary.resolve("near");
    for (Path run : List.of(far, near)) {
      String epochs = run.equals(far) ? "--epochs=4" : "--epochs=2";
      List<String> arguments = new ArrayList<>(train(run, epochs, "--schedule=constant"));
      Stream.of(model.split(" ", -1)).filter(option -> !option.isEmpty()).forEach(arguments::add);
      assertThat(Outcome.of(temporary, java(arguments)).exitCode()).isZero();
    }
    List<String> further = List.of("train", "--resume=" + near, "--epochs=4");
    assertThat(Outcome.of(temporary, java(further)).exitCode()).isZero();

    assertThat(losses(near)).hasSize(4);
    for (int epoch = 0; epoch < 4; epoch++) {
      assertThat(losses(near).get(epoch)).isCloseTo(losses(far).get(epoch), within(0.0));
    }
  }

  private void refused(String reason, List<String> arguments) throws Exception {
    Outcome outcome = Outcome.of(temporary, java(arguments));
    assertThat(outcome.exitCode()).as(outcome.error()).isEqualTo(2);
    assertThat(outcome.error().lines().filter(line -> line.startsWith("tornado-gru: ")))
        .singleElement()
        .asString()
        .contains(reason);
  }
}
