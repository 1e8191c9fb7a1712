package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same seed gives the same bits, however far the JVM has compiled the kernels by then. */
@Tag("plain-jvm")
class ReproducibilityTest {

  @TempDir Path temporary;

  @Test
  void interpretedAndCompiledKernelsTrainTheSameModel() throws Exception {
    Path text =
        Files.writeString(temporary.resolve("text.txt"), "the tide is at nine feet. ".repeat(12));
    Path compiled = train(text, "compiled", List.of());
    Path interpreted = train(text, "interpreted", List.of("-Xint"));

    assertThat(compiled.resolve("model.safetensors"))
        .hasSameBinaryContentAs(interpreted.resolve("model.safetensors"));
  }

  private Path train(Path text, String name, List<String> jvmOptions) throws Exception {
    Path directory = temporary.resolve(name);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("--text=" + text, "--concise", "--windows=all", "--out=" + directory));
    command.addAll(List.of("--hidden=16", "--steps=4", "--batch=8", "--epochs=1"));
    Outcome outcome = Outcome.of(temporary, command);
    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    return directory;
  }
}
