package org.tornadogru.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tornadogru.device.Device;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.formats.Checkpoint;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;
import org.tornadogru.report.ForecastChart;
import org.tornadogru.report.MetricsFile;
import org.tornadogru.report.Pictures;
import org.tornadogru.report.Quantity;
import org.tornadogru.report.SeriesReport;
import org.tornadogru.series.SeriesConfig;
import org.tornadogru.series.SeriesListener;
import org.tornadogru.series.SeriesModel;
import org.tornadogru.series.SeriesTask;
import org.tornadogru.series.SeriesTraining;
import org.tornadogru.series.Table;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.Validation;
import picocli.CommandLine;

/** A run of {@code train} on a table: learns, measures, and keeps model, measures and pictures. */
final class SeriesRun {

  /** What the model is worth. */
  static final String MEASURES = "measures.json";

  private static final double NANOS = 1e9;
  private static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  private final TableConfig run;
  private final Path file;
  private final SeriesConfig config;
  private final Device device;
  private final PrintWriter out;
  private final PrintWriter err;

  SeriesRun(TableConfig run, Device device, CommandLine commandLine) {
    this.run = run;
    file = run.file();
    config = run.config();
    this.device = device;
    out = commandLine.getOut();
    err = commandLine.getErr();
  }

  /**
   * Trains.
   *
   * @param wanted where the run is kept; null for a new directory
   * @param overwrite whether there may be a model in it
   */
  void train(Path wanted, boolean overwrite) {
    train(wanted, overwrite, false);
  }

  /** Goes on with a run where its checkpoint is, or from its beginning if there is none yet. */
  void resume(Path directory) {
    train(directory, true, true);
  }

  private void train(Path wanted, boolean holdsRun, boolean resumes) {
    Table table = Table.read(file, config.words());
    SeriesTraining training = SeriesTraining.of(table, config);
    long start = System.nanoTime();
    try (Interruption interruption = new Interruption();
        RunDirectory kept = RunDirectory.open(wanted, holdsRun)) {
      describe(training, kept.path());
      interruption.stops(training::stop);
      Path directory = kept.path();
      Checkpoint from =
          resumes && Files.exists(kept.checkpoint())
              ? training.checkpoint(kept.checkpoint())
              : null;
      if (from == null) {
        kept.beginAnew();
      }
      run.write(directory);
      Keeper keeper = new Keeper(kept, facts(table), training, from);
      Optional<SeriesModel> learned =
          from == null ? training.train(device, keeper) : training.resume(from, device, keeper);
      if (learned.isEmpty()) {
        out.printf("stopped     go on with: train --resume %s%n", directory);
        out.flush();
      }
      try (SeriesModel model = learned.orElseGet(() -> SeriesModel.read(directory, device))) {
        model.write(directory, facts(table));
        measure(training, model, keeper.baseline, directory);
      }
      out.printf("time        %s%n", Quantity.seconds((System.nanoTime() - start) / NANOS));
      if (learned.isPresent()) {
        out.printf(
            "next        predict --model %s --series %s answers the table, and goes on with it%n",
            directory, file);
      }
      out.flush();
    }
  }

  private void measure(
      SeriesTraining training, SeriesModel model, double baseline, Path directory) {
    Measures measures = new Measures(training.score(model), config);
    write(directory, measures, baseline);
    measures.print(out);
    if (config.task().kind() == SeriesTask.Kind.ALARM) {
      out.printf(
          Locale.ROOT,
          "alarm       at scores above %.2f, which 1 %% of normal rows have%n",
          model.threshold());
    }
    draw(training, model, measures, directory);
  }

  private void describe(SeriesTraining training, Path directory) {
    out.printf("table       %s%n", training);
    print("columns", training.columns());
    print("note", training.notes().stream().distinct().toList());
    out.printf(
        "model       GRU, %d hidden units; %s%n", config.hiddenSize(), config.task().words());
    out.printf("device      %s: %s%n", device.id(), device.description());
    out.printf("output      %s%n", directory);
    out.flush();
  }

  private void print(String name, List<String> lines) {
    String label = name;
    for (String line : lines) {
      out.printf("%-11s %s%n", label, line);
      label = "";
    }
  }

  /** Shows losses, and keeps them, checkpoints, and the best model so far. */
  private final class Keeper implements SeriesListener {

    private final RunDirectory kept;
    private final Map<String, String> facts;
    private final MetricsFile metrics;
    private double baseline = Double.NaN;

    Keeper(RunDirectory kept, Map<String, String> facts, SeriesTraining training, Checkpoint from) {
      this.kept = kept;
      this.facts = facts;
      metrics =
          from == null
              ? new MetricsFile(MetricsFile.Source.TABLE, kept.path())
              : MetricsFile.resumed(MetricsFile.Source.TABLE, kept.path(), training.epoch(from));
    }

    @Override
    public void validated(Validation validation) {
      if (validation.update() == 0) {
        baseline = validation.loss();
      }
    }

    @Override
    public void checkpoint(Checkpoint checkpoint) {
      checkpoint.write(kept.checkpoint());
    }

    @Override
    public void better(SeriesModel model) {
      model.write(kept.path(), facts);
    }

    @Override
    public void epochDone(EpochMetrics epoch, Weights weights) {
      metrics.epochDone(epoch, weights);
      boolean again = Double.isNaN(epoch.validationLoss());
      String name = config.task().ofNumbers() ? "baseline" : "at first";
      err.println(
          again
              ? String.format(
                  Locale.ROOT, "epoch %d  loss %.4f  all rows", epoch.epoch(), epoch.trainLoss())
              : String.format(
                  Locale.ROOT,
                  "epoch %d/%d  loss %.4f  validation %.4f  %s %.4f",
                  epoch.epoch(),
                  config.epochs(),
                  epoch.trainLoss(),
                  epoch.validationLoss(),
                  name,
                  baseline));
    }
  }

  private Map<String, String> facts(Table table) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("table", table.name());
    facts.put("task", config.task().words());
    facts.put("seed", Long.toString(config.seed()));
    return facts;
  }

  private void write(Path directory, Measures measures, double baseline) {
    ObjectNode object = JSON.createObjectNode().put("task", config.task().words());
    object.set("score", JSON.valueToTree(measures.score()));
    measures.verdicts().forEach(object.putArray("verdict")::add);
    object.put("baseline_loss", baseline);
    Path path = directory.resolve(MEASURES);
    try {
      WholeFile.write(path, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(object));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose another --out".formatted(path, Reason.of(e)), e);
    }
  }

  private void draw(SeriesTraining training, SeriesModel model, Measures measures, Path directory) {
    String name = file.getFileName().toString();
    boolean drawn =
        config.task().ofRowsAhead()
            && attempt(
                ForecastChart.PNG_FILE_NAME,
                () -> new ForecastChart(name, training.hindcast(model), config).save(directory));
    SeriesReport report = new SeriesReport(name, config, measures.score(), measures.verdicts());
    attempt(SeriesReport.FILE_NAME, () -> report.save(directory, drawn));
  }

  private boolean attempt(String name, Pictures.Drawing drawing) {
    return Pictures.attempt(name, drawing, warning -> err.println("tornado-gru: " + warning));
  }
}
