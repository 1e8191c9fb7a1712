package org.tornadogru.formats.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.formats.codec.Json;
import org.tornadogru.formats.codec.Metadata;
import org.tornadogru.formats.codec.ModelCodec;
import org.tornadogru.formats.codec.ModelSource;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * Models of Keras: an archive {@code .keras}, of version 2.13 or later, or the weights alone; and
 * whole models in HDF5, as Keras 2 saves them. Version 3 is written.
 *
 * <pre>
 *   config.json         the layers, see {@link KerasStack}
 *   metadata.json       Keras' version; our metadata under tornado_gru, which Keras passes over
 *   model.weights.h5    the weights in HDF5
 * </pre>
 *
 * <p>Weights alone say how the layers are stacked, their sizes, and by the shape of the bias where
 * the reset gate acts; the rest is taken to be as usual in Keras: σ and tanh, forward, directions
 * concatenated.
 *
 * @param archive whether there is a configuration
 */
public record KerasCodec(boolean archive) implements ModelCodec {

  private static final String CONFIG = "config.json";
  private static final String METADATA = "metadata.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final String OURS = "tornado_gru";

  /** Weights hardly get smaller when compressed, texts do; a file that does more is a bomb. */
  private static final int LARGEST_EXPANSION = 4;

  private static final int LARGEST_EXPANSION_OF_TEXT = 16;
  private static final int ANY_TEXT = 1 << 20;

  /** A model's few entries, and whatever else somebody keeps with them. */
  private static final int MOST_ENTRIES = 1000;

  /** Weights in memory: unpacked, as they are collected and in one piece; as numbers; arranged. */
  private static final int COPIES = 4;

  @Override
  public GruModel read(ModelSource source) {
    byte[] bytes = source.bytes().all(archive ? 1 : COPIES);
    return archive
        ? ofArchive(bytes)
        : ofHdf5(Hdf5Weights.read(bytes), source.options().activations());
  }

  private static GruModel ofHdf5(Hdf5Weights file, List<ActivationFunction> activations) {
    KerasVersion version = new KerasVersion(file.texts().getOrDefault(Hdf5Weights.VERSION, ""));
    String config = file.texts().get(Hdf5Weights.CONFIG);
    if (config != null) {
      if (!activations.isEmpty()) {
        throw new InvalidInputException(
            "it has a configuration, which says what is between its layers: that need not be told");
      }
      KerasStack stack = new KerasStack(KerasLayout.ofNamed(file.tensors()), version);
      new KerasReader(stack, true).read(json(config, Hdf5Weights.CONFIG));
      return model(stack, Map.of());
    }
    Map<String, Tensor> weights = KerasLayout.ofCounted(file.tensors());
    if (weights.keySet().stream().noneMatch(path -> path.startsWith("layers/"))) {
      throw new InvalidInputException(
          "it has neither a configuration nor weights where Keras 3 puts them: save the whole model");
    }
    KerasStack stack = new KerasStack(weights, version);
    KerasWeightsReader.read(weights, activations, stack);
    return model(stack, Map.of());
  }

