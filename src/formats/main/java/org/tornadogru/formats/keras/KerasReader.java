package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
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
 */
record KerasReader(KerasStack stack, Map<String, Integer> counts) {

  KerasReader(KerasStack stack) {
    this(stack, new HashMap<>());
  }

  /** Passes on the layers of a configuration. */
  void read(JsonNode model) {
    String kind = model.path("class_name").asText();
    JsonNode list = model.path("config").path("layers");
    if (!(kind.equals("Sequential") || kind.equals("Functional")) || !list.isArray()) {
      throw new InvalidInputException(
          "its model is a %s: only Sequential and Functional ones are supported"
              .formatted(Quoted.of(kind)));
    }
    String previous = null;
    for (JsonNode layer : list) {
      String name = layer.path("config").path("name").asText();
      if (kind.equals("Functional")) {
        checkChain(layer, name, previous);
      }
      previous = name;
      read(layer.path("class_name").asText(), name, layer.path("config"));
    }
  }

  private static void checkChain(JsonNode layer, String name, String previous) {
    List<String> sources = new ArrayList<>();
    for (JsonNode history : layer.path("inbound_nodes").findValues("keras_history")) {
      sources.add(history.path(0).asText());
    }
    if (!sources.equals(previous == null ? List.of() : List.of(previous))) {
      throw new InvalidInputException(
          "layer %s takes %s: only models whose layers follow one another are supported"
              .formatted(Quoted.of(name), Quoted.oneLine(sources.toString())));
    }
  }

  private void read(String kind, String name, JsonNode config) {
    switch (kind) {
      case "InputLayer" -> {
        // Its shape is that of the weights.
      }
      case "Embedding" -> {
        stack.embedding(path("embedding"));
        if (config.path("mask_zero").asBoolean()) {
          stack.note("mask_zero", "true");
        }
      }
      case "CategoryEncoding" -> {
        int tokens = config.path("num_tokens").asInt();
        if (!config.path("output_mode").asText().equals("one_hot") || tokens < 1) {
          throw KerasStack.unsupported(name, kind);
        }
        stack.oneHot(name, tokens);
      }
      case "Dropout", "SpatialDropout1D" -> stack.dropout(config.path("rate").asDouble());
      case "GRU" -> stack.gru(name, "layers/" + path("gru"), config);
      case "Bidirectional" -> bidirectional(name, config);
      case "Dense" -> stack.dense("layers/" + path("dense"), name, config);
      case "TimeDistributed" -> {
        JsonNode inner = config.path("layer");
        if (!inner.path("class_name").asText().equals("Dense")) {
          throw KerasStack.unsupported(name, kind);
        }
        stack.dense("layers/" + path("time_distributed") + "/layer", name, inner.path("config"));
      }
      case "Softmax" -> stack.outputActivation(name, "softmax");
      case "Activation" -> stack.outputActivation(name, config.path("activation").asText());
      default -> throw KerasStack.unsupported(name, kind);
    }
  }

  /** Keras counts the layers of a class. */
  private String path(String kind) {
    int count = counts.merge(kind, 1, Integer::sum) - 1;
    return count == 0 ? kind : kind + "_" + count;
  }

  private void bidirectional(String name, JsonNode config) {
    JsonNode forward = config.path("layer");
    JsonNode backward = config.path("backward_layer");
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
          case "concat" -> Merge.CONCAT;
          case "sum" -> Merge.SUM;
          case "ave" -> Merge.AVERAGE;
          case "mul" -> Merge.MULTIPLY;
          default ->
              throw new InvalidInputException(
                  "layer %s has merge_mode %s: only concat, sum, ave and mul are supported"
                      .formatted(Quoted.of(name), Quoted.of(mode)));
        };
    stack.bidirectional(
        name,
        "layers/" + path("bidirectional"),
        forward.path("config"),
        backward.path("config"),
        merge);
  }
}
