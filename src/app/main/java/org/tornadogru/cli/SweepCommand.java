package org.tornadogru.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.tornadogru.device.Device;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.report.Quantity;
import org.tornadogru.report.SweepReport;
import org.tornadogru.study.Experiment;
import org.tornadogru.study.Grid;
import org.tornadogru.study.SweepRun;
import org.tornadogru.study.TextRun;
import org.tornadogru.text.Corpus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "sweep",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Learns a text with every combination of some settings, and says which learns it best; with --master on Apache Spark, one combination per task.",
    footer = {
      "",
      "What is written to --out:",
      "  sweep.html  a page that needs nothing beside it",
      "  sweep.json  what was asked for, and what came of it, the best first"
    })
final class SweepCommand implements Runnable {

  private static final String DATA = "sweep.json";

  @Option(
      names = "--grid",
      required = true,
      paramLabel = "OPTION=VALUE,…",
      description =
          "Options of train that say how a text is learned, and the values of each: learning-rate=1,2,4,hidden=16,32 are six combinations.")
  private String grid;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the page and its data are written.")
  private Path directory;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Of Apache Spark, spark://host:7077 or local[4] for example, whose tasks learn side by side; default: one combination after the other, here.")
  private String master;

  @Mixin private DeviceOption device = new DeviceOption();

  @Mixin private PresetOptions preset = new PresetOptions();

  @Mixin(name = "Text")
  private TextOptions text = new TextOptions();

  @Mixin(name = "Model")
  ModelOptions model = new ModelOptions();

  @Mixin(name = "Training")
  OptimizationOptions optimization = new OptimizationOptions();

  @Spec private CommandSpec spec;

  private int done;

  @Override
  public void run() {
    Grid asked = Grid.of(grid);
    List<Experiment> experiments = asked.experiments();
    RunSettings settings = preset.settings(text, spec);
    Corpus corpus = text.source.corpus(settings);
    SweepTask task =
        new SweepTask(
            corpus.name(), corpus.text(), settings.words(), device.id(), device.kernels());
    Device here = master == null ? device.chosen() : Device.of("jvm");
    experiments.forEach(each -> task.learner(each, here)); // refused before anything is learned
    SweepPlaces places = master == null ? null : places();
    String where =
        master == null
            ? "%s (%s)".formatted(here.description(), here.id())
            : "Apache Spark, " + master;
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "sweep       %s, %,d characters; %d combinations on %s%n",
        corpus.name(),
        corpus.text().codePointCount(0, corpus.text().length()),
        experiments.size(),
        where);
    out.flush();
    long start = System.nanoTime();
    try (RunDirectory kept = RunDirectory.open(directory, true)) {
      List<SweepRun> runs = new ArrayList<>();
      Consumer<SweepRun> hear = run -> hear(run, experiments.size(), runs);
      if (places == null) {
        experiments.forEach(each -> hear.accept(task.run(each, here, TrainingProgress::bar)));
      } else {
        places.run(
            master,
            task,
            experiments.stream().map(SweepTask::json).toList(),
            json -> hear.accept(SweepTask.parsed(json, SweepRun.class)));
      }
      runs.sort(SweepRun.BEST_FIRST);
      print(asked, runs);
      write(kept.path(), settings, runs);
      new SweepReport(corpus.name(), where, asked, options(settings), runs).save(kept.path());
    }
    out.printf(
        "time        %s%nwritten to  %s%n",
        Quantity.seconds((System.nanoTime() - start) / 1e9), directory.resolve(SweepReport.PAGE));
  }

  private static SweepPlaces places() {
    return ServiceLoader.load(SweepPlaces.class)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "this program is without Apache Spark: start with ./%s sweep --master"
                        .formatted(Starter.name())));
  }

  private void hear(SweepRun run, int all, List<SweepRun> runs) {
    runs.add(run);
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%5d/%-5d %s: %s%n", ++done, all, run.experiment().name(), words(run));
    out.flush();
  }

  private static String words(SweepRun run) {
    return run.run() == null
        ? run.failure()
        : String.format(
            Locale.ROOT,
            "validation perplexity %.2f, %s",
            run.run().last().validationPerplexity(),
            Quantity.seconds(run.run().seconds()));
  }

  private void print(Grid asked, List<SweepRun> runs) {
    List<List<String>> table = new ArrayList<>();
    List<String> head =
        new ArrayList<>(asked.values().keySet().stream().map(name -> name.substring(2)).toList());
    head.addAll(List.of("train", "validation", "characters/s", "time"));
    table.add(head);
    for (SweepRun each : runs) {
      List<String> row = new ArrayList<>(each.experiment().options().values());
      row.addAll(each.run() == null ? List.of("", "failed", "", "") : numbers(each.run()));
      table.add(row);
    }
    Columns.print(spec.commandLine().getOut(), table);
  }

  private static List<String> numbers(TextRun run) {
    return List.of(
        String.format(Locale.ROOT, "%.2f", run.last().trainPerplexity()),
        String.format(Locale.ROOT, "%.2f", run.last().validationPerplexity()),
        String.format(Locale.ROOT, "%,.0f", run.charactersPerSecond()),
        Quantity.seconds(run.seconds()));
  }

  /** What a command for one of the runs has besides what the grid says, as it is typed. */
  private static String options(RunSettings settings) {
    Map<String, String> usual =
        settings.isD2l() ? RunSettings.D2L.words() : RunSettings.CHAR_RNN.words();
    Map<String, String> other = new LinkedHashMap<>(settings.words());
    other.entrySet().removeIf(option -> option.getValue().equals(usual.get(option.getKey())));
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--preset", settings.words().get("--preset"));
    options.putAll(other);
    return new Experiment("", options).line();
  }

  private void write(Path path, RunSettings settings, List<SweepRun> runs) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("text", text.source.file() == null ? "" : text.source.file().toString());
    data.put("options", settings.words());
    data.put("runs", runs);
    Path file = path.resolve(DATA);
    try {
      WholeFile.write(
          file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(data));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose another --out".formatted(file, Reason.of(e)), e);
    }
  }
}
