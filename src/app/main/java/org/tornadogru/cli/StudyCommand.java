package org.tornadogru.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.tornadogru.Gru;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.report.Quantity;
import org.tornadogru.report.StudyReport;
import org.tornadogru.study.Experiment;
import org.tornadogru.study.GateReading;
import org.tornadogru.study.Gradients;
import org.tornadogru.study.HandSet;
import org.tornadogru.study.Parts;
import org.tornadogru.study.Recall;
import org.tornadogru.study.Study;
import org.tornadogru.study.TextRun;
import org.tornadogru.text.Corpus;
import org.tornadogru.text.Vocabulary;
import org.tornadogru.train.TrainingResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Goes through d2l's section 10.2 and its exercises: what the gates do, from scratch and concise, gates set by hand, settings, and models without some of the gates, on one page.",
    footer = {
      "",
      "What is written to --out:",
      "  study.html  a page that needs nothing beside it",
      "  data        each part in a file of JSON, and the models",
      "A study that was ended goes on with what is missing when the same is asked for again."
    })
final class StudyCommand implements Runnable {

  private static final String KERNELS = "--kernels";

  /** Streams read no more of a long text, so that a study takes its time and no longer. */
  private static final int MOST_TOKENS = 48_000;

  /** Where, among the characters that models are validated with, the sentence is. */
  private static final int SENTENCE = 12_000;

  private static final int SENTENCE_LENGTH = 60;
  private static final int LAGS = 32;

  /** From scratch, concise, over a sentence, and by hand. */
  private static final int FIRST_PARTS = 4;

  private static final double NANOS = 1e9;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the page and its data are written.")
  private Path directory;

  @Option(
      names = "--quick",
      description =
          "Fewer updates and fewer settings: two minutes in place of a quarter of an hour.")
  private boolean quick;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Passes over the text of every training; default: some that suit each.")
  private Integer epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the first weights and of the order of the windows; default: 0.")
  private long seed;

  @Mixin private DeviceOption device = new DeviceOption();

