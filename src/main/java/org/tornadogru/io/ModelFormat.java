package org.tornadogru.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tornadogru.InvalidInputException;
import org.tornadogru.file.WholeFile;

/**
 * The formats in which models are exchanged. A file is written in the format that its name ends
 * with; when read, a name without a known ending leaves it to the first bytes.
 */
public enum ModelFormat {
  /** PyTorch's state dictionary as safetensors; the format that this library keeps. */
  SAFETENSORS(".safetensors", "PyTorch's tensors, and ours");

  private final String ending;
  private final String description;

  ModelFormat(String ending, String description) {
    this.ending = ending;
    this.description = description;
  }

  private ModelCodec codec() {
    return switch (this) {
      case SAFETENSORS -> new PyTorchCodec();
    };
  }

  /** How names of such files end. */
  public String ending() {
    return ending;
  }

  /** Whose format it is, in a few words. */
  public String description() {
    return description;
  }

  /** The endings in one line. */
  public static String endings() {
    return Arrays.stream(values()).map(ModelFormat::ending).collect(Collectors.joining(", "));
  }

  /**
   * The format of a file that is to be written.
   *
   * @throws InvalidInputException if its name has no known ending
   */
  public static ModelFormat ofName(Path file) {
    return named(file)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the name %s says no format: let it end in one of %s"
                        .formatted(file, endings())));
  }

  /**
   * The format of a file that exists.
   *
   * @throws InvalidInputException if there is no such file, or neither its name nor its content
   *     says what it is
   */
  public static ModelFormat of(Path file) {
    return named(file).orElseGet(() -> MappedFile.read(file, ModelFormat::ofContent));
  }

  /**
   * The file that a path means.
   *
   * @param path a model's file, or the directory of a run with a model in it
   */
  public static Path file(Path path) {
    return Files.isDirectory(path) ? path.resolve(Checkpoint.FILE_NAME) : path;
  }

  /**
   * Reads a model of any format.
   *
   * @param path a file, or a directory that has a {@value Checkpoint#FILE_NAME}
   * @throws InvalidInputException if there is none, or it is damaged, or no model that {@link
   *     org.tornadogru.nn.GruConfig} describes
   */
  public static GruModel read(Path path) {
    Path file = file(path);
    ModelFormat format = of(file);
    return MappedFile.read(file, format.codec()::read);
  }

  /** Reads the bytes of a file of this format. */
  GruModel parse(MemorySegment bytes) {
    return codec().read(bytes);
  }

  /**
   * Writes a model in the format that the file's name ends with, whole or not at all.
   *
   * @throws InvalidInputException if the format cannot express the model, or the file cannot be
   *     written
   */
  public static void write(GruModel model, Path file) {
    ModelFormat format = ofName(file);
    try {
      WholeFile.write(file, out -> format.codec().write(model, out));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a file that can be written"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  /** A model as the bytes of a file of this format. */
  byte[] bytes(GruModel model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    codec().write(model, out);
    return out.toByteArray();
  }

  private static Optional<ModelFormat> named(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    return Arrays.stream(values()).filter(format -> name.endsWith(format.ending)).findFirst();
  }

  private static ModelFormat ofContent(MemorySegment bytes) {
    return SAFETENSORS;
  }
}
