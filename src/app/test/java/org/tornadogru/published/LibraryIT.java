package org.tornadogru.published;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.published.Published.jar;
import static org.tornadogru.published.Published.names;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The project of src/docs/starter, in a folder and with a local repository of its own, where
 * nothing of this build is but what it publishes. The commands are README's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibraryIT {

  private static final Path STARTER = Path.of("src", "docs", "starter");
  private static final Path MODULE = Path.of("src", "main", "java", "module-info.java");
  private static final String PRINTED = "loss 0.69";

  /** Where a program's classes and libraries are looked for. */
  enum On {
    CLASS_PATH(" -cp "),
    MODULE_PATH(" -p ");

    private final String option;

    On(String option) {
      this.option = option;
    }

    /** README's command. */
    String command() throws IOException {
      return found("(?m)^java .*" + option + ".*$", Files.readString(Path.of("README.md"), UTF_8))
          .getFirst()
          .group();
    }

    String javac(String jars, String sources) {
      return "javac -d target/classes%s%s %s".formatted(option, jars, sources);
    }
  }

  @TempDir private Path directory;
  private String readme;
  private String pom;
  private String gradle;

  @BeforeAll
  void readWhatIsShown() throws IOException {
    readme = Files.readString(Path.of("README.md"), UTF_8);
    pom = Files.readString(STARTER.resolve("pom.xml"), UTF_8);
    gradle = Files.readString(STARTER.resolve("build.gradle"), UTF_8);
  }

  @Test
  void readmeShowsTheProject() throws IOException {
    Path file = STARTER.resolve(Path.of("src", "main", "java", "demo", "FirstSteps.java"));
    String program = Files.readString(file, UTF_8);
    assertThat(readme)
        .contains("```java\n" + program + "```")
        .contains(part(" *<dependencies>.*</dependencies>\n", pom).indent(-2))
        .contains(part("dependencies \\{.*", gradle));
    assertThat(program.lines().filter(line -> line.matches("    .*[;{]"))).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tornado-plain-jvm",
        "tornado-gru",
        "tornado-gru-formats",
        "tornado-gru-series",
        "tornado-gru-cublas",
        "tornado-gru-app"
      })
  void whatIsPublishedIsComplete(String artifact) throws IOException {
    Published.assertComplete(artifact);
  }

  @ParameterizedTest
  @EnumSource
  void aMavenProjectBuildsAndRuns(On path) throws Exception {
    Path project = copy(path);
    Path empty = directory.resolve("repository");
    Files.writeString(project.resolve("pom.xml"), Published.withRepositories(pom), UTF_8);
    String maven = part("(?m)^mvn (.*copy-dependencies)$", readme);
    Shell build =
        Shell.run(project, "%s %s -Dmaven.repo.local=%s".formatted(Shell.MAVEN, maven, empty));
    assertThat(build.exitCode()).as(build.output()).isZero();
    assertThat(names(project.resolve("target/dependency")))
        .containsExactly(jar("tornado-gru"), jar("tornado-plain-jvm"));
    assertThat(names(empty.resolve("org/tornadogru")))
        .containsExactly("tornado-gru", "tornado-gru-parent", "tornado-plain-jvm");
    assertRuns(project, path);

    Files.delete(project.resolve("target/dependency").resolve(jar("tornado-plain-jvm")));
    Shell without = Shell.run(project, path.command());
    assertThat(without.exitCode()).isNotZero();
    assertThat(without.output())
        .doesNotContain("NoClassDefFoundError")
        .contains(
            path == On.CLASS_PATH
                ? "there is nothing to run on: add org.tornadogru:tornado-plain-jvm"
                : "Module tornado.api not found, required by org.tornadogru");
  }

  /** Gradle comes from no Maven repository, so this is what it makes of build.gradle. */
  @ParameterizedTest
  @EnumSource
  void aGradleProjectCompilesAndRuns(On path) throws Exception {
    Path project = copy(path);
    for (MatchResult coordinates : found("implementation '(.*):(.*):(.*)'", gradle)) {
      String artifact = coordinates.group(2);
      assertThat(pom)
          .containsPattern(
              "<groupId>%s</groupId>\\s*<artifactId>%s</artifactId>\\s*<version>%s</version>"
                  .formatted(coordinates.group(1), artifact, coordinates.group(3)));
      assertThat(coordinates.group(1)).isEqualTo("org.tornadogru");
      assertThat(coordinates.group(3)).isEqualTo(System.getProperty("project.version"));
      Files.createDirectories(project.resolve("target/dependency"));
      Files.copy(
          Published.directory(artifact).resolve(jar(artifact)),
          project.resolve("target/dependency").resolve(jar(artifact)));
    }
    String jars = path == On.CLASS_PATH ? "'target/dependency/*'" : "target/dependency";
    Shell build = Shell.run(project, path.javac(jars, "$(find src -name '*.java')"));
    assertThat(build.exitCode()).as(build.output()).isZero();
    assertRuns(project, path);
    String flags = part("applicationDefaultJvmArgs = \\[(.*?)]", gradle).replaceAll("[',]", "");
    assertThat(path.command())
        .startsWith("java " + flags + path.option)
        .contains(part("mainClass = '(.*?)'", gradle));
    assertThat(On.MODULE_PATH.command()).contains(part("mainModule = '(.*?)'", gradle) + "/");
  }

  private static void assertRuns(Path project, On path) throws Exception {
    Shell run = Shell.run(project, path.command());
    assertThat(run.output()).contains(PRINTED).doesNotContain("annotated");
    assertThat(run.exitCode()).isZero();
  }

  private Path copy(On path) throws IOException {
    Path project = directory.resolve("project");
    try (Stream<Path> files = Files.walk(STARTER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = project.resolve(STARTER.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    if (path == On.CLASS_PATH) {
      Files.delete(project.resolve(MODULE));
    }
    return project;
  }

  private static List<MatchResult> found(String pattern, String text) {
    List<MatchResult> results = Pattern.compile(pattern).matcher(text).results().toList();
    assertThat(results).as(pattern).isNotEmpty();
    return results;
  }

  /** What the pattern's group matches, or all of it. */
  private static String part(String pattern, String text) {
    MatchResult match = found("(?s)" + pattern, text).getFirst();
    return match.group(match.groupCount());
  }
}
