package org.tornadogru.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The settings that a text is learned with where no option says otherwise. */
final class PresetOptions {

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      converter = Word.PresetWord.class,
      completionCandidates = Word.PresetWord.class,
      description =
          "d2l: what --concise says; char-rnn: two layers of 256 learn a whole text (default with --text).")
  private RunSettings.Preset preset;

  @Option(
      names = "--scratch",
      description = "d2l from scratch: its preset with --reset before --init normal.")
  private boolean scratch;

  @Option(
      names = "--concise",
      description =
          "d2l concise, as PyTorch: its preset with --reset after --init uniform (default without --text).")
  private boolean concise;

  /** Whether one was asked for. */
  boolean isGiven() {
    return scratch || concise || preset != null;
  }

  /**
   * The preset with the options that a command was given in its place.
   *
   * @throws InvalidInputException if some exclude each other
   */
  RunSettings settings(TextOptions text, CommandSpec command) {
    return given(preset(text), text, command);
  }

  private RunSettings preset(TextOptions text) {
    boolean d2l = scratch || concise;
    if (scratch && concise) {
      throw new InvalidInputException(
          "--scratch and --concise exclude each other: give one of them");
    }
    if (d2l && preset == RunSettings.Preset.CHAR_RNN) {
      throw new InvalidInputException(
          "--scratch and --concise are of the preset d2l: leave out --preset char-rnn");
    }
    boolean book = text.source.file() != null && !d2l && preset == null;
    if (book || preset == RunSettings.Preset.CHAR_RNN) {
      return RunSettings.CHAR_RNN;
    }
    return scratch
        ? RunSettings.D2L.with(Map.of("--reset", "before", "--init", "normal"))
        : RunSettings.D2L;
  }

  /** Settings with the options that a command was given in their place. */
  static RunSettings given(RunSettings settings, TextOptions text, CommandSpec command) {
    Map<String, String> options = new LinkedHashMap<>();
    for (OptionSpec option : command.commandLine().getParseResult().matchedOptions()) {
      Object value = option.getValue();
      if (settings.words().containsKey(option.longestName())) {
        options.put(
            option.longestName(), value instanceof Enum<?> word ? Word.of(word) : value.toString());
      }
    }
    if (text.stream) {
      String streams = Word.of(TextOptions.WindowSplit.STREAMS);
      if (!options.getOrDefault("--windows", streams).equals(streams)) {
        throw new InvalidInputException(
            "--stream and --windows %s exclude each other: give one of them"
                .formatted(options.get("--windows")));
      }
      options.put("--windows", streams);
    }
    return settings.with(options);
  }
}
