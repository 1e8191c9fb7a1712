package org.tornadogru.bench;

import java.nio.file.Path;
import java.util.Map;
import org.tornadogru.cli.DeviceOption;
import org.tornadogru.cli.Subcommand;
import org.tornadogru.graph.Placement;
import org.tornadogru.text.Corpus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The processes that curves starts. */
@Command(
    name = "learn",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Learns a text as the preset char-rnn does, for curves.")
public final class LearnCommand implements Runnable, Subcommand {

  @Option(names = "--text", required = true, paramLabel = "FILE", description = "The text.")
  private Path text;

  @Option(
      names = "--set",
      paramLabel = "OPTION=WORD",
      description = "What differs from the preset.")
  private Map<String, String> words = Map.of();

  @Option(
      names = "--library",
      paramLabel = "NAME",
      description = "Another library, in place of a device.")
  private String library;

  @Mixin private DeviceOption device = new DeviceOption();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Lesson lesson = Lesson.of(Corpus.ofFile(text), words);
    Library chosen =
        library == null ? new TornadoGru(Placement.on(device.chosen())) : Library.named(library);
    try (Learner learner = chosen.learner(lesson)) {
      spec.commandLine().getOut().println(Curve.of(lesson, learner).json());
    }
  }
}
