package org.tornadogru.cli;

import org.tornadogru.nn.Gating;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import picocli.CommandLine.Option;

/** What a model is; what is not given is as the preset says. */
final class ModelOptions {

  @Option(
      names = "--hidden",
      paramLabel = "N",
      description = "Hidden units; default: 32; char-rnn: 256.")
  Integer hidden;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Layers, one on top of the other; default: 1; char-rnn: 2.")
  Integer layers;

  @Option(
      names = "--embedding",
      paramLabel = "N",
      description = "Size of the vector that is learned for each symbol; default: 0, one-hot.")
  Integer embedding;

  @Option(
      names = "--tie",
      description =
          "The output layer shares its weights with the embedding, which has --hidden as its size.")
  Boolean tie;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Between layers; default: 0; char-rnn: 0.2.")
  Float dropout;

  @Option(
      names = "--reset",
      paramLabel = "before|after",
      converter = Word.Reset.class,
      completionCandidates = Word.Reset.class,
      description = "Reset gate before or after the recurrent product; default: after.")
  ResetPlacement reset;

  @Option(
      names = "--gating",
      paramLabel = "KIND",
      converter = Word.Gates.class,
      completionCandidates = Word.Gates.class,
      description = "Which gates act: full (default), reset-only, update-only, none.")
  Gating gating;

  @Option(
      names = "--init",
      paramLabel = "normal|uniform",
      converter = Word.Init.class,
      completionCandidates = Word.Init.class,
      description = "Weights begin as N(0, 0.01²) or U(±1/√H); default: uniform.")
  Initialization init;
}
