package org.tornadogru.published;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What holds for each artifact that is published, whichever module is its. */
final class Published {

  /** Where this build has published to. */
  static final String STAGED = System.getProperty("staging.repository");

  private Published() {}

  /** Classes, sources, Javadoc and a pom are there, and the licence. */
  static void assertComplete(String artifact) throws IOException {
    Path staged = directory(artifact);
    assertThat(names(staged))
        .contains(
            jar(artifact),
            jar(artifact).replace(".jar", "-sources.jar"),
            jar(artifact).replace(".jar", "-javadoc.jar"),
            jar(artifact).replace(".jar", ".pom"));
    try (FileSystem jar = FileSystems.newFileSystem(staged.resolve(jar(artifact)))) {
      assertThat(jar.getPath("META-INF", "LICENSE"))
          .hasSameTextualContentAs(Path.of("src", "docs", "LICENSE"), UTF_8);
    }
  }

  /**
   * A build of the same sources in another place makes the same jars.
   *
   * @param again the place
   * @param profiles of Maven, besides the one that makes what is published
   * @param built modules that are built there
   * @param modules those of them whose jars are looked at
   */
  static void assertSameWhenBuiltAgain(
      Path again, List<String> profiles, List<String> built, List<String> modules)
      throws Exception {
    for (String part : List.of("pom.xml", "src", "benchmarks")) {
      copySources(Path.of(part), again);
    }
    Shell build =
        Shell.run(
            again,
            "%s -q -P%s -Dmaven.test.skip=true -Dmaven.repo.local=%s -pl %s package"
                .formatted(
                    Shell.MAVEN,
                    String.join(",", profiles),
                    System.getProperty("local.repository"),
                    String.join(",", built)));
    assertThat(build.exitCode()).as(build.output()).isZero();
    for (String module : modules) {
      List<Path> jars = jars(Path.of(module, "target"));
      assertThat(jars).as(module).hasSize(3); // classes, sources, Javadoc
      for (Path jar : jars) {
        assertThat(again.resolve(jar)).hasSameBinaryContentAs(jar);
      }
    }
  }

  private static void copySources(Path part, Path again) throws IOException {
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
        copySources(each, again);
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

  /** A pom to which ours come from what was staged, all else from where this build has it. */
  static String withRepositories(String pom) {
    StringBuilder added = new StringBuilder();
    for (String kind : List.of("repository", "pluginRepository")) {
      String plural = kind.replace("ory", "ories");
      added.append("  <%s>%n".formatted(plural));
      for (String place : List.of(STAGED, System.getProperty("local.repository"))) {
        added.append(
            "    <%s><id>n%d</id><url>%s</url></%1$s>%n"
                .formatted(kind, place.length(), Path.of(place).toUri()));
      }
      added.append("  </%s>%n".formatted(plural));
    }
    return pom.replace("</project>", added + "</project>");
  }

  /** Where an artifact of this build is. */
  static Path directory(String artifact) {
    return Path.of(STAGED, "org", "tornadogru", artifact, System.getProperty("project.version"));
  }

  /** The name of an artifact's jar. */
  static String jar(String artifact) {
    return "%s-%s.jar".formatted(artifact, System.getProperty("project.version"));
  }

  /** What is in a directory, in order. */
  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