  private static GruModel ofArchive(byte[] bytes) {
    Map<String, byte[]> entries = entries(bytes);
    JsonNode config = json(entries, CONFIG);
    if (!entries.containsKey(WEIGHTS)) {
      throw new InvalidInputException("it has no %s: not a model of Keras".formatted(WEIGHTS));
    }
    JsonNode facts =
        entries.containsKey(METADATA) ? json(entries, METADATA) : MissingNode.getInstance();
    KerasStack stack =
        new KerasStack(
            KerasLayout.ofCounted(Hdf5Weights.read(entries.get(WEIGHTS)).tensors()),
            new KerasVersion(facts.path(Hdf5Weights.VERSION).asText()));
    new KerasReader(stack, false).read(config);
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> text : facts.path(OURS).properties()) {
      metadata.put(text.getKey(), text.getValue().asText());
    }
    return model(stack, metadata);
  }

  private static GruModel model(KerasStack stack, Map<String, String> ours) {
    Weights weights = stack.weights();
    Metadata metadata = Metadata.ofOurs(ours);
    Map<String, String> free = new LinkedHashMap<>(metadata.foreign());
    stack.notes().forEach(free::putIfAbsent);
    return new Metadata(metadata.own(), free).model(weights, stack.usage());
  }

  private static Map<String, byte[]> entries(byte[] bytes) {
    Map<String, byte[]> entries = new HashMap<>();
    long text = Math.min(Json.LARGEST, ANY_TEXT + (long) LARGEST_EXPANSION_OF_TEXT * bytes.length);
    long left = (long) LARGEST_EXPANSION * bytes.length + 2 * text;
    long room = (FileBytes.room() - bytes.length) / COPIES;
    int count = 0;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName();
        if (++count > MOST_ENTRIES) {
          throw new InvalidInputException("it has more entries than a model of Keras");
        }
        boolean kept = Set.of(CONFIG, METADATA, WEIGHTS).contains(name);
        if (name.equals(WEIGHTS)) {
          FileBytes.requireRoom(bytes.length + COPIES * Math.max(0, entry.getSize()));
        }
        long most = !kept ? left : name.equals(WEIGHTS) ? Math.min(left, room) : text;
        left -= kept ? keep(zip, name, most, entries) : skip(zip, most);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidInputException("it is not a zip archive, or damaged", e);
    }
    return entries;
  }

  /** Unpacks an entry of no more than a length, which is returned. */
  private static long keep(ZipInputStream zip, String name, long most, Map<String, byte[]> entries)
      throws IOException {
    byte[] content = zip.readNBytes((int) Math.min(most, Integer.MAX_VALUE - 8));
    if (content.length == most || zip.read() >= 0) {
      throw tooLarge(name);
    }
    if (entries.put(name, content) != null) {
      throw new InvalidInputException("it has %s twice".formatted(name));
    }
    return content.length;
  }

  private static long skip(ZipInputStream zip, long most) throws IOException {
    byte[] buffer = new byte[8192];
    long length = 0;
    for (int count = zip.read(buffer); count >= 0; count = zip.read(buffer)) {
      length += count;
      if (length >= most) {
        throw tooLarge("all of it");
      }
    }
    return length;
  }

  private static InvalidInputException tooLarge(String what) {
    return new InvalidInputException(
        "%s is larger when unpacked than a model of Keras: not a model".formatted(what));
  }

  private static JsonNode json(Map<String, byte[]> entries, String name) {
    byte[] bytes = entries.get(name);
    if (bytes == null) {
      throw new InvalidInputException("it has no %s: not a model of Keras".formatted(name));
    }
    return json(new String(bytes, StandardCharsets.UTF_8), name);
  }

  private static JsonNode json(String text, String name) {
    try {
      return Json.STRICT.readTree(text);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("its %s %s".formatted(name, Json.problem(e)), e);
    }
  }

  @Override
  public List<String> losses(GruModel model) {
    return archive ? KerasLosses.of(model) : KerasLosses.ofWeights(model);
  }

  @Override
  public void write(GruModel model, OutputStream out) throws IOException {
    KerasWriter writer = new KerasWriter(model);
    byte[] weights = writer.weights().bytes();
    if (!archive) {
      out.write(weights);
      return;
    }
    ObjectNode metadata = Json.STRICT.createObjectNode().put(Hdf5Weights.VERSION, "3.0.0");
    ObjectNode ours = metadata.putObject(OURS);
    Metadata.text(model).forEach(ours::put);
    ZipOutputStream zip = new ZipOutputStream(out);
    put(zip, METADATA, Json.STRICT.writeValueAsBytes(metadata));
    put(zip, CONFIG, Json.STRICT.writeValueAsBytes(writer.config()));
    put(zip, WEIGHTS, weights);
    zip.finish();
  }

  /** Keras' own archives are not compressed either. */
  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }
}
