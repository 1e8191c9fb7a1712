package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tornadogru.formats.UndecidedException;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.codec.FileWeights;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.formats.codec.HeadWeights;
import org.tornadogru.formats.codec.LayerStack;
import org.tornadogru.formats.codec.LayerStack.Cell;
import org.tornadogru.formats.codec.LayerStack.Layer;
import org.tornadogru.formats.codec.LayerStack.Walk;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
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
 *   layers/dense/vars/0, 1                           [F][O], [O], of the next one dense_1
 * </pre>
 */
final class KerasStack {

  private final Map<String, Tensor> weights;
  private final KerasVersion version;
  private final List<Layer> layers = new ArrayList<>();
  private final KerasTraining training = new KerasTraining();
  private EmbeddingTable table;
  private int tokens;
  private HeadWeights head = HeadWeights.NONE;

  /** Behind the last layer; null if there is none. */
  private Behind activation;

  private Usage usage = Usage.PLAIN;
  private MaskedOutput masked = MaskedOutput.ZERO;
  private boolean bidirectional;
  private boolean backwards;
  private boolean apart;

  /** A function, and the layer that has it. */
  private record Behind(String layer, JsonNode function) {}

  /**
   * No layers yet.
   *
   * @param weights by path
   */
  KerasStack(Map<String, Tensor> weights, KerasVersion version) {
    this.weights = weights;
    this.version = version;
  }

  static InvalidInputException unsupported(String name, String kind) {
    return new InvalidInputException(
        "layer %s is a %s, which is not supported: a model is Embedding, CategoryEncoding or Masking, GRU or Bidirectional layers, and Dense layers, with Activation and Dropout between them"
            .formatted(Quoted.of(name), Quoted.oneLine(kind)));
  }

  /** How the outputs come about. */
  Usage usage() {
    return activation == null ? usage : usage.withActivation(outputActivation());
  }

