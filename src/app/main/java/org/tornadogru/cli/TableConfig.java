package org.tornadogru.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.series.SeriesConfig;

/**
 * What a run on a table was asked for, as {@value RunDirectory#CONFIG} keeps it.
 *
 * @param file the table's path
 * @param sha256 of its bytes; empty for what can be read once only
 */
record TableConfig(Path file, String sha256, SeriesConfig config) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TABLE = "table";

  static TableConfig of(Path file, SeriesConfig config) {
    return new TableConfig(file, Files.isRegularFile(file) ? RunConfig.sha256(file) : "", config);
  }

  /** Whether the run in a directory is one on a table. */
  static boolean isIn(Path directory) {
    return Files.exists(directory.resolve(RunDirectory.CONFIG))
        && RunConfig.kept(directory).has(TABLE);
  }

  void write(Path directory) {
    ObjectNode object =
        JSON.createObjectNode()
            .put(TABLE, file.getFileName().toString())
            .put("file", file.toAbsolutePath().normalize().toString())
            .put("sha256", sha256);
    object.set("config", JSON.valueToTree(config));
    RunConfig.keep(directory, object);
  }

  /**
   * Reads what a run was asked for.
   *
   * @param moved where the table is now; null for where it was
   * @throws InvalidInputException if there is no run on a table in the directory, the file makes no
   *     sense, or the table is another one
   */
  static TableConfig read(Path directory, Path moved) {
    JsonNode object = RunConfig.kept(directory);
    if (!object.has(TABLE)) {
      throw new InvalidInputException(
          "the run in %s learned from a text: leave out --series".formatted(directory));
    }
    Path file = moved == null ? Path.of(object.path("file").asText()) : moved;
    SeriesConfig config;
    try {
      config = JSON.treeToValue(object.path("config"), SeriesConfig.class);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "%s makes no sense: give another run".formatted(directory.resolve(RunDirectory.CONFIG)),
          e);
    }
    TableConfig now = of(file, config);
    if (!now.sha256.equals(object.path("sha256").asText())) {
      throw new InvalidInputException(
          "the run in %s learned from another table (%s): give that with --series"
              .formatted(directory, object.path(TABLE).asText()));
    }
    return now;
  }
}
