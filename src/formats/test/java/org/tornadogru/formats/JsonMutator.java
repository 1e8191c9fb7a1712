package org.tornadogru.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** JSON, and the safetensors files that begin with it. */
final class JsonMutator {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final SplittableRandom random;
  private final List<ContainerNode<?>> containers = new ArrayList<>();
  private final List<JsonNode> all = new ArrayList<>();
  private final List<String> texts = new ArrayList<>(List.of("x"));

  private JsonMutator(JsonNode root, SplittableRandom random) {
    this.random = random;
    collect(root);
  }

  private void collect(JsonNode node) {
    all.add(node);
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    if (node instanceof ContainerNode<?> container) {
      containers.add(container);
      node.forEach(this::collect);
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        texts.add(property.getKey());
      }
    }
  }

  /** A text of JSON with a few changes. */
  static byte[] mutated(byte[] text, SplittableRandom random) throws IOException {
    JsonNode root = JSON.readTree(text);
    for (int change = random.nextInt(1, 3); change > 0; change--) {
      new JsonMutator(root, random).change();
    }
    byte[] written = JSON.writeValueAsBytes(root);
    return random.nextInt(20) == 0 ? doubled(new String(written, UTF_8), random) : written;
  }

  /** A name comes twice, or the text does. */
  private static byte[] doubled(String text, SplittableRandom random) {
    int brace = text.indexOf('{', random.nextInt(text.length()));
    int end = text.indexOf(',', brace);
    String twice =
        brace < 0 || end < 0
            ? text + text
            : text.substring(0, end + 1)
                + text.substring(brace + 1, end + 1)
                + text.substring(end + 1);
    return twice.getBytes(UTF_8);
  }

  /** A safetensors file. */
  static byte[] ofSafetensors(byte[] file, SplittableRandom random) throws IOException {
    int length = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = mutated(Arrays.copyOfRange(file, 8, 8 + length), random);
    byte[] values = Arrays.copyOfRange(file, 8 + length, file.length);
    if (random.nextInt(16) == 0) {
      values = Arrays.copyOf(values, random.nextInt(2 * values.length + 1));
    }
    long said = random.nextInt(16) == 0 ? Mutator.number(header.length, random) : header.length;
    return ByteBuffer.allocate(8 + header.length + values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(said)
        .put(header)
        .put(values)
        .array();
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private void change() {
    switch (any(containers)) {
      case ArrayNode array when array.isEmpty() -> array.add(any(all).deepCopy());
      case ArrayNode array -> change(array);
      case ObjectNode object when object.isEmpty() -> object.set("x", any(all).deepCopy());
      case ObjectNode object -> change(object);
      default -> throw new IllegalStateException("a third kind of container");
    }
  }

  private void change(ArrayNode array) {
    int at = random.nextInt(array.size());
    int other = random.nextInt(array.size());
    switch (random.nextInt(6)) {
      case 0 -> array.remove(at);
      case 1 -> array.insert(at, array.get(other).deepCopy());
      case 2 -> array.set(at, array.set(other, array.get(at)));
      default -> array.set(at, changed(array.get(at)));
    }
  }

  private void change(ObjectNode object) {
    List<String> names = object.properties().stream().map(Map.Entry::getKey).toList();
    String name = any(names);
    switch (random.nextInt(6)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(Mutator.text(name, texts, random), object.get(name).deepCopy());
      case 2 -> object.set(name, object.set(any(names), object.get(name)).deepCopy());
      case 3 -> object.set(Mutator.text(name, texts, random), object.remove(name));
      default -> object.set(name, changed(object.get(name)));
    }
  }

  private JsonNode changed(JsonNode value) {
    if (random.nextInt(3) > 0 && value.isTextual()) {
      return NODES.textNode(Mutator.text(value.textValue(), texts, random));
    }
    if (random.nextInt(3) > 0 && value.isNumber()) {
      return random.nextInt(6) == 0
          ? NODES.numberNode(any(List.of(Double.MAX_VALUE, -0.0, 0.5, 1e-320)))
          : NODES.numberNode(Mutator.number(value.asLong(), random));
    }
    return switch (random.nextInt(6)) {
      case 0 -> nested(value.deepCopy(), random.nextInt(1, 200));
      case 1 -> NODES.nullNode();
      case 2 -> NODES.booleanNode(random.nextBoolean());
      case 3 -> NODES.textNode(any(texts));
      default -> any(all).deepCopy();
    };
  }

  private JsonNode nested(JsonNode value, int depth) {
    JsonNode nested = value;
    for (int level = 0; level < depth; level++) {
      nested =
          random.nextBoolean()
              ? NODES.arrayNode().add(nested)
              : NODES.objectNode().set(any(texts), nested);
    }
    return nested;
  }
}
