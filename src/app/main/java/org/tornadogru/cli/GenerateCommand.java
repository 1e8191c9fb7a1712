package org.tornadogru.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.WeightPrecision;
import org.tornadogru.text.Sampling;
import org.tornadogru.text.TextGenerator;
import org.tornadogru.text.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Continues a prompt and prints nothing but the text. Without --temperature and --top-k it always takes the likeliest character.")
final class GenerateCommand implements Runnable {

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--prompt",
      required = true,
      paramLabel = "TEXT",
      description = "The beginning; printed too, as the model reads it.")
  private String prompt;

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "200",
      description = "Characters to write; default: ${DEFAULT-VALUE}.")
  private int length;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Samples; below 1 closer to the likeliest text, above 1 wilder.")
  private Float temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Samples among the K likeliest characters only.")
  private Integer topK;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the sampling: another seed, another text; default: 0.")
  private long seed;

  @Option(
      names = "--weights",
      paramLabel = "FORMAT",
      defaultValue = "f32",
      converter = Word.Precision.class,
      completionCandidates = Word.Precision.class,
      description =
          "${COMPLETION-CANDIDATES}: bf16 rounds matrices to 8 bits of precision, which half as many"
              + " bytes hold on the plain JVM; default: ${DEFAULT-VALUE}.")
  private WeightPrecision precision;

  @Mixin private DeviceOption device = new DeviceOption();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (length < 1) {
      throw new InvalidInputException("--length must be at least 1, not " + length);
    }
    Device chosen = device.chosen();
    GruModel trained = model.load();
    Vocabulary vocabulary = trained.requireVocabulary();
    Sampling sampling = sampling();
    String beginning = vocabulary.decode(vocabulary.encodePrompt(prompt));
    PrintWriter out = spec.commandLine().getOut();
    try (TextGenerator generator =
        new TextGenerator(trained.weights(), vocabulary, precision, chosen)) {
      out.print(beginning);
      generator.generate(
          prompt,
          length,
          sampling,
          piece -> {
            out.print(piece);
            out.flush();
          });
      out.println();
    }
  }

  private Sampling sampling() {
    if (temperature == null && topK == null) {
      return Sampling.greedy();
    }
    return new Sampling(
        Objects.requireNonNullElse(temperature, 1f),
        Objects.requireNonNullElse(topK, Sampling.ALL),
        seed);
  }
}
