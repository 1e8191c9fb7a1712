package org.tornadogru.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

  @Override
  public void run() {
    if (Files.isDirectory(out)) {
      throw new InvalidInputException(
          "%s is a directory: give a file that ends in one of %s"
              .formatted(out, ModelFormat.endings()));
    }
    ModelFormat.ofName(out); // before the work of reading
    GruModel model = ModelFormat.read(in);
    if (lengths) {
      ModelFormat.writeWithLengths(model, out);
    } else {
      ModelFormat.write(model, out);
    }
  }
}
