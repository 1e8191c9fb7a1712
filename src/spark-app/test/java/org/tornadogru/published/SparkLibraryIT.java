package org.tornadogru.published;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library for Spark as its users meet it. */
class SparkLibraryIT {

  private static final String ARTIFACT = "tornado-gru-spark";

  @TempDir private Path directory;

  @Test
  void whatIsPublishedIsComplete() throws Exception {
    Published.assertComplete(ARTIFACT);
  }

  /** The starter's project with this library in place of the other brings what that one needs. */
  @Test
  void sparkIsTheProjectsOwn() throws Exception {
    String starter = Files.readString(Path.of("src", "docs", "starter", "pom.xml"), UTF_8);
    String pom =
        starter.replace(
            "<artifactId>tornado-gru</artifactId>",
            "<artifactId>%s</artifactId>".formatted(ARTIFACT));
    Files.writeString(directory.resolve("pom.xml"), Published.withRepositories(pom), UTF_8);
    Shell resolved =
        Shell.run(
            directory,
            "%s dependency:copy-dependencies -Dmaven.repo.local=repository".formatted(Shell.MAVEN));
    assertThat(resolved.exitCode()).as(resolved.output()).isZero();
    assertThat(Published.names(directory.resolve(Path.of("target", "dependency"))))
        .contains(
            Published.jar(ARTIFACT),
            Published.jar("tornado-gru"),
            Published.jar("tornado-gru-formats"),
            Published.jar("tornado-plain-jvm"))
        .noneMatch(name -> name.startsWith("spark-") || name.startsWith("scala-"));
  }

  @Test
  void theSameSourcesGiveTheSameJars() throws Exception {
    Published.assertSameWhenBuiltAgain(
        directory,
        List.of("checked", "spark"),
        List.of("src/jvm", "src/core", "src/formats", "src/spark"),
        List.of("src/spark"));
  }
}
