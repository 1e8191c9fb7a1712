package org.tornadogru.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.TokenBatches;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.train.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints how well a model predicts a text: mean loss in nats, and perplexity.")
final class EvaluateCommand implements Runnable {

  /** What train calls the length of its windows in a model's metadata. */
  static final String STEPS = "steps";

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE",
      description = "A UTF-8 text file; all of it is read.")
  private Path text;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Characters per window; default: as in training.")
  private Integer steps;

  @Mixin private DeviceOption device = new DeviceOption();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (steps != null && steps < 1) {
      throw new InvalidInputException("--steps must be at least 1, not " + steps);
    }
    Device chosen = device.chosen();
    GruModel trained = model.load();
    Corpus corpus = Corpus.ofFile(text);
    Vocabulary vocabulary = trained.requireVocabulary();
    int[] tokens = TextOptions.encoded(vocabulary, corpus);
    Head head = Head.nextToken(vocabulary.size());
    try (SequenceModel measured = new SequenceModel(trained.weights(), head, chosen)) {
      double loss = measured.evaluate(TokenBatches.following(tokens, steps(trained)));
      spec.commandLine()
          .getOut()
          .println(
              String.format(
                  Locale.ROOT,
                  "loss %.4f  perplexity %.3f  (%,d characters)",
                  loss,
                  Math.exp(loss),
                  tokens.length - 1));
    }
  }

  private int steps(GruModel model) {
    if (steps != null) {
      return steps;
    }
    String trained = model.metadata().get(STEPS);
    return trained != null && trained.matches("[1-9][0-9]{0,5}")
        ? Integer.parseInt(trained)
        : TrainingConfig.concise().shape().steps();
  }
}
