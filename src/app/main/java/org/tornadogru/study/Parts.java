package org.tornadogru.study;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;

/**
 * The parts of a study that are done, each in a file of JSON with what was asked and what came of
 * it: a study that was ended goes on with those that are missing, or were asked otherwise.
 *
 * @param directory of the files
 */
public record Parts(Path directory) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ASKED = "asked";
  private static final String FOUND = "found";

  /** The file of a part, whose kind is its ending. */
  public Path file(String name, String ending) {
    return directory.resolve(name + ending);
  }

  /**
   * A part that is there already.
   *
   * @param asked all that it depends on
   * @return empty if there is none, or none that answers the same, or its file is damaged
   */
  public <T> Optional<T> found(String name, Map<String, String> asked, Class<T> type) {
    Path file = file(name, ".json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode part = JSON.readTree(file.toFile());
      return part.path(ASKED).equals(JSON.valueToTree(asked))
          ? Optional.of(JSON.treeToValue(part.path(FOUND), type))
          : Optional.empty();
    } catch (JacksonException damaged) {
      return Optional.empty();
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot read %s (%s): remove it".formatted(file, Reason.of(e)), e);
    }
  }

  /**
   * Keeps a part.
   *
   * @return the same
   * @throws InvalidInputException if it cannot be written
   */
  public <T> T keep(String name, Map<String, String> asked, T found) {
    Path file = file(name, ".json");
    ObjectNode part = JSON.createObjectNode();
    part.set(ASKED, JSON.valueToTree(asked));
    part.set(FOUND, JSON.valueToTree(found));
    try {
      WholeFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(part));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose a directory that can be written"
              .formatted(file, Reason.of(e)),
          e);
    }
    return found;
  }
}
