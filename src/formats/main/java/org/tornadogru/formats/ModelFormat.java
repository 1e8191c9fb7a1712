package org.tornadogru.formats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.formats.codec.ModelCodec;
import org.tornadogru.formats.codec.ModelSource;
import org.tornadogru.formats.keras.KerasCodec;
import org.tornadogru.formats.onnx.OnnxCodec;
import org.tornadogru.nn.InvalidInputException;

/**
 * The formats in which models are exchanged. A file is written in the format that its name ends
 * with; when read, a name without a known ending leaves it to the first bytes.
 */
public enum ModelFormat {
  /** PyTorch's state dictionary as safetensors; the format that this library keeps. */
  SAFETENSORS(".safetensors", "PyTorch's tensors, and ours"),
  /** ONNX: GRU nodes and what usually surrounds them. */
  ONNX(".onnx", "ONNX models of GRU nodes"),
  /** An archive of Keras 3. */
  KERAS(".keras", "models of Keras 3"),
  /**
   * The weights of a Keras 3 model alone; what they leave open is as usual in Keras. A whole model
   * in HDF5, as Keras 2 saves it, is read too.
   */
  KERAS_WEIGHTS(".weights.h5", "weights of Keras, or a model with them, in HDF5");

  /** The model in the directory of a run. */
  public static final String FILE_NAME = "model.safetensors";

  /** The first 8 bytes of an HDF5 file, little-endian. */
  private static final long HDF5 = 0x0a1a0a0d46444889L;

  /** The first 4 bytes of a zip archive, little-endian. */
  private static final int ZIP = 0x04034b50;

  private final String ending;
  private final String description;

  ModelFormat(String ending, String description) {
    this.ending = ending;
    this.description = description;
  }

  private ModelCodec codec() {
    return switch (this) {
      case SAFETENSORS -> new PyTorchCodec();
      case ONNX -> new OnnxCodec(false);
      case KERAS -> new KerasCodec(true);
      case KERAS_WEIGHTS -> new KerasCodec(false);
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
    return named(file).orElseGet(() -> OpenFile.read(file, ModelFormat::ofContent));
  }

  /**
   * The file that a path means.
   *
   * @param path a model's file, or the directory of a run with a model in it
   */
  public static Path file(Path path) {
    return Files.isDirectory(path) ? path.resolve(FILE_NAME) : path;
  }

  /**
   * Reads a model of any format. Whoever made the file: it takes time and memory in proportion to
   * its size, no other file is read but those with weights in the same folder that an ONNX model
   * names, and what is wrong with it is an {@link InvalidInputException} of one line.
   *
   * @param path a file, or a directory that has a {@value #FILE_NAME}
   * @throws InvalidInputException if there is none, or it is damaged, or no model that {@link
   *     org.tornadogru.nn.GruConfig} describes
   */
  public static GruModel read(Path path) {
    return read(path, ReadOptions.NONE);
  }

  /**
   * The same of a file that leaves something open.
   *
   * @throws UndecidedException if it leaves something else open
   * @throws InvalidInputException likewise, and if it does not have what the options name
   */
  public static GruModel read(Path path, ReadOptions options) {
    return read(path, options, model -> model);
  }

  private static GruModel read(
      Path path, ReadOptions options, UnaryOperator<GruModel> requirement) {
    Path file = file(path);
    ModelFormat format = of(file);
    options.requireFit(format);
    Optional<Path> folder = Optional.ofNullable(file.toAbsolutePath().getParent());
    return OpenFile.read(
        file,
        bytes -> requirement.apply(format.codec().read(new ModelSource(bytes, folder, options))));
  }

  /**
   * Reads a model that has a vocabulary.
   *
   * @param path as for {@link #read(Path)}
   * @throws InvalidInputException likewise, and if it has none, or texts do not begin at the zero
   *     state
   */
  public static GruModel readLanguageModel(Path path) {
    return read(
        path,
        ReadOptions.NONE,
        model -> {
          model.requireVocabulary();
          if (model.usage().initialState().isPresent()) {
            throw new InvalidInputException(
                "it has an initial state other than zeros, at which no text begins: use it in a program, with Predictor");
          }
          return model;
        });
  }

  /**
   * Reads the bytes of a file of this format.
   *
   * @throws InvalidInputException if they are damaged, or no model that {@link
   *     org.tornadogru.nn.GruConfig} describes
   */
  public GruModel parse(byte[] bytes) {
    return codec().read(new ModelSource(FileBytes.of(bytes), Optional.empty(), ReadOptions.NONE));
  }

  /**
   * Writes a model in the format that the file's name ends with, whole or not at all.
   *
   * @param path a file, or a directory that is to have a {@value #FILE_NAME}
   * @throws InvalidInputException if the format cannot say all of the model, or the file cannot be
   *     written
   */
  public static void write(GruModel model, Path path) {
    write(model, path, false);
  }

  /**
   * The same, perhaps as an ONNX model with an input for the lengths of the sequences.
   *
   * @throws LossException if the format cannot say all of the model
   * @throws InvalidInputException if there are to be lengths and the name is not one of ONNX, or
   *     the file cannot be written
   */
  public static void write(GruModel model, Path path, boolean lengths) {
    Path file = file(path);
    ModelCodec codec = writer(file, lengths);
    requireNoLoss(codec.losses(model), ofName(file));
    write(model, file, codec);
  }

  /**
   * The same, but without what the format cannot say.
   *
   * @return what was lost, each in a few words
   * @throws InvalidInputException if the format has nothing that computes alike, or the file cannot
   *     be written
   */
  public static List<String> writeLossy(GruModel model, Path path, boolean lengths) {
    Path file = file(path);
    ModelCodec codec = writer(file, lengths);
    write(model, file, codec);
    return codec.losses(model);
  }

  private static ModelCodec writer(Path file, boolean lengths) {
    ModelFormat format = ofName(file);
    if (lengths && format != ONNX) {
      throw new InvalidInputException(
          "only %s files have lengths as an input, not %s".formatted(ONNX.ending, file));
    }
    return lengths ? new OnnxCodec(true) : format.codec();
  }

  private static void requireNoLoss(List<String> losses, ModelFormat format) {
    if (!losses.isEmpty()) {
      throw new LossException(
          "%s files cannot say %s: keep the model as %s, or allow the loss"
              .formatted(format.ending, String.join(", nor ", losses), SAFETENSORS.ending));
    }
  }

  private static void write(GruModel model, Path file, ModelCodec codec) {
    try {
      WholeFile.write(file, out -> codec.write(model, out));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a file that can be written".formatted(file, Reason.of(e)),
          e);
    }
  }

  /**
   * A model as the bytes of a file of this format.
   *
   * @throws InvalidInputException if the format has nothing that computes alike
   */
  public byte[] bytes(GruModel model) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      codec().write(model, out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // no array refuses bytes
    }
    return out.toByteArray();
  }

  private static Optional<ModelFormat> named(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    return Arrays.stream(values()).filter(format -> name.endsWith(format.ending)).findFirst();
  }

  private static ModelFormat ofContent(FileBytes bytes) {
    if (bytes.size() <= Long.BYTES) {
      return ONNX;
    }
    ByteBuffer start = bytes.read(0, Long.BYTES + 1);
    if (start.getLong(0) == HDF5) {
      return KERAS_WEIGHTS;
    }
    if (start.getInt(0) == ZIP) {
      return KERAS;
    }
    return start.get(Long.BYTES) == '{' ? SAFETENSORS : ONNX;
  }
}
