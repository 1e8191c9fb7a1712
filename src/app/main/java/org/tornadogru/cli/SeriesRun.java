package org.tornadogru.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tornadogru.device.Device;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;
import org.tornadogru.report.ForecastChart;
import org.tornadogru.report.Pictures;
import org.tornadogru.report.Quantity;
import org.tornadogru.report.SeriesReport;
import org.tornadogru.series.Score;
import org.tornadogru.series.SeriesConfig;
import org.tornadogru.series.SeriesModel;
import org.tornadogru.series.SeriesTask;
import org.tornadogru.series.SeriesTraining;
import org.tornadogru.series.Table;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.TrainingListener;
import org.tornadogru.train.Validation;
import picocli.CommandLine;

/** A run of {@code train} on a table: learns, measures, and keeps model, measures and pictures. */
final class SeriesRun {

  /** What was measured: of the model, and of each epoch. */
  static final String MEASURES = "measures.json";

  private static final double NANOS = 1e9;
  private static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  private final Path file;
  private final SeriesConfig config;
  private final Device device;
  private final PrintWriter out;
  private final PrintWriter err;

  SeriesRun(Path file, SeriesConfig config, Device device, CommandLine commandLine) {
    this.file = file;
    this.config = config;
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
    Table table = Table.read(file, config.words());
    SeriesTraining training = SeriesTraining.of(table, config);
    long start = System.nanoTime();
    try (RunDirectory kept = RunDirectory.open(wanted, overwrite)) {
      describe(training, kept.path());
      Losses losses = new Losses();
      try (SeriesModel model = training.train(device, losses)) {
        Score score = training.score(model);
        model.write(kept.path(), facts(table));
        Measures measures = new Measures(score, config);
        write(kept.path(), measures, losses);
        measures.print(out);
        if (config.task().kind() == SeriesTask.Kind.ALARM) {
          out.printf(
              Locale.ROOT,
              "alarm       at scores above %.2f, which 1 %% of normal rows have%n",
              model.threshold());
        }
        draw(training, model, measures, kept.path());
      }
      out.printf("time        %s%n", Quantity.seconds((System.nanoTime() - start) / NANOS));
      out.printf(
          "next        predict --model %s --series %s answers the table, and goes on with it%n",
          kept.path(), file);
      out.flush();
    }
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

  /** Shows losses, and keeps them. */
  private final class Losses implements TrainingListener {

    private double baseline = Double.NaN;
    private final List<EpochMetrics> epochs = new ArrayList<>();

    @Override
    public void validated(Validation validation) {
      if (validation.update() == 0) {
        baseline = validation.loss();
      }
    }

    @Override
    public void epochDone(EpochMetrics epoch, Weights weights) {
      epochs.add(epoch);
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

  private void write(Path directory, Measures measures, Losses losses) {
    ObjectNode object = JSON.createObjectNode().put("task", config.task().words());
    object.set("score", JSON.valueToTree(measures.score()));
    measures.verdicts().forEach(object.putArray("verdict")::add);
    object.put("baseline_loss", losses.baseline);
    object.set("epochs", JSON.valueToTree(losses.epochs));
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
