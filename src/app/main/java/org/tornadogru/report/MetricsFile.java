package org.tornadogru.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;
import org.tornadogru.train.EpochMetrics;
import org.tornadogru.train.TrainingListener;

/**
 * Writes one JSON object per epoch and line. The file is rewritten at the end of each epoch, which
 * costs little and leaves no half line whenever the program is killed.
 */
public final class MetricsFile implements TrainingListener {

  /** The file in a run's directory. */
  public static final String FILE_NAME = "metrics.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  public MetricsFile(Path directory) {
    file = directory.resolve(FILE_NAME);
  }

  /**
   * Adds a line.
   *
   * @throws InvalidInputException if the file cannot be written
   */
  @Override
  public void epochDone(EpochMetrics epoch, Weights weights) {
    lines.writeBytes((line(epoch) + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      WholeFile.write(file, lines::writeTo);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a directory that can be written"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  private static String line(EpochMetrics epoch) {
    ObjectNode object =
        JSON.createObjectNode()
            .put("epoch", epoch.epoch())
            .put("train_loss", epoch.trainLoss())
            .put("train_perplexity", epoch.trainPerplexity())
            .put("validation_loss", epoch.validationLoss())
            .put("validation_perplexity", epoch.validationPerplexity())
            .put("seconds", epoch.seconds())
            .put("characters_per_second", epoch.targetsPerSecond())
            .put("bytes_to_device", epoch.bytesToDevice())
            .put("bytes_from_device", epoch.bytesFromDevice());
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
