package org.tornadogru.formats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadogru.formats.LayerStack.Cell;
import org.tornadogru.formats.LayerStack.Layer;
import org.tornadogru.formats.LayerStack.Walk;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;

/**
 * Follows the layers of a Keras model, Sequential or a Functional one that is a chain, and takes
 * their weights.
 *
 * <pre>
 *   layers/gru/cell/vars/0                           kernel            [I][3H]   gates z, r, h
 *   layers/gru/cell/vars/1                           recurrent kernel  [H][3H]
 *   layers/gru/cell/vars/2                           bias [2][3H] if reset after, otherwise [3H]
 *   layers/bidirectional/forward_layer/cell/vars/…   and backward_layer, likewise
 *   layers/embedding/vars/0                          [V][I]
 *   layers/dense/vars/0, 1                           [F][O], [O]
 * </pre>
 */
final class KerasReader {

  static final String OUTPUT_ACTIVATION = "output_activation";

  private static final Pattern COUNTED = Pattern.compile("layers/([a-z_]+?)(?:_(\\d{1,4}))?/.*");

  private final Map<String, Tensor> weights;
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Layer> layers = new ArrayList<>();
  private final List<Double> dropouts = new ArrayList<>();
  private EmbeddingTable table;
  private int tokens;
  private LinearWeights linear;
  private JsonNode first = MissingNode.getInstance();
  private boolean bidirectional;
  private boolean backwards;
  private double dropout;

  KerasReader(Hdf5Weights weights) {
    this.weights = weights.tensors();
  }

