package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.report.BareMachine;

/**
 * Runs that are killed at random moments damage nothing that was finished, and the next run leaves
 * nothing of them. {@code -Dkills=N} is how many.
 */
@Tag("plain-jvm")
class KillsTest {

  private static final int KILLS = Integer.getInteger("kills", 6);

  /** In which a run has begun, written all it writes, and ended, more or less. */
  private static final int LIFE_MILLIS = 2500;

  @TempDir private Path temporary;

  @Test
  void nothingIsDamagedAndNothingIsLeft() throws Exception {
    Path here = Files.createDirectory(temporary.resolve("tmp"));
    TinyRun tiny = TinyRun.in(Files.createDirectory(temporary.resolve("tiny")));
    Path out = temporary.resolve("out");
    String[] arguments =
        Stream.concat(
                Stream.of(Main.class.getName()),
                Stream.of(
                    tiny.arguments(
                        "--checkpoint-every=1", "--epochs=3", "--overwrite", "--out=" + out)))
            .toArray(String[]::new);
    List<String> command = BareMachine.java(List.of("-Djava.io.tmpdir=" + here), arguments);
    SplittableRandom random = new SplittableRandom(4);
    for (int kill = 0; kill < KILLS; kill++) {
      Process run =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      run.waitFor(random.nextInt(LIFE_MILLIS), TimeUnit.MILLISECONDS);
      run.destroyForcibly().waitFor();
      assertWhole(out);
    }

    Outcome.of(temporary, command).successful();

    assertWhole(out);
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.map(file -> out.relativize(file).toString()))
          .containsExactlyInAnyOrder(
              "",
              "checkpoint",
              "checkpoint/state.safetensors",
              "config.json",
              "metrics.csv",
              "metrics.jsonl",
              "model.safetensors",
              "perplexity.png",
              "perplexity.svg");
    }
    assertThat(here).isEmptyDirectory();
  }

  private static void assertWhole(Path out) throws IOException {
    if (Files.exists(out.resolve("model.safetensors"))) {
      assertThat(ModelFormat.read(out).metadata()).containsKey("updates");
    }
    if (Files.exists(out.resolve("metrics.jsonl"))) {
      assertThat(Files.readString(out.resolve("metrics.jsonl"))).matches("(?s)(\\{[^\n]*\\}\n)+");
    }
    if (Files.exists(out.resolve("perplexity.svg"))) {
      assertThat(Files.readString(out.resolve("perplexity.svg")).strip()).endsWith("</svg>");
    }
  }
}
