package org.tornadogru.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.tornadogru.device.Device;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.series.AnsweredTable;
import org.tornadogru.series.FollowedTable;
import org.tornadogru.series.SeriesModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Answers a table: prints its rows with the answers in columns beside them, and forecasts behind the last row of each sequence.")
final class PredictCommand implements Runnable {

  @Mixin private ModelOption model = new ModelOption();

  @Option(names = "--series", paramLabel = "FILE", description = "The table.")
  private Path series;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the answers are written; default: standard output.")
  private Path out;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "How many rows behind the last are forecast; default: the horizon, beyond which only a model goes that was trained with --multi recursive.")
  private Integer steps;

  @Option(
      names = "--follow",
      description =
          "Reads a line of names and then rows from standard input, and answers each when it comes.")
  private boolean follow;

  @Mixin private DeviceOption device = new DeviceOption();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (follow == (series != null)) {
      throw new InvalidInputException(
          follow
              ? "--series and --follow exclude each other: rows come from a file, or from standard input"
              : "predict needs --series FILE, or --follow for rows from standard input");
    }
    if (follow && steps != null) {
      throw new InvalidInputException(
          "--follow forecasts the row that comes next: leave out --steps");
    }
    if (follow && out != null) {
      throw new InvalidInputException("--follow answers on standard output: leave out --out");
    }
    Device chosen = device.chosen();
    try (SeriesModel trained = model.loadSeries(chosen)) {
      if (follow) {
        follow(trained, chosen);
      } else if (out == null) {
        answer(trained, spec.commandLine().getOut());
      } else {
        write(trained);
      }
    }
  }

  private void answer(SeriesModel trained, Writer writer) {
    if (steps == null) {
      AnsweredTable.write(trained, series, writer, this::note);
    } else {
      AnsweredTable.write(trained, series, steps, writer, this::note);
    }
  }

  private void note(String note) {
    spec.commandLine().getErr().println("note        " + note);
  }

  private void write(SeriesModel trained) {
    try {
      WholeFile.write(
          out,
          stream -> {
            Writer writer = new OutputStreamWriter(stream, StandardCharsets.UTF_8);
            answer(trained, writer);
            writer.flush();
          });
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a file that can be written".formatted(out, Reason.of(e)),
          e);
    }
  }

  private void follow(SeriesModel trained, Device chosen) {
    try {
      FollowedTable.follow(
          trained,
          chosen,
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
          spec.commandLine().getOut());
    } catch (IOException e) {
      throw new InvalidInputException("cannot read standard input (%s)".formatted(Reason.of(e)), e);
    }
  }
}