  /** A model with its configuration. */
  GruModel read(JsonNode model) {
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
    return model();
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

  /** A model of which only the weights are known: Keras' defaults otherwise. */
  GruModel read() {
    TreeSet<String> names =
        new TreeSet<>(
            Comparator.comparingInt(KerasReader::order)
                .thenComparingInt(KerasReader::count)
                .thenComparing(Comparator.naturalOrder()));
    for (String path : weights.keySet()) {
      if (COUNTED.matcher(path).matches()) {
        names.add(path.split("/", 3)[1]);
      }
    }
    for (String name : names) {
      String kind = kind(name);
      counts.put(kind, count(name));
      switch (kind) {
        case "embedding" -> embedding(name);
        case "gru" -> layers.add(new Layer(List.of(bareWalk(name, "", false)), Merge.CONCAT));
        case "bidirectional" ->
            layers.add(
                new Layer(
                    List.of(
                        bareWalk(name, "/forward_layer", false),
                        bareWalk(name, "/backward_layer", true)),
                    Merge.CONCAT));
        case "dense" -> dense("layers/" + name, name, MissingNode.getInstance());
        case "time_distributed" ->
            dense("layers/" + name + "/layer", name, MissingNode.getInstance());
        default -> throw unsupported(name, kind);
      }
    }
    if (layers.size() > 1 && layers.getLast().walks().size() == 2) {
      Walk last = layers.getLast().walks().getFirst();
      if (last.inputs() == last.hidden()) {
        throw new InvalidInputException(
            "weights alone do not say whether its directions are added, averaged or multiplied: give the .keras file");
      }
    }
    return model();
  }

  private static String kind(String name) {
    return name.replaceFirst("_\\d{1,4}$", "");
  }

  private static int count(String name) {
    Matcher matcher = COUNTED.matcher("layers/" + name + "/");
    return matcher.matches() && matcher.group(2) != null ? Integer.parseInt(matcher.group(2)) : 0;
  }

  private static int order(String name) {
    return switch (kind(name)) {
      case "embedding" -> 0;
      case "gru", "bidirectional" -> 1;
      default -> 2;
    };
  }

  private static InvalidInputException unsupported(String name, String kind) {
    return new InvalidInputException(
        "layer %s is a %s, which is not supported: a model is Embedding or CategoryEncoding, GRU or Bidirectional layers, and a Dense layer, with Dropout between them"
            .formatted(Quoted.of(name), Quoted.oneLine(kind)));
  }

  // ---- Layers ----

  private void read(String kind, String name, JsonNode config) {
    switch (kind) {
      case "InputLayer" -> {
        // Its shape is that of the weights.
      }
      case "Embedding" -> {
        embedding(path("embedding"));
        if (config.path("mask_zero").asBoolean()) {
          metadata.put("mask_zero", "true");
        }
      }
      case "CategoryEncoding" -> {
        tokens = config.path("num_tokens").asInt();
        if (!config.path("output_mode").asText().equals("one_hot") || tokens < 1) {
          throw unsupported(name, kind);
        }
        requireFront(name);
      }
      case "Dropout", "SpatialDropout1D" -> dropout = config.path("rate").asDouble();
      case "GRU" -> gru(name, config);
      case "Bidirectional" -> bidirectional(name, config);
      case "Dense" -> dense("layers/" + path("dense"), name, config);
      case "TimeDistributed" -> {
        JsonNode inner = config.path("layer");
        if (!inner.path("class_name").asText().equals("Dense")) {
          throw unsupported(name, kind);
        }
        dense("layers/" + path("time_distributed") + "/layer", name, inner.path("config"));
      }
      case "Softmax" -> outputActivation(name, "softmax");
      case "Activation" -> outputActivation(name, config.path("activation").asText());
      default -> throw unsupported(name, kind);
    }
  }

  /** Keras counts the layers of a class. */
  private String path(String kind) {
    int count = counts.merge(kind, 1, Integer::sum) - 1;
    return count == 0 ? kind : kind + "_" + count;
  }

  private void requireFront(String name) {
    if (!layers.isEmpty() || table != null) {
      throw new InvalidInputException(
          "layer %s must stand in front of the first GRU, alone".formatted(Quoted.of(name)));
    }
  }

  private void embedding(String name) {
    requireFront(name);
    Tensor rows = tensor("layers/" + name + "/vars/0", 2);
    table = new EmbeddingTable(name, rows.shape().get(0), rows.shape().get(1), rows.values());
  }

  private void gru(String name, JsonNode config) {
    boolean reverse = config.path("go_backwards").asBoolean();
    backwards |= reverse;
    begin(name, config, false);
    layers.add(
        new Layer(List.of(walk(name, "layers/" + path("gru"), reverse, config)), Merge.CONCAT));
  }

  private void bidirectional(String name, JsonNode config) {
    JsonNode forward = config.path("layer");
    JsonNode backward = config.path("backward_layer");
    for (JsonNode inner : List.of(forward, backward)) {
      if (!inner.path("class_name").asText().equals("GRU")) {
        throw unsupported(name, "Bidirectional of " + inner.path("class_name").asText());
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
    begin(name, forward.path("config"), true);
    String path = "layers/" + path("bidirectional");
    layers.add(
        new Layer(
            List.of(
                walk(name, path + "/forward_layer", false, forward.path("config")),
                walk(name, path + "/backward_layer", true, backward.path("config"))),
            merge));
  }

  private void begin(String name, JsonNode config, boolean both) {
    if (linear != null) {
      throw new InvalidInputException(
          "layer %s stands behind a dense layer: only one behind the last GRU is supported"
              .formatted(Quoted.of(name)));
    }
    if (layers.isEmpty()) {
      first = config;
    } else {
      dropouts.add(dropout);
    }
    bidirectional |= both;
    dropout = 0;
  }

  private Walk bareWalk(String name, String inner, boolean reverse) {
    String path = "layers/" + name + inner;
    Tensor bias = weights.get(path + "/cell/vars/2");
    boolean after = bias == null || bias.shape().size() == 2;
    return walk(
        name,
        path,
        reverse,
        JsonNodeFactory.instance
            .objectNode()
            .put("reset_after", after)
            .put("use_bias", bias != null)
            .put("activation", "tanh")
            .put("recurrent_activation", "sigmoid"));
  }

  private Walk walk(String name, String path, boolean reverse, JsonNode config) {
    Tensor kernel = tensor(path + "/cell/vars/0", 2);
    Tensor recurrent = tensor(path + "/cell/vars/1", 2);
    int inputs = kernel.shape().getFirst();
    int hidden = recurrent.shape().getFirst();
    if (kernel.shape().get(1) != 3L * hidden
        || recurrent.shape().get(1) != 3L * hidden
        || config.path("units").asInt(hidden) != hidden) {
      throw new InvalidInputException(
          "layer %s has kernels of shapes %s and %s: expected [I, 3H] and [H, 3H]"
              .formatted(Quoted.of(name), kernel.shape(), recurrent.shape()));
    }
    boolean after = config.path("reset_after").asBoolean(true);
    float[] inputBias = null;
    float[] recurrentBias = null;
    if (config.path("use_bias").asBoolean(true)) {
      Tensor bias = tensor(path + "/cell/vars/2", after ? 2 : 1);
      if (!bias.shape().equals(after ? List.of(2, 3 * hidden) : List.of(3 * hidden))) {
        throw new InvalidInputException(
            "layer %s has a bias of shape %s for %d units"
                .formatted(Quoted.of(name), bias.shape(), hidden));
      }
      inputBias = gates(bias.values(), 0, hidden);
      recurrentBias = after ? gates(bias.values(), 1, hidden) : null;
    }
    Cell cell =
        new Cell(
            after ? ResetPlacement.AFTER : ResetPlacement.BEFORE,
            KerasActivation.read(name, config.path("recurrent_activation")),
            KerasActivation.read(name, config.path("activation")),
            Float.POSITIVE_INFINITY);
    return new Walk(
        name,
        reverse,
        inputs,
        hidden,
        cell,
        GateRows.swapResetAndUpdate(GateRows.transposed(kernel.values(), inputs, 3 * hidden)),
        GateRows.swapResetAndUpdate(GateRows.transposed(recurrent.values(), hidden, 3 * hidden)),
        inputBias,
        recurrentBias);
  }

  private static float[] gates(float[] all, int part, int hidden) {
    return GateRows.swapResetAndUpdate(
        Arrays.copyOfRange(all, part * 3 * hidden, (part + 1) * 3 * hidden));
  }

  private void dense(String path, String name, JsonNode config) {
    if (linear != null || layers.isEmpty()) {
      throw new InvalidInputException(
          "layer %s is not the only dense layer behind the last GRU".formatted(Quoted.of(name)));
    }
    Tensor kernel = tensor(path + "/vars/0", 2);
    int inputs = kernel.shape().get(0);
    int outputs = kernel.shape().get(1);
    float[] bias = new float[outputs];
    if (config.path("use_bias").asBoolean(weights.containsKey(path + "/vars/1"))) {
      Tensor values = tensor(path + "/vars/1", 1);
      if (values.shape().getFirst() != outputs) {
        throw new InvalidInputException(
            "layer %s has a bias of shape %s for %d units"
                .formatted(Quoted.of(name), values.shape(), outputs));
      }
      bias = values.values();
    }
    linear =
        new LinearWeights(
            outputs, inputs, GateRows.transposed(kernel.values(), inputs, outputs), bias);
    outputActivation(name, config.path("activation").asText("linear"));
  }

  private void outputActivation(String name, String activation) {
    if (linear == null
        || !List.of("linear", "softmax", "log_softmax", "sigmoid").contains(activation)) {
      throw new InvalidInputException(
          "layer %s has the activation %s: behind the dense layer only softmax, log_softmax, sigmoid and linear are supported"
              .formatted(Quoted.of(name), Quoted.of(activation)));
    }
    if (!activation.equals("linear")) {
      metadata.put(OUTPUT_ACTIVATION, activation);
    }
  }

  private Tensor tensor(String path, int dimensions) {
    Tensor tensor = weights.get(path);
    if (tensor == null) {
      throw new InvalidInputException("its weights lack %s".formatted(Quoted.of(path)));
    }
    if (tensor.shape().size() != dimensions) {
      throw new InvalidInputException(
          "array %s has shape %s: expected %d dimensions"
              .formatted(Quoted.of(path), tensor.shape(), dimensions));
    }
    return tensor;
  }

  // ---- The whole ----

  private GruModel model() {
    if (layers.isEmpty()) {
      throw new InvalidInputException("it has no GRU layer");
    }
    if (backwards && layers.size() > 1) {
      throw new InvalidInputException(
          "it has several layers and one goes backwards: only a single one may");
    }
    LayerStack stack = new LayerStack(layers);
    GruConfig config = stack.config();
    List<Tensor> tensors = new ArrayList<>(stack.tensors(config.biases()));
    if (table != null) {
      tensors = new ArrayList<>(table.foldedInto(tensors));
      config = ConfigText.ofTokens(config, table.tokens());
    } else if (tokens > 0) {
      if (config.inputSize() != tokens) {
        throw new InvalidInputException(
            "its tokens are %d but its GRU has %d inputs".formatted(tokens, config.inputSize()));
      }
      config = ConfigText.ofTokens(config, tokens);
    }
    if (linear != null) {
      tensors.addAll(linear.tensors());
    }
    return new GruModel(
        GruModel.weights(trained(config), linear == null ? 0 : linear.outputs(), tensors),
        metadata);
  }

  /** What does not show in the weights. */
  private GruConfig trained(GruConfig config) {
    GruConfig.Builder builder =
        config.toBuilder()
            .recurrentDropout((float) first.path("recurrent_dropout").asDouble())
            .maskedOutput(
                first.isMissingNode() || first.path("zero_output_for_mask").asBoolean()
                    ? MaskedOutput.ZERO
                    : MaskedOutput.HOLD);
    if (config.input() == InputKind.DENSE) {
      builder.inputDropout((float) first.path("dropout").asDouble());
    }
    if (dropouts.stream().distinct().count() == 1) {
      builder.dropout(dropouts.getFirst().floatValue());
    } else if (!dropouts.isEmpty()) {
      metadata.put("dropouts", dropouts.toString());
    }
    if (backwards && !bidirectional) {
      builder.keepReversed();
    }
    return builder.build();
  }
}
