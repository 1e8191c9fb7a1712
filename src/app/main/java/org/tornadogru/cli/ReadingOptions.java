package org.tornadogru.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.ReadOptions;
import org.tornadogru.formats.UndecidedException;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;
import picocli.CommandLine.Option;

/** What a model's file may leave open. */
final class ReadingOptions {

  @Option(
      names = "--embedding",
      paramLabel = "NAME",
      description = "The layer of a .safetensors file that is the embedding, if it does not show.")
  private String embedding;

  @Option(
      names = "--head",
      paramLabel = "NAME",
      description = "Likewise the last linear layer behind the GRU.")
  private String head;

  @Option(
      names = "--activations",
      paramLabel = "NAME[,NAME…]",
      description =
          "What stands behind each linear layer but the last of a .safetensors or .weights.h5 file.")
  private String activations;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "The output of an .onnx file that counts, if it has several models.")
  private String output;

  GruModel read(Path path) {
    ReadOptions options =
        new ReadOptions(
            Optional.ofNullable(embedding),
            Optional.ofNullable(head),
            Optional.ofNullable(activations).stream()
                .flatMap(names -> Stream.of(names.split(",", -1)))
                .map(text -> GruProperty.function("the activation of a linear layer", text))
                .toList(),
            Optional.ofNullable(output));
    try {
      return ModelFormat.read(path, options);
    } catch (InvalidInputException e) {
      throw e.getCause() instanceof UndecidedException undecided
          ? new InvalidInputException(
              "%s, with %s".formatted(e.getMessage(), option(undecided.choice())), e)
          : e;
    }
  }

  private static String option(UndecidedException.Choice choice) {
    return switch (choice) {
      case EMBEDDING_OR_HEAD -> "--embedding NAME or --head NAME";
      case HEAD -> "--head NAME";
      case ACTIVATIONS -> "--activations NAME,…";
      case OUTPUT -> "--output NAME";
    };
  }
}
