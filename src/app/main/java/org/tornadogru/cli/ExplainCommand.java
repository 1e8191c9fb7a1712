package org.tornadogru.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tornadogru.Gru;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.report.GatesReport;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Shows what a model's gates do while it reads a text or a sequence: reset and update gates, candidates and states of every unit at every step.",
    footer = {
      "",
      "What is written, by the end of its name:",
      "  .html   a page: heat maps, values under the pointer, what they amount to",
      "  .png    the heat maps alone",
      "  .csv    all values: a line for each unit of each layer at each step"
    })
final class ExplainCommand implements Runnable {

  /** Characters of the text that a title has at most. */
  private static final int LONGEST_TITLE = 70;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "What the model reads, from the zero state: a sentence, not a file.")
  private String text;

  @Option(
      names = "--sequence",
      paramLabel = "FILE",
      description =
          "For a model of vectors: a line for each step, of as many numbers as it has inputs, with commas between them.")
  private Path sequence;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The file to write: .html, .png or .csv.")
  private Path out;

  @Option(
      names = "--layer",
      paramLabel = "N",
      description = "Only this layer, counted from 0; default: all.")
  private Integer layer;

  @Option(
      names = "--direction",
      paramLabel = "WAY",
      converter = Word.Way.class,
      completionCandidates = Word.Way.class,
      description = "Only the walks of this direction: ${COMPLETION-CANDIDATES}; default: all.")
  private Direction direction;

  @Mixin private DeviceOption device = new DeviceOption();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if ((text == null) == (sequence == null)) {
      throw new InvalidInputException(
          text == null
              ? "explain needs --text TEXT, or --sequence FILE for a model of vectors"
              : "--text and --sequence exclude each other: give one of them");
    }
    if (Files.isDirectory(out)) {
      throw new InvalidInputException(
          out + " is a directory: give a file that ends in .html, .png or .csv");
    }
    GatesReport.Format format = GatesReport.Format.ofName(out);
    Device chosen = device.chosen();
    GatesReport report = text == null ? ofVectors(chosen) : ofText(chosen);
    report.save(out, format);
    PrintWriter console = spec.commandLine().getOut();
    report.saturation().forEach(console::println);
    console.println("written to " + out);
  }

  private GatesReport ofText(Device chosen) {
    GruModel trained = model.load();
    requireWalks(trained.config());
    if (text.isEmpty()) {
      throw new InvalidInputException("--text is empty: give at least one character");
    }
    Vocabulary vocabulary = trained.requireVocabulary();
    int[] tokens = TextOptions.encoded(vocabulary, new Corpus("the text", text));
    return GatesReport.ofText(
        "The gates over “%s”".formatted(title(vocabulary.decode(tokens))),
        trained.config(),
        gates(trained, Sequences.ofOneOfTokens(tokens), chosen),
        Arrays.stream(tokens).mapToObj(vocabulary::symbol).toList());
  }

  /** The beginning of a text, in one line. */
  private static String title(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.codePointCount(0, line.length()) <= LONGEST_TITLE
        ? line
        : line.substring(0, line.offsetByCodePoints(0, LONGEST_TITLE)) + "…";
  }

  private GatesReport ofVectors(Device chosen) {
    GruModel trained = model.loadDense();
    GruConfig config = trained.config();
    requireWalks(config);
    Sequences read = Sequences.ofOne(vectors(config.inputSize()));
    return GatesReport.ofVectors(
        "The gates over " + sequence.getFileName(),
        config,
        gates(trained, trained.usage().masked(read), chosen));
  }

  /** The steps of the file, [T][I]. */
  private float[][] vectors(int inputs) {
    List<float[]> vectors = new ArrayList<>();
    for (String line : Corpus.ofFile(sequence).text().lines().toList()) {
      String[] cells = line.split(",", -1);
      float[] vector = new float[cells.length];
      try {
        for (int i = 0; i < cells.length; i++) {
          vector[i] = Float.parseFloat(cells[i]);
        }
      } catch (NumberFormatException e) {
        throw new InvalidInputException(
            "%s, line %d: expected numbers with commas between them but found %s"
                .formatted(sequence, vectors.size() + 1, line),
            e);
      }
      if (vector.length != inputs) {
        throw new InvalidInputException(
            "%s, line %d has %d numbers but the model has %d inputs"
                .formatted(sequence, vectors.size() + 1, vector.length, inputs));
      }
      vectors.add(vector);
    }
    return vectors.toArray(float[][]::new);
  }

  private void requireWalks(GruConfig config) {
    if (layer != null && (layer < 0 || layer >= config.layers())) {
      throw new InvalidInputException(
          "--layer %d is none of the model's, which are 0 to %d"
              .formatted(layer, config.layers() - 1));
    }
    if (direction != null
        && direction != config.direction()
        && config.direction() != Direction.BIDIRECTIONAL) {
      throw new InvalidInputException(
          "--direction %s is none of the model's, which is %s"
              .formatted(Word.of(direction), Word.of(config.direction())));
    }
  }

  private List<Gates> gates(GruModel trained, Sequences read, Device chosen) {
    Tensor begin =
        trained
            .usage()
            .initialState()
            .map(state -> state.reshaped(state.shape().get(0), 1, state.shape().get(1)))
            .orElse(null);
    try (Gru gru = new Gru(trained.weights(), chosen)) {
      return gru.forwardWithGates(read, begin).gates().stream()
          .filter(gates -> layer == null || gates.layer() == layer)
          .filter(gates -> isAskedFor(gates.reverse()))
          .toList();
    }
  }

  private boolean isAskedFor(boolean reverse) {
    return direction == null
        || direction == Direction.BIDIRECTIONAL
        || direction == Direction.REVERSE == reverse;
  }
}
