package org.tornadogru.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.onnx.OnnxSurroundings;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.Usage;

/** What a file has of a model of a table beside its weights, and what other formats have of it. */
public final class SeriesFile {

  private static final String KEY = "series";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES);

  private SeriesFile() {}

  /** Whether a model is one of a table. */
  public static boolean isSeries(GruModel model) {
    Objects.requireNonNull(model, "model");
    return model.metadata().containsKey(KEY);
  }

  /** What a model of a table answers. */
  public static SeriesConfig config(GruModel model) {
    return preparation("the model", model).config();
  }

  static Preparation preparation(Object name, GruModel model) {
    String wrong = name + " says of its table what this version cannot read: train it again";
    try {
      JsonNode said = JSON.readTree(model.metadata().get(KEY));
      if (!(said.path("config") instanceof ObjectNode config)) {
        throw new InvalidInputException(wrong);
      }
      config.putIfAbsent("multi", TextNode.valueOf(SeriesConfig.Multi.DIRECT.name())); // at first
      return JSON.treeToValue(said, Preparation.class);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(wrong, e);
    }
  }

  static GruModel model(SeriesModel model, Map<String, String> facts) {
    Map<String, String> metadata = new LinkedHashMap<>(Objects.requireNonNull(facts, "facts"));
    try {
      metadata.put(KEY, JSON.writeValueAsString(model.preparation()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a preparation is records of numbers and words", e);
    }
    return new GruModel(model.weights(), metadata);
  }

  /** What a format cannot say of a model of a table, each in a few words. */
  public static List<String> losses(GruModel model, ModelFormat format) {
    SeriesConfig config = config(model);
    List<String> losses = new ArrayList<>();
    if (format == ModelFormat.ONNX) {
      if (config.task().kind() == SeriesTask.Kind.ALARM) {
        losses.add("how alarms are scored");
      }
      if (config.multi() == SeriesConfig.Multi.RECURSIVE) {
        losses.add("that a forecast goes on from its own answers");
      }
    }
    if (!losses.isEmpty() || (format != ModelFormat.ONNX && format != ModelFormat.SAFETENSORS)) {
      losses.add("how a table's columns are scaled, and what is added to the outputs");
    }
    return losses;
  }

  /** The same weights, without a word of what makes their inputs and is made of their outputs. */
  public static GruModel bare(GruModel model) {
    Map<String, String> rest = new LinkedHashMap<>(model.metadata());
    rest.remove(KEY);
    return new GruModel(model.weights(), rest);
  }

  /**
   * Writes a model of a table as ONNX, with its columns: it takes raw numbers, and answers
   * likewise.
   *
   * @param lengths whether it has an input for the lengths of sequences
   * @return its inputs and outputs, in words
   * @throws InvalidInputException if there are {@link #losses}, or the file cannot be written
   */
  public static List<String> writeOnnx(GruModel model, Path file, boolean lengths) {
    List<String> losses = losses(model, ModelFormat.ONNX);
    if (!losses.isEmpty()) {
      throw new InvalidInputException(
          "%s files cannot say %s: keep the model as %s"
              .formatted(
                  ModelFormat.ONNX.ending(), losses.getFirst(), ModelFormat.SAFETENSORS.ending()));
    }
    Preparation preparation = preparation("the model", model);
    SeriesTask task = preparation.config().task();
    Usage usage =
        Usage.PLAIN.withSteps(task.ofSequences() ? Usage.Steps.FINAL_STATE : Usage.Steps.EACH);
    GruModel used =
        bare(model)
            .withUsage(task.ofNumbers() ? usage : usage.withActivation(OutputActivation.SOFTMAX));
    OnnxTable table = new OnnxTable(preparation);
    try {
      WholeFile.write(file, out -> OnnxSurroundings.write(used, lengths, table, out));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a file that can be written".formatted(file, Reason.of(e)),
          e);
    }
    return table.words();
  }
}
