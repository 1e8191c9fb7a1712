package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.codec.FileWeights;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.formats.codec.LayerStack;
import org.tornadogru.formats.codec.LayerStack.Cell;
import org.tornadogru.formats.codec.LayerStack.Layer;
import org.tornadogru.formats.codec.LayerStack.Walk;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * The layers of a Keras model, one behind the other, with their weights.
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
final class KerasStack {

  static final String OUTPUT_ACTIVATION = "output_activation";

  private final Map<String, Tensor> weights;
  private final Map<String, String> notes = new LinkedHashMap<>();
  private final List<Layer> layers = new ArrayList<>();
  private final List<Double> dropouts = new ArrayList<>();
  private EmbeddingTable table;
  private int tokens;
  private LinearWeights linear;
  private JsonNode first = MissingNode.getInstance();
  private boolean bidirectional;
  private boolean backwards;
  private double dropout;

  /**
   * No layers yet.
   *
   * @param weights by path
   */
  KerasStack(Map<String, Tensor> weights) {
    this.weights = weights;
  }

  static InvalidInputException unsupported(String name, String kind) {
    return new InvalidInputException(
        "layer %s is a %s, which is not supported: a model is Embedding or CategoryEncoding, GRU or Bidirectional layers, and a Dense layer, with Dropout between them"
            .formatted(Quoted.of(name), Quoted.oneLine(kind)));
  }

  /** Notes what a configuration of ours does not say. */
  void note(String key, String value) {
    notes.put(key, value);
  }

  /** What has been noted. */
  Map<String, String> notes() {
    return notes;
  }

  /** A vector for each token, in front of the first GRU. */
  void embedding(String name) {
    requireFront(name);
    table = new EmbeddingTable(name, tensor("layers/" + name + "/vars/0", 2));
  }

  /** One-hot vectors in front of the first GRU. */
  void oneHot(String name, int count) {
    requireFront(name);
    tokens = count;
  }

  private void requireFront(String name) {
    if (!layers.isEmpty() || table != null) {
      throw new InvalidInputException(
          "layer %s must stand in front of the first GRU, alone".formatted(Quoted.of(name)));
    }
  }

  /** Dropout in front of the next layer. */
  void dropout(double rate) {
    dropout = rate;
  }

  /** A layer of one direction. */
  void gru(String name, String path, JsonNode config) {
    boolean reverse = config.path("go_backwards").asBoolean();
    backwards |= reverse;
    begin(name, config);
    layers.add(new Layer(List.of(walk(name, path, reverse, config)), Merge.CONCAT));
  }

  /** A layer of two directions. */
  void bidirectional(String name, String path, JsonNode forward, JsonNode backward, Merge merge) {
    bidirectional = true;
    begin(name, forward);
    layers.add(
        new Layer(
            List.of(
                walk(name, path + "/forward_layer", false, forward),
                walk(name, path + "/backward_layer", true, backward)),
            merge));
  }

  private void begin(String name, JsonNode config) {
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
    dropout = 0;
  }

  /** Whether the last layer's directions are merged in a way that the weights do not show. */
  boolean mergeIsOpen() {
    if (layers.size() < 2 || layers.getLast().walks().size() < 2) {
      return false;
    }
    Walk last = layers.getLast().walks().getFirst();
    return last.inputs() == last.hidden();
  }

  private Walk walk(String name, String path, boolean reverse, JsonNode config) {
    Tensor kernel = tensor(path + "/cell/vars/0", 2);
    Tensor recurrent = tensor(path + "/cell/vars/1", 2);
    int hidden = recurrent.shape().getFirst();
    if (kernel.shape().get(1) != 3L * hidden
        || recurrent.shape().get(1) != 3L * hidden
        || config.path("units").asInt(hidden) != hidden) {
      throw new InvalidInputException(
          "layer %s has kernels of shapes %s and %s: expected [I, 3H] and [H, 3H]"
              .formatted(Quoted.of(name), kernel.shape(), recurrent.shape()));
    }
    boolean after = config.path("reset_after").asBoolean(true);
    Tensor inputBias = null;
    Tensor recurrentBias = null;
    if (config.path("use_bias").asBoolean(true)) {
      Tensor bias = tensor(path + "/cell/vars/2", after ? 2 : 1);
      if (!bias.shape().equals(after ? List.of(2, 3 * hidden) : List.of(3 * hidden))) {
        throw new InvalidInputException(
            "layer %s has a bias of shape %s for %d units"
                .formatted(Quoted.of(name), bias.shape(), hidden));
      }
      inputBias = gates(bias, 0, hidden);
      recurrentBias = after ? gates(bias, 1, hidden) : null;
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
        cell,
        GateRows.swapResetAndUpdate(GateRows.transposed(kernel)),
        GateRows.swapResetAndUpdate(GateRows.transposed(recurrent)),
        inputBias,
        recurrentBias);
  }

