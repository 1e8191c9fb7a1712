package org.tornadogru.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What holds for the options of every command. */
@Tag("plain-jvm")
class OptionsTest {

  /** Two values of each type that an option may have. */
  private static final Map<Class<?>, List<String>> VALUES =
      Map.of(
          int.class, List.of("3", "5"),
          Integer.class, List.of("3", "5"),
          long.class, List.of("3", "5"),
          Long.class, List.of("3", "5"),
          Double.class, List.of("0.25", "0.5"),
          Float.class, List.of("0.25", "0.5"),
          Path.class, List.of("here", "there"),
          String.class, List.of("one", "two"));

  @TempDir private static Path shared;
  private static TinyRun tiny;

  @TempDir private Path temporary;

  @BeforeAll
  static void train() throws IOException {
    tiny = TinyRun.in(shared);
  }

  static Stream<String> commands() {
    return Main.commandLine().getSubcommands().entrySet().stream()
        .filter(command -> !valued(command.getValue()).isEmpty())
        .map(Map.Entry::getKey);
  }

  private static CommandLine command(String name) {
    return Main.commandLine().getSubcommands().get(name);
  }

  private static List<OptionSpec> valued(CommandLine command) {
    return command.getCommandSpec().options().stream()
        .filter(option -> option.arity().max() > 0)
        .toList();
  }

  private static List<String> values(ArgSpec argument) {
    if (argument.completionCandidates() == null) {
      return VALUES.get(argument.type());
    }
    Iterator<String> words = argument.completionCandidates().iterator();
    return List.of(words.next(), words.next());
  }

  /** All options of a command once, with their first values, and what it takes besides. */
  private static List<String> all(CommandLine command) {
    List<String> arguments = new ArrayList<>();
    for (PositionalParamSpec positional : command.getCommandSpec().positionalParameters()) {
      arguments.add(values(positional).getFirst());
    }
    valued(command)
        .forEach(option -> arguments.add(option.longestName() + "=" + values(option).getFirst()));
    return arguments;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void ofARepeatedOptionTheLastOneHoldsAndNoOtherIsForgotten(String name) {
    for (OptionSpec repeated : valued(command(name))) {
      CommandLine main = Main.commandLine();
      CommandLine command = main.getSubcommands().get(name);
      List<String> arguments = all(command);
      arguments.addFirst(name);
      arguments.add(repeated.longestName() + "=" + values(repeated).getLast());
      main.parseArgs(arguments.toArray(String[]::new));

      for (OptionSpec option : valued(command)) {
        boolean again = option.longestName().equals(repeated.longestName());
        String expected = again ? values(option).getLast() : values(option).getFirst();
        Object value = option.getValue();
        assertThat(value instanceof Enum<?> word ? Word.of(word) : String.valueOf(value))
            .as("%s after %s", option.longestName(), arguments)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void aRepeatedOptionIsNotTheEndOfItsSettings() {
    Outcome outcome = tiny.train("--hidden=4", "--hidden=5", "--out=" + temporary.resolve("out"));

    assertThat(outcome.successful()).contains("GRU, 5 hidden units", "2 epochs", "64 × 5 char");
  }

  static Stream<Arguments> paths() {
    return Main.commandLine().getSubcommands().entrySet().stream()
        .flatMap(
            command ->
                command.getValue().getCommandSpec().args().stream()
                    .filter(argument -> argument.type() == Path.class)
                    .map(
                        argument ->
                            Arguments.of(command.getKey(), argument.paramLabel(), name(argument))));
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : "";
  }

  @ParameterizedTest(name = "{0} {2} {1}")
  @MethodSource("paths")
  void anEmptyPathIsNoPath(String name, String label, String option) {
    CommandLine command = command(name);
    int positional = command.getCommandSpec().positionalParameters().size();
    List<String> arguments =
        option.isEmpty() ? Collections.nCopies(positional, "") : List.of(option, "");

    assertThatThrownBy(() -> command.parseArgs(arguments.toArray(String[]::new)))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("it is empty: give a path");
  }

  static Stream<Arguments> numbers() {
    List<String> values =
        List.of("2147483647", "-2147483648", "9223372036854775807", "0", "NaN", "1e38", "-0.0");
    return valued(command("train")).stream()
        .filter(option -> List.of(Integer.class, Long.class, Float.class).contains(option.type()))
        .map(OptionSpec::longestName)
        .filter(option -> !option.equals("--epochs"))
        .flatMap(option -> values.stream().map(value -> Arguments.of(option, value)));
  }

  /** Some do: then the run is as it should be, or diverges. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("numbers")
  void numbersThatMakeNoSenseAreALine(String option, String value) {
    Outcome outcome =
        tiny.train("--epochs=1", option + "=" + value, "--out=" + temporary.resolve("out"));

    assertThat(outcome.exitCode()).as(outcome.error()).isIn(0, 2);
    assertThat(outcome.error().lines().filter(line -> line.startsWith("tornado-gru: ")))
        .hasSize(outcome.exitCode() / 2);
    assertThat(outcome.error()).doesNotContain("Exception", "\tat ");
  }

  @Test
  void aFileBehindAnAtSignIsNotRead() throws IOException {
    Path file = Files.writeString(temporary.resolve("arguments"), "One");

    Outcome outcome = Outcome.of("generate", "--model=" + tiny.model(), "--prompt", "@" + file);

    assertThat(outcome.successful()).startsWith("\uFFFD"); // the vocabulary has no at sign
    Outcome.of("@" + file).assertRefused("there is no command '@");
  }
}
