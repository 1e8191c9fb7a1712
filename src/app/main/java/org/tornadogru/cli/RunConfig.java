package org.tornadogru.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.text.Corpus;

/**
 * What a run was asked for, as {@value RunDirectory#CONFIG} keeps it.
 *
 * @param text its name
 * @param file its path; empty for a text that comes with the program
 * @param sha256 of its characters in UTF-8
 */
record RunConfig(String text, String file, String sha256, RunSettings settings) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static RunConfig of(Corpus corpus, Path file, RunSettings settings) {
    String path = file == null ? "" : file.toAbsolutePath().normalize().toString();
    return new RunConfig(corpus.name(), path, sha256(corpus.text()), settings);
  }

  private static String sha256(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void write(Path directory) {
    ObjectNode options = JSON.createObjectNode();
    settings.words().forEach((option, word) -> options.put(option, word));
    ObjectNode object =
        JSON.createObjectNode().put("text", text).put("file", file).put("sha256", sha256);
    object.set("options", options);
    Path path = directory.resolve(RunDirectory.CONFIG);
    try {
      WholeFile.write(path, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(object));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose another --out"
              .formatted(path, e.getClass().getSimpleName()),
          e);
    }
  }

  /**
   * Reads what a run was asked for.
   *
   * @throws InvalidInputException if there is no run in the directory, or the file makes no sense
   */
  static RunConfig read(Path directory) {
    Path path = directory.resolve(RunDirectory.CONFIG);
    if (!Files.exists(path)) {
      throw new InvalidInputException(
          "there is no run in %s to go on with: it has no %s"
              .formatted(directory, RunDirectory.CONFIG));
    }
    try {
      JsonNode object = JSON.readTree(Files.readAllBytes(path));
      Map<String, String> words = new LinkedHashMap<>();
      object
          .path("options")
          .properties()
          .forEach(entry -> words.put(entry.getKey(), entry.getValue().asText()));
      return new RunConfig(
          object.path("text").asText(),
          object.path("file").asText(),
          object.path("sha256").asText(),
          RunSettings.of(words));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("%s is no JSON: give another run".formatted(path), e);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("%s: %s".formatted(path, e.getMessage()), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot read %s (%s): give another run".formatted(path, e.getClass().getSimpleName()), e);
    }
  }
}
