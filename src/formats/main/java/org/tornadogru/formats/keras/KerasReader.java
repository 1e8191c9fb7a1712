package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Merge;

/**
 * Follows the layers of a Keras model, Sequential or a Functional one that is a chain.
 *
 * @param stack takes their weights
 * @param named whether weights are found by the names of layers, otherwise by their classes
 */
record KerasReader(KerasStack stack, boolean named, Map<String, Integer> counts) {

  KerasReader(KerasStack stack, boolean named) {
    this(stack, named, new HashMap<>());
  }

  /** Passes on the layers of a configuration. */
  void read(JsonNode model) {
    String kind = model.path("class_name").asText();
    JsonNode config = model.path("config");
    JsonNode list = config.isArray() ? config : config.path("layers");
    boolean functional = kind.equals("Functional") || kind.equals("Model");
    if (!(kind.equals("Sequential") || functional) || !list.isArray()) {
      throw new InvalidInputException(
          "its model is a %s: only Sequential and Functional ones are supported"
              .formatted(Quoted.of(kind)));
    }
    List<String> before = List.of();
    for (JsonNode layer : list) {
      String name = layer.path("config").path("name").asText();
      if (functional) {
        checkChain(layer, name, before);
      }
      if (before.size() > 1) {
        stack.merge(merging(layer, name));
      } else {
        read(layer, name);
      }
      before = isApart(layer) ? List.of(name, name + " output 1") : List.of(name);
    }
    if (functional) {
      checkOutput(config.path("output_layers"), before);
    }
    if (before.size() > 1) {
      stack.noteApart();
    }
  }

  /** Whether a layer gives out its directions one by one. */
  private static boolean isApart(JsonNode layer) {
    return layer.path("class_name").asText().equals("Bidirectional")
        && layer.path("config").path("merge_mode").isNull();
  }

  /** What a layer makes of two directions that were given out one by one. */
  private static Merge merging(JsonNode layer, String name) {
    String kind = layer.path("class_name").asText();
    return switch (kind) {
      case "Add" -> Merge.SUM;
      case "Average" -> Merge.AVERAGE;
      case "Multiply" -> Merge.MULTIPLY;
      case "Concatenate" -> {
        if (layer.path("config").path("axis").asInt(-1) != -1) {
          throw KerasStack.unsupported(name, "Concatenate of another axis than the last");
        }
        yield Merge.CONCAT;
      }
      default ->
          throw new InvalidInputException(
              "layer %s is a %s behind a layer whose merge_mode is None: only Concatenate, Add, Average and Multiply of both its directions are supported"
                  .formatted(Quoted.of(name), Quoted.oneLine(kind)));
    };
  }

  private static void checkChain(JsonNode layer, String name, List<String> before) {
    List<String> sources = new ArrayList<>();
    for (JsonNode history : layer.path("inbound_nodes").findValues("keras_history")) {
      sources.add(source(history));
    }
    if (sources.isEmpty()) {
      oldSources(layer.path("inbound_nodes"), sources);
    }
    if (!sources.equals(before)) {
      throw new InvalidInputException(
          "layer %s takes %s: only models whose layers follow one another are supported"
              .formatted(Quoted.of(name), Quoted.oneLine(sources.toString())));
    }
  }

  /** Keras 2 has {@code [[["name", 0, 0, {}]]]}: calls, inputs of a call, an input. */
  private static void oldSources(JsonNode node, List<String> sources) {
    if (node.path(0).isTextual()) {
      sources.add(source(node));
      for (JsonNode argument : node.path(3)) {
        oldSources(argument, sources);
      }
    } else {
      node.forEach(part -> oldSources(part, sources));
    }
  }

  /** The layer that an input comes from; its other outputs are states. */
  private static String source(JsonNode history) {
    int output = history.path(2).asInt();
    return history.path(0).asText() + (output == 0 ? "" : " output " + output);
  }

  private static void checkOutput(JsonNode outputs, List<String> last) {
    List<String> sources = new ArrayList<>();
    oldSources(outputs, sources);
    if (!outputs.isMissingNode() && !sources.equals(last)) {
      throw new InvalidInputException(
          "its outputs are those of the layers %s: only that of the last one, %s, is supported"
              .formatted(Quoted.oneLine(sources.toString()), Quoted.of(last.getFirst())));
    }
  }

