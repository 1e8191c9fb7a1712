package org.tornadogru.published;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published has the same bytes when it is built again, later and elsewhere. */
class ReproducibleIT {

  private static final List<String> MODULES =
      List.of("src/jvm", "src/core", "src/formats", "src/series", "src/cublas", "src/app");

  @TempDir private Path again;

  @Test
  void theSameSourcesGiveTheSameJars() throws Exception {
    for (String part : List.of("pom.xml", "src", "benchmarks")) {
      copySources(Path.of(part));
    }
    Shell build =
        Shell.run(
            again,
            "%s -q -Pchecked -Dmaven.test.skip=true -Dmaven.repo.local=%s -pl %s package"
                .formatted(
                    Shell.MAVEN,
                    System.getProperty("local.repository"),
                    String.join(",", MODULES)));
    assertThat(build.exitCode()).as(build.output()).isZero();
    for (String module : MODULES) {
      List<Path> jars = jars(Path.of(module, "target"));
      assertThat(jars).as(module).hasSize(3); // classes, sources, Javadoc
      for (Path jar : jars) {
        assertThat(again.resolve(jar)).hasSameBinaryContentAs(jar);
      }
    }
  }

  private void copySources(Path part) throws IOException {
    if (part.endsWith("target")) {
      return;
    }
    if (!Files.isDirectory(part)) {
      Files.copy(part, again.resolve(part));
      return;
    }
    Files.createDirectories(again.resolve(part));
    try (Stream<Path> parts = Files.list(part)) {
      for (Path each : parts.toList()) {
        copySources(each);
      }
    }
  }

  private static List<Path> jars(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files
          .filter(
              file -> file.toString().endsWith(".jar") && !file.toString().endsWith("-tests.jar"))
          .sorted()
          .toList();
    }
  }
}
