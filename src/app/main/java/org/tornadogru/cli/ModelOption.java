package org.tornadogru.cli;

import java.nio.file.Path;
import org.tornadogru.device.Device;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.series.SeriesFile;
import org.tornadogru.series.SeriesModel;
import picocli.CommandLine.Option;

/** A trained model. */
final class ModelOption {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "What train wrote with --out, or a safetensors file in it.")
  private Path path;

  /**
   * A model of texts.
   *
   * @throws InvalidInputException if it is none
   */
  GruModel load() {
    try {
      return ModelFormat.readLanguageModel(path);
    } catch (InvalidInputException e) {
      throw SeriesFile.isSeries(ModelFormat.read(path))
          ? new InvalidInputException(
              "%s is a model of a table, which knows no text: ask it with predict or evaluate, and --series FILE.csv"
                  .formatted(path),
              e)
          : e;
    }
  }

  /**
   * A model of vectors, as they are.
   *
   * @throws InvalidInputException if it reads tokens
   */
  GruModel loadDense() {
    GruModel model = ModelFormat.read(path);
    if (model.config().input() == InputKind.TOKENS) {
      throw new InvalidInputException("%s reads tokens: give it a --text".formatted(path));
    }
    return model;
  }

  /**
   * A model of tables.
   *
   * @throws InvalidInputException if it is none
   */
  SeriesModel loadSeries(Device device) {
    return SeriesModel.read(path, device);
  }
}