  private static Tensor gates(Tensor all, int part, int hidden) {
    return GateRows.swapResetAndUpdate(
        Tensor.of("", List.of(3 * hidden), place -> all.at(part * 3 * hidden + place)));
  }

  /** The linear layer behind the last GRU. */
  void dense(String path, String name, JsonNode config) {
    if (linear != null || layers.isEmpty()) {
      throw new InvalidInputException(
          "layer %s is not the only dense layer behind the last GRU".formatted(Quoted.of(name)));
    }
    Tensor kernel = tensor(path + "/vars/0", 2);
    int outputs = kernel.shape().get(1);
    Tensor bias = Tensor.of("", List.of(outputs), place -> 0);
    if (config.path("use_bias").asBoolean(weights.containsKey(path + "/vars/1"))) {
      bias = tensor(path + "/vars/1", 1);
      if (bias.size() != outputs) {
        throw new InvalidInputException(
            "layer %s has a bias of shape %s for %d units"
                .formatted(Quoted.of(name), bias.shape(), outputs));
      }
    }
    linear = new LinearWeights(GateRows.transposed(kernel), bias);
    outputActivation(name, config.path("activation").asText("linear"));
  }

  /** What stands behind the linear layer. */
  void outputActivation(String name, String activation) {
    if (linear == null
        || !List.of("linear", "softmax", "log_softmax", "sigmoid").contains(activation)) {
      throw new InvalidInputException(
          "layer %s has the activation %s: behind the dense layer only softmax, log_softmax, sigmoid and linear are supported"
              .formatted(Quoted.of(name), Quoted.of(activation)));
    }
    if (!activation.equals("linear")) {
      note(OUTPUT_ACTIVATION, activation);
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

  /**
   * The layers as one GRU.
   *
   * @throws InvalidInputException if they are none
   */
  Weights weights() {
    if (layers.isEmpty()) {
      throw new InvalidInputException("it has no GRU layer");
    }
    if (backwards && layers.size() > 1) {
      throw new InvalidInputException(
          "it has several layers and one goes backwards: only a single one may");
    }
    LayerStack stack = new LayerStack(layers);
    GruConfig config = stack.config();
    if (table != null) {
      config = EmbeddingTable.ofTokens(config, table.tokens());
    } else if (tokens > 0) {
      if (config.inputSize() != tokens) {
        throw new InvalidInputException(
            "its tokens are %d but its GRU has %d inputs".formatted(tokens, config.inputSize()));
      }
      config = EmbeddingTable.ofTokens(config, tokens);
    }
    return FileWeights.of(trained(config), stack.tensors(config.biases()), table, linear);
  }

  /** What does not show in the weights. */
  private GruConfig trained(GruConfig config) {
    GruConfig.Builder builder =
        config.toBuilder()
            .recurrentDropout((float) first.path("recurrent_dropout").asDouble())
            .maskedOutput(
                first.path("zero_output_for_mask").asBoolean()
                    ? MaskedOutput.ZERO
                    : MaskedOutput.HOLD);
    if (config.input() == InputKind.DENSE) {
      builder.inputDropout((float) first.path("dropout").asDouble());
    }
    if (dropouts.stream().distinct().count() == 1) {
      builder.dropout(dropouts.getFirst().floatValue());
    } else if (!dropouts.isEmpty()) {
      note("dropouts", dropouts.toString());
    }
    if (backwards && !bidirectional) {
      builder.keepReversed();
    }
    return builder.build();
  }
}
