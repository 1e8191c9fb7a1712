package org.tornadogru.cli;

import java.nio.file.Path;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import picocli.CommandLine.Option;

/** A trained model. */
final class ModelOption {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "What train wrote with --out, or a safetensors file in it.")
  private Path path;

  GruModel load() {
    return ModelFormat.readLanguageModel(path);
  }
}
