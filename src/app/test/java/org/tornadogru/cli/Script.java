package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A script that says what it would start when it is given {@code --show-command}.
 *
 * @param folder where it runs
 * @param environment all of it
 * @param start the words it is started with
 */
record Script(Path folder, Map<String, String> environment, List<String> start) {

  Outcome run(String... arguments) throws Exception {
    return Outcome.of(
        folder, environment, Stream.concat(start.stream(), Stream.of(arguments)).toList());
  }

  /** Runs it for its command. */
  Outcome show(String... arguments) throws Exception {
    return run(
        Stream.concat(Stream.of("--show-command"), Stream.of(arguments)).toArray(String[]::new));
  }

  /** The command that the script would run, word by word. */
  List<String> command(String... arguments) throws Exception {
    Outcome outcome = show(arguments);
    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    assertThat(outcome.output().lines()).hasSize(1);
    return words(outcome.output());
  }

  /** The one line with which the script refuses to run. */
  String failure(String... arguments) throws Exception {
    Outcome outcome = show(arguments);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.output()).isEmpty();
    assertThat(outcome.error().lines()).hasSize(1);
    return outcome.error();
  }

  /** Has a shell take a line apart, as it would when the line is pasted. */
  List<String> words(String line) throws Exception {
    List<String> shell =
        List.of("bash", "-c", "eval \"set -- $1\"; printf '%s\\0' \"$@\"", "bash", line);
    Outcome outcome = Outcome.of(folder, environment, shell);
    assertThat(outcome.exitCode()).as(outcome.error()).isZero();
    List<String> words = List.of(outcome.output().split("\0", -1));
    return words.subList(0, words.size() - 1); // the last word is terminated, too
  }
}
