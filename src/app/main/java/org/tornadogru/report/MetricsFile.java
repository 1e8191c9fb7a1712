package org.tornadogru.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.TrainingListener;

/**
 * Writes what epochs measured: one JSON object per line, and the same as a table. The files are
 * rewritten at the end of each epoch, which costs little and leaves no half line whenever the
 * program is killed.
 */
public final class MetricsFile implements TrainingListener {

  /** The file in a run's directory. */
  public static final String FILE_NAME = "metrics.jsonl";

  /** The same as a table. */
  public static final String CSV_FILE_NAME = "metrics.csv";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What was learned from, which says what measures mean. */
  public enum Source {
    /** Losses are nats per symbol. */
    TEXT,
    /** Losses have no perplexity; the epochs over all rows have no validation. */
    TABLE
  }

  private final Source source;
  private final Path directory;
  private final List<EpochMetrics> epochs = new ArrayList<>();
  private final StringBuilder lines = new StringBuilder();
  private final StringBuilder table = new StringBuilder();

  /** The files of a new run. */
  public MetricsFile(Source source, Path directory) {
    this.source = source;
    this.directory = directory;
  }

  /**
   * The files of a run that goes on.
   *
   * @param epoch the one it goes on with; what there is of it and of later ones is dropped
   * @throws InvalidInputException if the file is damaged
   */
  public static MetricsFile resumed(Source source, Path directory, int epoch) {
    MetricsFile file = new MetricsFile(source, directory);
    Path lines = directory.resolve(FILE_NAME);
    if (Files.exists(lines)) {
      try {
        for (String line : Files.readAllLines(lines)) {
          EpochMetrics metrics = file.epoch(line);
          if (metrics.epoch() < epoch) {
            file.add(metrics);
          }
        }
      } catch (JsonProcessingException e) {
        throw new InvalidInputException(lines + " is damaged: it is no JSON; remove it", e);
      } catch (IOException e) {
        throw new InvalidInputException(
            "cannot read %s (%s): remove it".formatted(lines, Reason.of(e)), e);
      }
    }
    return file;
  }

  /** All epochs of the run so far. */
  public List<EpochMetrics> epochs() {
    return List.copyOf(epochs);
  }

  /**
   * Adds an epoch.
   *
   * @throws InvalidInputException if the files cannot be written
   */
  @Override
  public void epochDone(EpochMetrics epoch, Weights weights) {
    add(epoch);
    write(FILE_NAME, lines);
    write(CSV_FILE_NAME, table);
  }

  private void add(EpochMetrics epoch) {
    ObjectNode object = object(epoch);
    if (epochs.isEmpty()) {
      table
          .append(String.join(",", object.propertyStream().map(Map.Entry::getKey).toList()))
          .append('\n');
    }
    epochs.add(epoch);
    lines.append(object).append('\n');
    table
        .append(object.valueStream().map(JsonNode::asText).collect(Collectors.joining(",")))
        .append('\n');
  }

  private void write(String name, CharSequence text) {
    Path file = directory.resolve(name);
    try {
      WholeFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a directory that can be written"
              .formatted(file, Reason.of(e)),
          e);
    }
  }

  private ObjectNode object(EpochMetrics epoch) {
    ObjectNode object = JSON.createObjectNode().put("epoch", epoch.epoch());
    object.put("train_loss", epoch.trainLoss());
    if (source == Source.TEXT) {
      object.put("train_perplexity", epoch.trainPerplexity());
    }
    boolean validated = source == Source.TEXT || !Double.isNaN(epoch.validationLoss());
    object.put("validation_loss", validated ? (Double) epoch.validationLoss() : null);
    if (source == Source.TEXT) {
      object.put("validation_perplexity", epoch.validationPerplexity());
    }
    return object
        .put("seconds", epoch.seconds())
        .put(speed(), epoch.targetsPerSecond())
        .put("bytes_to_device", epoch.bytesToDevice())
        .put("bytes_from_device", epoch.bytesFromDevice());
  }

  private String speed() {
    return source == Source.TEXT ? "characters_per_second" : "targets_per_second";
  }

  private EpochMetrics epoch(String line) throws JsonProcessingException {
    JsonNode object = JSON.readTree(line);
    return new EpochMetrics(
        object.path("epoch").asInt(),
        object.path("train_loss").asDouble(Double.NaN),
        object.path("validation_loss").asDouble(Double.NaN),
        object.path("seconds").asDouble(),
        object.path(speed()).asDouble(),
        object.path("bytes_to_device").asLong(),
        object.path("bytes_from_device").asLong());
  }
}
