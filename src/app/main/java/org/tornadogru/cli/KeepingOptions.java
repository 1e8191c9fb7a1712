package org.tornadogru.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What a run keeps; what is not given is as the preset says. */
final class KeepingOptions {

  @Option(
      names = "--keep",
      paramLabel = "last|best",
      converter = Word.KeepWord.class,
      completionCandidates = Word.KeepWord.class,
      description = "Which weights are left; default: last; char-rnn: best, by validation.")
  RunSettings.Keep keep;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stops after so many validations without a better loss; default: 0, never.")
  Integer patience;

  @Option(
      names = "--validate-every",
      paramLabel = "N",
      description =
          "Validates every N updates too, not only at the end of an epoch; default: 0; char-rnn: 500.")
  Long validateEvery;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description =
          "Writes a checkpoint every N updates too, not only at the end of an epoch; default: as --validate-every.")
  Long checkpointEvery;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "Goes on with the run in DIR where its checkpoint is, with its settings.")
  Path resume;

  @Option(names = "--overwrite", description = "Begins anew in a directory that holds a model.")
  boolean overwrite;
}
