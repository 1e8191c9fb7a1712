package org.tornadogru.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.Head;
import org.tornadogru.optim.Optimization;
import org.tornadogru.train.TrainingOptions;

/**
 * A training as it is sent to the workers.
 *
 * @param start the model to begin with, as a safetensors file
 * @param head what it learns
 * @param optimization how an update is made
 * @param options how it goes on from update to update
 * @param order which rows are in which batch
 * @param validationRows of all workers, or 0
 * @param workers how many
 * @param epochs passes over all rows
 * @param localSteps updates that workers make by themselves before they average their weights; 1
 *     for averages of gradients
 * @param checkpoints directory on a file system of all executors; empty for none
 * @param checkpointEvery updates between two of them
 * @param device of each worker
 * @param secret that only the workers have
 */
@SuppressWarnings("ArrayRecordComponent") // travels, and is never compared
record Training(
    byte[] start,
    Head head,
    Optimization optimization,
    TrainingOptions options,
    Order order,
    long validationRows,
    int workers,
    int epochs,
    int localSteps,
    String checkpoints,
    int checkpointEvery,
    String device,
    byte[] secret)
    implements Serializable {

  GruModel model() {
    return ModelFormat.SAFETENSORS.parse(start);
  }

  /** Whether there is something to measure by at the end of epochs. */
  boolean validates() {
    return validationRows > 0;
  }

  /** Where checkpoints go. */
  Optional<Path> checkpoint() {
    return checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(Path.of(checkpoints, "checkpoint.safetensors"));
  }

  /** What the result depends on: a training with other settings does not go on from there. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("rows", Long.toString(order.rows()));
    settings.put("validationRows", Long.toString(validationRows));
    settings.put("batchSize", Integer.toString(order.batch()));
    settings.put("seed", Long.toString(order.seed()));
    settings.put("localSteps", Integer.toString(localSteps));
    settings.put("head", head.toString());
    settings.put("optimization", optimization.toString());
    settings.put("options", options.toString());
    return settings;
  }
}