  private OutputActivation outputActivation() {
    return Arrays.stream(OutputActivation.values())
        .filter(each -> GruProperty.word(each).equals(activation.function.asText()))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "layer %s has the activation %s: behind the last layer only softmax, log_softmax, sigmoid and linear are supported"
                        .formatted(Quoted.of(activation.layer), quoted(activation.function))));
  }

  private static String quoted(JsonNode function) {
    return Quoted.of(
        function.isTextual()
            ? function.textValue()
            : function.path("class_name").asText(function.toString()));
  }

  /** What no configuration here says of training, in words. */
  Map<String, String> notes() {
    Map<String, String> notes = new LinkedHashMap<>(training.notes());
    if (apart) {
      notes.put("merge_mode", "None");
    }
    return notes;
  }

  /** The model gives out both directions of the last layer one by one. */
  void noteApart() {
    apart = true;
  }

  /** A vector for each token, in front of the first GRU. */
  void embedding(String name, String path) {
    requireFront(name);
    table = new EmbeddingTable(name, tensor(path + "/vars/0", 2));
  }

  /** One-hot vectors in front of the first GRU. */
  void oneHot(String name, int count) {
    requireFront(name);
    tokens = count;
  }

  /** Vectors all of whose features have a value do not count. */
  void masking(String name, double value) {
    requireFront(name);
    padding(name, value);
  }

  /** What marks steps that do not count. */
  void padding(String name, double mark) {
    if (usage.padding().isPresent()) {
      throw new InvalidInputException(
          "layer %s is the second that masks steps: only one may".formatted(Quoted.of(name)));
    }
    usage = usage.withPadding(mark);
  }

  private void requireFront(String name) {
    if (!layers.isEmpty() || table != null || tokens > 0) {
      throw new InvalidInputException(
          "layer %s must stand in front of the first GRU, alone".formatted(Quoted.of(name)));
    }
  }

  /** Dropout in front of the next layer; the same for all steps if it is spatial. */
  void dropout(double rate, boolean spatial) {
    training.dropout(rate, spatial);
  }

  /** A layer of one direction. */
  void gru(String name, String path, JsonNode config) {
    boolean reverse = config.path("go_backwards").asBoolean();
    backwards |= reverse;
    begin(name, config);
    layers.add(new Layer(List.of(walk(name, path, reverse, config)), Merge.CONCAT));
    returned(config, config.path("zero_output_for_mask").asBoolean());
  }

  /** A layer of two directions. */
  void bidirectional(String name, String path, JsonNode forward, JsonNode backward, Merge merge) {
    bidirectional = true;
    begin(name, forward, backward);
    layers.add(
        new Layer(
            List.of(
                walk(name, path + "/forward_layer", false, forward),
                walk(name, path + "/backward_layer", true, backward)),
            merge));
    // Keras makes it so, whatever the layers inside say.
    returned(forward, forward.path("return_sequences").asBoolean());
  }

  private void begin(String name, JsonNode... configs) {
    if (head.linear() != null || activation != null) {
      throw new InvalidInputException(
          "layer %s stands behind a dense layer or an activation: only one behind the last GRU is supported"
              .formatted(Quoted.of(name)));
    }
    if (usage.steps() != Usage.Steps.EACH) {
      throw new InvalidInputException(
          "layer %s takes the last output of the layer in front of it: only sequences are supported"
              .formatted(Quoted.of(name)));
    }
    training.layer(name, layers.size(), configs);
  }

  /** What the layer gives out; at a masked step zeros, or what it gave out before. */
  private void returned(JsonNode config, boolean zeros) {
    if (config.path("return_sequences").asBoolean()) {
      masked = zeros ? MaskedOutput.ZERO : MaskedOutput.HOLD;
    } else {
      usage = usage.withSteps(zeros ? Usage.Steps.LAST : Usage.Steps.FINAL_STATE);
    }
  }

  /** Merges the last layer's directions, which it gave out apart. */
  void merge(Merge merge) {
    layers.add(new Layer(layers.removeLast().walks(), merge));
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
    boolean biased = config.path("use_bias").asBoolean(true);
    boolean after = resetsAfter(name, config, weights.get(path + "/cell/vars/2"));
    Tensor inputBias = null;
    Tensor recurrentBias = null;
    if (biased) {
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
            KerasActivation.read(name, config.path("recurrent_activation"), version),
            KerasActivation.read(name, config.path("activation"), version),
            Float.POSITIVE_INFINITY);
    return new Walk(
        name,
        reverse,
        cell,
        GateRows.swapResetAndUpdate(GateRows.transposed(kernel)),
        GateRows.swapResetAndUpdate(GateRows.transposed(recurrent)),
        inputBias,
        recurrentBias,
        null);
  }

  /** The first versions did not say it, but their bias does. */
  private static boolean resetsAfter(String name, JsonNode config, Tensor bias) {
    if (config.path("reset_after").isBoolean()) {
      return config.path("reset_after").booleanValue();
    }
    if (bias == null) {
      throw new InvalidInputException(
          "layer %s does not say reset_after, nor has it a bias that would"
              .formatted(Quoted.of(name)));
    }
    return bias.shape().size() == 2;
  }

  private static Tensor gates(Tensor all, int part, int hidden) {
    return GateRows.swapResetAndUpdate(
        Tensor.of("", List.of(3 * hidden), place -> all.at(part * 3 * hidden + place)));
  }

  /** A linear layer behind the last GRU: hidden if another one follows. */
  void dense(String path, String name, JsonNode config) {
    if (layers.isEmpty() || (head.linear() == null && activation != null)) {
      throw new InvalidInputException(
          "layer %s does not stand behind a GRU or another dense layer, which is all that is supported"
              .formatted(Quoted.of(name)));
    }
    training.linear(name);
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
    LinearWeights linear = new LinearWeights(GateRows.transposed(kernel), bias);
    head = head.linear() == null ? head.with(linear) : head.then(hiddenActivation(), linear);
    activation = null;
    activation(name, config.path("activation"));
  }

  private ActivationFunction hiddenActivation() {
    return activation == null
        ? ActivationFunction.of(ActivationFunction.Kind.AFFINE)
        : KerasActivation.read(activation.layer, activation.function, version);
  }

  /**
   * What is between the dense layers, which the weights do not show.
   *
   * @throws UndecidedException if they are others in number
   */
  void setActivations(List<ActivationFunction> functions) {
    List<HeadWeights.Hidden> hidden = head.hidden();
    if (functions.size() != hidden.size()) {
      throw new UndecidedException(
          "weights alone do not say which activations are between its dense layers: say that of each of %d but the last, of which %d were told, or give the .keras file"
              .formatted(hidden.size() + (head.linear() == null ? 0 : 1), functions.size()),
          UndecidedException.Choice.ACTIVATIONS);
    }
    head =
        new HeadWeights(
            IntStream.range(0, hidden.size())
                .mapToObj(
                    place ->
                        new HeadWeights.Hidden(hidden.get(place).linear(), functions.get(place)))
                .toList(),
            head.linear());
  }

  /** What stands behind the last layer; none if it is linear. */
  void activation(String name, JsonNode function) {
    if (layers.isEmpty()) {
      throw new InvalidInputException(
          "layer %s has the activation %s in front of the first GRU"
              .formatted(Quoted.of(name), quoted(function)));
    }
    if (function.isMissingNode() || function.isNull() || function.asText().equals("linear")) {
      return;
    }
    if (activation != null) {
      throw new InvalidInputException(
          "layer %s has a second activation, %s: only one is supported"
              .formatted(Quoted.of(name), quoted(function)));
    }
    activation = new Behind(name, function);
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
    GruConfig config = stack.config().toBuilder().dense(head.dense()).build();
    if (table != null) {
      config = table.inFrontOf(config);
      if (head.linear() != null && FileWeights.areTied(table, head.linear())) {
        config = config.toBuilder().tied().build();
      }
    } else if (tokens > 0) {
      if (config.inputSize() != tokens) {
        throw new InvalidInputException(
            "its tokens are %d but its GRU has %d inputs".formatted(tokens, config.inputSize()));
      }
      config = EmbeddingTable.ofOneHot(config);
    }
    GruConfig.Builder builder = training.of(config).maskedOutput(masked);
    if (backwards && !bidirectional) {
      builder.keepReversed();
    }
    return FileWeights.of(builder.build(), stack.tensors(config.biases()), table, head);
  }
}