  private void read(JsonNode layer, String name) {
    String kind = layer.path("class_name").asText();
    JsonNode config = layer.path("config");
    switch (kind) {
      case "InputLayer", "Identity" -> {
        // The shape of the one is that of the weights.
      }
      case "Embedding" -> {
        stack.embedding(name, "layers/" + path("embedding", name));
        if (config.path("mask_zero").asBoolean()) {
          stack.padding(name, 0);
        }
      }
      case "Masking" -> stack.masking(name, config.path("mask_value").asDouble());
      case "CategoryEncoding" -> {
        int tokens = config.path("num_tokens").asInt();
        if (!config.path("output_mode").asText().equals("one_hot") || tokens < 1) {
          throw KerasStack.unsupported(name, kind);
        }
        stack.oneHot(name, tokens);
      }
      case "Dropout", "SpatialDropout1D" ->
          stack.dropout(config.path("rate").asDouble(), !kind.equals("Dropout"));
      case "GRU" -> stack.gru(name, "layers/" + path("gru", name), config);
      case "Bidirectional" -> bidirectional(name, config);
      case "Dense" -> stack.dense("layers/" + path("dense", name), name, config);
      case "TimeDistributed" -> {
        JsonNode inner = config.path("layer");
        if (!inner.path("class_name").asText().equals("Dense")) {
          throw KerasStack.unsupported(name, kind);
        }
        String path = "layers/" + path("time_distributed", name);
        stack.dense(named ? path : path + "/layer", name, inner.path("config"));
      }
      case "Softmax" -> {
        if (config.path("axis").asInt(-1) != -1) {
          throw KerasStack.unsupported(name, "Softmax of another axis than the last");
        }
        stack.activation(name, TextNode.valueOf("softmax"));
      }
      case "Activation" -> stack.activation(name, config.path("activation"));
      default -> {
        if (!KerasActivation.isLayer(kind)) {
          throw KerasStack.unsupported(name, kind);
        }
        stack.activation(name, layer);
      }
    }
  }

  /** Keras counts the layers of a class. No two have one name, so that none is read twice. */
  private String path(String kind, String name) {
    int count = counts.merge(named ? name : kind, 1, Integer::sum) - 1;
    if (named && count > 0) {
      throw new InvalidInputException(
          "it has two layers with the name %s".formatted(Quoted.of(name)));
    }
    return named ? name : count == 0 ? kind : kind + "_" + count;
  }

  private void bidirectional(String name, JsonNode config) {
    JsonNode forward = config.path("layer");
    JsonNode backward = config.path("backward_layer");
    if (backward.isMissingNode() || backward.isNull()) {
      backward = forward.deepCopy(); // as Keras makes it
      if (backward.path("config") instanceof ObjectNode reversed) {
        reversed.put("go_backwards", true);
      }
    }
    for (JsonNode inner : List.of(forward, backward)) {
      if (!inner.path("class_name").asText().equals("GRU")) {
        throw KerasStack.unsupported(name, "Bidirectional of " + inner.path("class_name").asText());
      }
    }
    if (forward.path("config").path("go_backwards").asBoolean()
        || !backward.path("config").path("go_backwards").asBoolean(true)) {
      throw new InvalidInputException(
          "layer %s has its directions the wrong way round".formatted(Quoted.of(name)));
    }
    String mode = config.path("merge_mode").asText();
    Merge merge =
        switch (mode) {
          // None gives out both one by one, which are the same numbers.
          case "concat", "null" -> Merge.CONCAT;
          case "sum" -> Merge.SUM;
          case "ave" -> Merge.AVERAGE;
          case "mul" -> Merge.MULTIPLY;
          default ->
              throw new InvalidInputException(
                  "layer %s has merge_mode %s: only concat, sum, ave, mul and None are supported"
                      .formatted(Quoted.of(name), Quoted.of(mode)));
        };
    stack.bidirectional(
        name,
        "layers/" + path("bidirectional", name),
        forward.path("config"),
        backward.path("config"),
        merge);
  }
}
