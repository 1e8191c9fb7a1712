package org.tornadogru.cli;

import java.util.Objects;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.optim.Optimization;
import org.tornadogru.train.TrainingConfig;
import picocli.CommandLine.Option;

/** The model and how it is trained; what is not given is the preset's. */
final class ModelOptions {

  @Option(names = "--scratch", description = "d2l from scratch: --reset before --init normal.")
  private boolean scratch;

  @Option(
      names = "--concise",
      description = "d2l concise, as PyTorch (default): --reset after --init uniform.")
  private boolean concise;

  @Option(names = "--hidden", paramLabel = "N", description = "Hidden units; default: 32.")
  private Integer hidden;

  @Option(
      names = "--reset",
      paramLabel = "before|after",
      converter = Word.Reset.class,
      completionCandidates = Word.Reset.class,
      description = "Reset gate before or after the recurrent product.")
  private ResetPlacement reset;

  @Option(
      names = "--init",
      paramLabel = "normal|uniform",
      converter = Word.Init.class,
      completionCandidates = Word.Init.class,
      description = "Weights begin as N(0, 0.01²) or U(±1/√H).")
  private Initialization initialization;

  @Option(names = "--steps", paramLabel = "N", description = "Characters per window; default: 32.")
  private Integer steps;

  @Option(names = "--batch", paramLabel = "N", description = "Windows per batch; default: 1024.")
  private Integer batch;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the training windows; default: 50.")
  private Integer epochs;

  @Option(names = "--learning-rate", paramLabel = "X", description = "Of SGD; default: 4.")
  private Float learningRate;

  @Option(
      names = "--clip",
      paramLabel = "X",
      description = "Largest norm of the whole gradient; default: 1.")
  private Float clip;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the first weights and the order of the windows; default: 0.")
  private long seed;

  TrainingConfig config() {
    if (scratch && concise) {
      throw new InvalidInputException(
          "--scratch and --concise exclude each other: give one of them");
    }
    TrainingConfig preset = scratch ? TrainingConfig.scratch() : TrainingConfig.concise();
    return new TrainingConfig(
        Objects.requireNonNullElse(hidden, preset.hiddenSize()),
        Objects.requireNonNullElse(reset, preset.reset()),
        Objects.requireNonNullElse(initialization, preset.initialization()),
        new SequenceShape(
            Objects.requireNonNullElse(steps, preset.shape().steps()),
            Objects.requireNonNullElse(batch, preset.shape().batch())),
        Objects.requireNonNullElse(epochs, preset.epochs()),
        Optimization.sgd(
            Objects.requireNonNullElse(
                learningRate, preset.optimization().optimizer().learningRate()),
            Objects.requireNonNullElse(clip, preset.optimization().clipping().limit())),
        seed);
  }
}