  @Mixin(name = "Text")
  private CorpusOptions text = new CorpusOptions();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Experiment.Extent usual = quick ? Experiment.Extent.QUICK : Experiment.Extent.WHOLE;
    Experiment.Extent extent = epochs == null ? usual : usual.withEpochs(epochs);
    Map<String, List<Experiment>> grid = Experiment.grid(extent);
    Corpus corpus = text.corpus(settings(Experiment.concise(extent)));
    Vocabulary vocabulary = Vocabulary.d2l();
    int[] tokens = TextOptions.encoded(vocabulary, corpus);
    Running running =
        new Running(
            extent,
            vocabulary,
            Arrays.copyOf(tokens, Math.min(tokens.length, MOST_TOKENS)),
            RunConfig.of(corpus, text.file(), RunSettings.D2L).sha256(),
            device.chosen(),
            new Parts(directory.resolve("data")));
    running.requireFit(grid);
    long start = System.nanoTime();
    try (RunDirectory kept = RunDirectory.open(directory, true)) {
      Study study = running.study(corpus.name(), grid);
      new StudyReport(study).save(kept.path());
    }
    spec.commandLine()
        .getOut()
        .printf(
            "time        %s%nwritten to  %s%n",
            Quantity.seconds((System.nanoTime() - start) / NANOS), directory.resolve(Study.PAGE));
  }

  private RunSettings settings(Experiment experiment) {
    return RunSettings.D2L.with(Map.of("--seed", String.valueOf(seed))).with(experiment.options());
  }

  /** Does the parts one by one, or finds them done. */
  private final class Running {

    private final Experiment.Extent extent;
    private final Vocabulary vocabulary;
    private final int[] tokens;
    private final String sha256;
    private final Device device;
    private final Parts parts;
    private final PrintWriter out = spec.commandLine().getOut();
    private int count;
    private int done;

    Running(
        Experiment.Extent extent,
        Vocabulary vocabulary,
        int[] tokens,
        String sha256,
        Device device,
        Parts parts) {
      this.extent = extent;
      this.vocabulary = vocabulary;
      this.tokens = tokens;
      this.sha256 = sha256;
      this.device = device;
      this.parts = parts;
    }

    /** What cannot be done is refused before anything is. */
    void requireFit(Map<String, List<Experiment>> grid) {
      grid.values().stream().flatMap(List::stream).forEach(this::learner);
    }

    Study study(String name, Map<String, List<Experiment>> grid) {
      count = FIRST_PARTS + 2 * Gating.values().length;
      grid.values().forEach(experiments -> count += experiments.size());
      String machine =
          "%s (%s), kernels %s"
              .formatted(device.description(), device.id(), Word.of(device.kernels()));
      out.printf(
          "study       %s on %s%nparts       %d, each kept when it is done: the same command goes on after Ctrl-C%n",
          name, machine, count);
      out.flush();
      TextRun scratch = learned(Experiment.scratch(extent));
      TextRun concise = learned(Experiment.concise(extent));
      GateReading sentence = sentence(Experiment.concise(extent));
      HandSet handSet =
          part(
              "by-hand",
              asked(Map.of()),
              HandSet.class,
              () -> HandSet.run(device),
              set -> String.format(Locale.ROOT, "off by %.1g at most", set.error()));
      List<Recall> recalls = Arrays.stream(Gating.values()).map(this::recall).toList();
      Map<String, List<TextRun>> settings = new LinkedHashMap<>();
      grid.forEach(
          (option, experiments) ->
              settings.put(option, experiments.stream().map(this::learned).toList()));
      Map<Gating, TextRun> ablations = new LinkedHashMap<>();
      for (Gating gating : Gating.values()) {
        ablations.put(gating, learned(Experiment.gated(Word.of(gating), extent)));
      }
      return new Study(
          name,
          machine,
          learner(Experiment.concise(extent)).config(),
          sentence,
          scratch,
          concise,
          handSet,
          recalls,
          settings,
          ablations);
    }

    private TextLearner learner(Experiment experiment) {
      Device chosen =
          experiment.options().containsKey(KERNELS)
              ? device.withKernels(KernelChoice.ANNOTATED)
              : device;
      return TextLearner.of(settings(experiment), vocabulary, tokens, chosen);
    }

    private TextRun learned(Experiment experiment) {
      return part(
          experiment.name(),
          asked(experiment),
          TextRun.class,
          () -> learn(experiment),
          run ->
              String.format(
                  Locale.ROOT,
                  "validation perplexity %.2f, %s",
                  run.last().validationPerplexity(),
                  Quantity.seconds(run.seconds())));
    }

    private TextRun learn(Experiment experiment) {
      TextLearner learner = learner(experiment);
      long start = System.nanoTime();
      TrainingResult result;
      try (TrainingProgress progress = TrainingProgress.bar(learner)) {
        result = learner.train(progress);
      }
      double seconds = (System.nanoTime() - start) / NANOS;
      Weights weights = result.weights();
      ModelFormat.write(
          new GruModel(weights, vocabulary, Map.of()),
          parts.file(experiment.name(), ModelFormat.SAFETENSORS.ending()));
      return new TextRun(
          experiment,
          result.epochs(),
          weights.count(),
          seconds,
          learner.sample(weights, TextLearner.PROMPT),
          experiment.options().containsKey("--gating")
              ? Gradients.norms(weights, Gradients.places(tokens, LAGS), LAGS, learner.device())
              : List.of());
    }

    /** A sentence, or some words of it, that the model has not learned. */
    private GateReading sentence(Experiment experiment) {
      int start = SENTENCE;
      int last = tokens.length - SENTENCE_LENGTH;
      while (start < last && !vocabulary.symbol(tokens[start - 1]).equals(" ")) {
        start++;
      }
      int[] read = Arrays.copyOfRange(tokens, start, start + SENTENCE_LENGTH);
      return part(
          "gates",
          asked(experiment),
          GateReading.class,
          () -> {
            Path file = parts.file(experiment.name(), ModelFormat.SAFETENSORS.ending());
            try (Gru gru = new Gru(ModelFormat.read(file).weights(), device)) {
              return GateReading.of(
                  gru.forwardWithGates(Sequences.ofOneOfTokens(read), null).gates().getFirst(),
                  Arrays.stream(read).mapToObj(vocabulary::symbol).toList());
            }
          },
          gates -> "over “%s”".formatted(String.join("", gates.symbols())));
    }

    private Recall recall(Gating gating) {
      return part(
          "recall-" + Word.of(gating),
          asked(
              Map.of(
                  "--epochs", String.valueOf(extent.recallEpochs()),
                  "--seed", String.valueOf(seed))),
          Recall.class,
          () -> {
            try (TrainingProgress progress =
                TrainingProgress.bar(extent.recallEpochs(), Recall.UPDATES)) {
              return Recall.learned(gating, extent.recallEpochs(), seed, device, progress);
            }
          },
          recall ->
              String.format(
                  Locale.ROOT,
                  "error %.3f, %s",
                  recall.errors().getLast(),
                  Quantity.seconds(recall.seconds())));
    }

    private Map<String, String> asked(Experiment experiment) {
      Map<String, String> asked = new LinkedHashMap<>(settings(experiment).words());
      asked.put("text", sha256);
      asked.put(KERNELS, Word.of(learner(experiment).device().kernels()));
      return asked(asked);
    }

    private Map<String, String> asked(Map<String, String> settings) {
      Map<String, String> asked = new LinkedHashMap<>(settings);
      asked.put("--device", device.id());
      asked.putIfAbsent(KERNELS, Word.of(device.kernels()));
      return asked;
    }

    private <T> T part(
        String name,
        Map<String, String> asked,
        Class<T> type,
        Supplier<T> work,
        Function<T, String> words) {
      Optional<T> before = parts.found(name, asked, type);
      T found = before.orElseGet(() -> parts.keep(name, asked, work.get()));
      out.printf(
          "%5d/%-5d %-20s %s%s%n",
          ++done, count, name, words.apply(found), before.isPresent() ? "; done before" : "");
      out.flush();
      return found;
    }
  }
}
