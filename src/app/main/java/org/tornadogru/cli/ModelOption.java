package org.tornadogru.cli;

import java.nio.file.Path;
import org.tornadogru.formats.Checkpoint;
import picocli.CommandLine.Option;

/** A trained model. */
final class ModelOption {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "What train wrote with --out, or a safetensors file in it.")
  private Path path;

  Checkpoint load() {
    return Checkpoint.load(path);
  }
}
