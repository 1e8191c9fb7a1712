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

/**
 * A training as it is sent to the workers.
 *
 * @param start the model to begin with, as a safetensors file
 * @param head what it learns
 * @param optimization how
 * @param order which rows are in which batch
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
    Order order,
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
    settings.put("batchSize", Integer.toString(order.batch()));
    settings.put("seed", Long.toString(order.seed()));
    settings.put("localSteps", Integer.toString(localSteps));
    settings.put("head", head.toString());
    settings.put("optimization", optimization.toString());
    return settings;
  }
}
