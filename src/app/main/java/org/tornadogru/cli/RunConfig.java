package org.tornadogru.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tornadogru.file.Reason;
import org.tornadogru.file.WholeFile;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.text.Corpus;

/**
 * What a run on a text was asked for, as {@value RunDirectory#CONFIG} keeps it.
 *
 * @param text its name
 * @param file its path; empty for a text that comes with the program
 * @param sha256 of its characters in UTF-8
 */
record RunConfig(String text, String file, String sha256, RunSettings settings) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static RunConfig of(Corpus corpus, Path file, RunSettings settings) {
    String path = file == null ? "" : file.toAbsolutePath().normalize().toString();
    String sha256 =
        file == null || !Files.isRegularFile(file) ? sha256(corpus.text()) : sha256(file);
    return new RunConfig(corpus.name(), path, sha256, settings);
  }

  private static String sha256(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** The same of a file, of which there may be more than was read. */
  static String sha256(Path file) {
    MessageDigest digest = digest();
    byte[] mark = "\uFEFF".getBytes(StandardCharsets.UTF_8);
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(mark.length);
      if (!Arrays.equals(start, mark)) {
        digest.update(start);
      }
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot read %s (%s): give another file".formatted(file, Reason.of(e)), e);
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
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
    keep(directory, object);
  }

  /** Writes what a run was asked for. */
  static void keep(Path directory, ObjectNode object) {
    Path path = directory.resolve(RunDirectory.CONFIG);
    try {
      WholeFile.write(path, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(object));
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot write %s (%s): choose another --out".formatted(path, Reason.of(e)), e);
    }
  }

  /**
   * Reads what a run was asked for.
   *
   * @throws InvalidInputException if there is no run in the directory, or the file makes no sense
   */
  static RunConfig read(Path directory) {
    JsonNode object = kept(directory);
    Map<String, String> words = new LinkedHashMap<>();
    object
        .path("options")
        .properties()
        .forEach(entry -> words.put(entry.getKey(), entry.getValue().asText()));
    try {
      return new RunConfig(
          object.path("text").asText(),
          object.path("file").asText(),
          object.path("sha256").asText(),
          RunSettings.of(words));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "%s: %s".formatted(directory.resolve(RunDirectory.CONFIG), e.getMessage()), e);
    }
  }

  /**
   * What a run was asked for, as it was written.
   *
   * @throws InvalidInputException if there is no run in the directory
   */
  static JsonNode kept(Path directory) {
    Path path = directory.resolve(RunDirectory.CONFIG);
    if (!Files.exists(path)) {
      throw new InvalidInputException(
          "there is no run in %s to go on with: it has no %s"
              .formatted(directory, RunDirectory.CONFIG));
    }
    try {
      return JSON.readTree(Files.readAllBytes(path));
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("%s is no JSON: give another run".formatted(path), e);
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot read %s (%s): give another run".formatted(path, Reason.of(e)), e);
    }
  }
}
