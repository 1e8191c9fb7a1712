package org.tornadogru.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in src/docs does what it says on a master and two workers with a device each. */
class DocumentedProgramTest {

  private static final Path PROGRAM = Path.of("src", "docs", "TagOnSpark.java");

  @TempDir private Path directory;

  @Test
  void theTaggerLearnsFromWhatIsBeforeAndBehind() throws Exception {
    assertThat(Files.readAllLines(PROGRAM, UTF_8)).hasSizeLessThanOrEqualTo(50);
    assertThat(Files.readString(Path.of("README.md"), UTF_8))
        .contains("```java\n" + Files.readString(PROGRAM, UTF_8));
    List<String> lines;
    try (StandaloneCluster cluster = new StandaloneCluster(directory)) {
      cluster.addWorker("first", "jvm");
      cluster.addWorker("second", "jvm");
      lines = cluster.run(1, PROGRAM.toString());
    }
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).matches("2 workers, losses \\[(\\d\\.\\d+(, )?){8}]");
    String accuracy = lines.getLast().replace("accuracy ", "");
    assertThat(Double.parseDouble(accuracy)).isBetween(0.95, 1.0);
  }
}
