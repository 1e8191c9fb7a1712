package org.tornadogru.cli;

import picocli.CommandLine.Option;

/** How a model is trained; what is not given is as the preset says. */
final class OptimizationOptions {

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Characters per window, through which gradients flow; default: 32; char-rnn: 64.")
  Integer steps;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Windows or streams at a time; default: 1024; char-rnn: 32.")
  Integer batch;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the text; default: 50; char-rnn: 20.")
  Integer epochs;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      converter = Word.OptimizerWord.class,
      completionCandidates = Word.OptimizerWord.class,
      description = "sgd (default), adam (char-rnn), adamw, amsgrad, nadam, rmsprop, adagrad.")
  RunSettings.OptimizerKind optimizer;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      description = "Default: 4 of sgd, 0.03 of adagrad, 0.003 of the others.")
  Float learningRate;

  @Option(names = "--momentum", paramLabel = "X", description = "Of sgd and rmsprop; default: 0.")
  Float momentum;

  @Option(names = "--beta1", paramLabel = "X", description = "Of adam and its kin; default: 0.9.")
  Float beta1;

  @Option(names = "--beta2", paramLabel = "X", description = "Of adam and its kin; default: 0.999.")
  Float beta2;

  @Option(names = "--weight-decay", paramLabel = "X", description = "Default: 0.")
  Float weightDecay;

  @Option(
      names = "--clip",
      paramLabel = "X",
      description = "Largest norm of the whole gradient; default: 1.")
  Float clip;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      converter = Word.ScheduleWord.class,
      completionCandidates = Word.ScheduleWord.class,
      description =
          "Of the learning rate: constant (default), linear, cosine (char-rnn), one-cycle, plateau.")
  RunSettings.ScheduleKind schedule;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Updates before cosine begins to fall; default: 0; char-rnn: 50.")
  Long warmup;

  @Option(names = "--accumulate", paramLabel = "N", description = "Batches per update; default: 1.")
  Integer accumulate;

  @Option(
      names = "--ema",
      paramLabel = "X",
      description =
          "Keeps a moving average of the weights, X of it in each update, and validates and leaves that; default: 0, none.")
  Float ema;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the first weights, of dropout and of the order of the windows; default: 0.")
  Long seed;
}
