package org.tornadogru.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.LossException;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.series.SeriesFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes a model in the format of another program. An existing file is replaced, but only when all went well.",
    footer = {
      "",
      "Formats, by how the name ends:",
      "  .safetensors   PyTorch's state dictionary; keeps everything there is of a model",
      "  .onnx          GRU nodes, for ONNX Runtime and others",
      "  .keras         a Sequential model of Keras 3",
      "  .weights.h5    the weights of a Keras 3 model alone"
    })
final class ConvertCommand implements Runnable {

  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "A model's file, or what train wrote with --out.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path out;

  @Option(
      names = "--lengths",
      description = "Give an ONNX model an input for the lengths of the sequences.")
  private boolean lengths;

  @Option(
      names = "--lossy",
      description =
          "Leave out what the format cannot say, and list it; otherwise such a model is refused.")
  private boolean lossy;

  @Mixin private ReadingOptions reading = new ReadingOptions();

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    if (Files.isDirectory(out)) {
      throw new InvalidInputException(
          "%s is a directory: give a file that ends in one of %s"
              .formatted(out, ModelFormat.endings()));
    }
    ModelFormat.ofName(out); // before the work of reading
    GruModel model = reading.read(in);
    List<String> losses = new ArrayList<>();
    if (SeriesFile.isSeries(model)) {
      ModelFormat format = ModelFormat.ofName(out);
      losses.addAll(SeriesFile.losses(model, format));
      if (losses.isEmpty() && format == ModelFormat.ONNX) {
        SeriesFile.writeOnnx(model, out, lengths).forEach(spec.commandLine().getOut()::println);
        return;
      }
      if (!losses.isEmpty() && !lossy) {
        throw new InvalidInputException(
            "%s files cannot say %s: keep the model as %s, or allow the loss with --lossy"
                .formatted(
                    format.ending(),
                    String.join(", nor ", losses),
                    ModelFormat.SAFETENSORS.ending()));
      }
      model = losses.isEmpty() ? model : SeriesFile.bare(model);
    }
    if (lossy) {
      losses.addAll(ModelFormat.writeLossy(model, out, lengths));
      losses.forEach(loss -> spec.commandLine().getOut().println("lost: " + loss));
      return;
    }
    try {
      ModelFormat.write(model, out, lengths);
    } catch (LossException e) {
      throw new InvalidInputException(e.getMessage() + " with --lossy", e);
    }
  }
}
