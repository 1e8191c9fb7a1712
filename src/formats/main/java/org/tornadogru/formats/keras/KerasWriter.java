package org.tornadogru.formats.keras;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.OutputActivation;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/**
 * A model as a Sequential one of Keras 3: Embedding or CategoryEncoding for tokens, Masking for
 * padding of dense inputs, GRU or Bidirectional layers with Dropout between them, Dense layers.
 *
 * <p>Keras has two biases where its reset is after the product and one where it is before: one is
 * filled up with zeros there, and two are added here, which changes nothing of the computation.
 */
final class KerasWriter {

  private static final String TABLE = "embedding.weight";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final GruModel model;
  private final GruConfig config;
  private final Map<String, Tensor> tensors = new TreeMap<>();

  /**
   * A model to be written.
   *
   * @throws InvalidInputException if Keras cannot express it
   */
  KerasWriter(GruModel model) {
    this.model = model;
    config = model.config();
    if (config.gating() != Gating.FULL) {
      throw inexpressible("has both gates", "gating " + GruProperty.GATING.text(config));
    }
    if (Float.isFinite(config.clip())) {
      throw inexpressible("clips nothing", "clip " + config.clip());
    }
    if (config.direction() == Direction.REVERSE && !config.keepReversed()) {
      throw inexpressible(
          "leaves the output of a layer that goes backwards reversed",
          "direction reverse and outputs in the order of the input");
    }
    config.gateActivations().forEach(KerasActivation::name);
    config.candidateActivations().forEach(KerasActivation::name);
    config.dense().stream()
        .map(Dense::activation)
        .filter(function -> KerasActivation.layer(function) == null)
        .forEach(KerasActivation::name);
    model.weights().tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  private static InvalidInputException inexpressible(String what, String model) {
    return new InvalidInputException(
        "Keras' GRU %s: a model with %s can only be kept as %s"
            .formatted(what, model, ModelFormat.SAFETENSORS.ending()));
  }

  // ---- Configuration ----

  ObjectNode config() {
    ArrayNode layers = JSON.arrayNode();
    boolean tokens = config.input() == InputKind.TOKENS;
    ObjectNode input =
        JSON.objectNode().put("dtype", tokens ? "int64" : "float32").put("name", "inputs");
    ArrayNode shape = input.putArray("batch_shape").addNull().addNull();
    if (!tokens) {
      shape.add(config.inputSize());
    }
    layers.add(layer("InputLayer", input));
    if (config.hasEmbedding()) {
      layers.add(
          layer(
              "Embedding",
              JSON.objectNode()
                  .put("name", "embedding")
                  .put("input_dim", config.inputSize())
                  .put("output_dim", config.embeddingSize())
                  .put("mask_zero", KerasLosses.masksZero(model))));
    } else if (tokens) {
      layers.add(
          layer(
              "CategoryEncoding",
              JSON.objectNode()
                  .put("name", "one_hot")
                  .put("num_tokens", config.inputSize())
                  .put("output_mode", "one_hot")));
    } else if (model.usage().padding().isPresent()) {
      layers.add(
          layer(
              "Masking",
              JSON.objectNode()
                  .put("name", "masking")
                  .put("mask_value", model.usage().padding().getAsDouble())));
    }
    for (int index = 0; index < config.layers(); index++) {
      if (index > 0 && config.dropout() > 0) {
        layers.add(
            layer(
                "Dropout",
                JSON.objectNode().put("name", "dropout_" + index).put("rate", config.dropout())));
      }
      layers.add(recurrent(index));
    }
    if (model.weights().outputs() > 0) {
      for (int index = 0; index < config.dense().size(); index++) {
        Dense dense = config.dense().get(index);
        boolean named = KerasActivation.isNamed(dense.activation());
        String function = named ? KerasActivation.name(dense.activation()) : "linear";
        layers.add(dense("dense_" + index, dense.size(), function));
        if (!named) {
          ObjectNode layer = KerasActivation.layer(dense.activation());
          String kind = layer.path("class_name").asText();
          layers.add(
              layer(kind, ((ObjectNode) layer.path("config")).put("name", "activation_" + index)));
        }
      }
      layers.add(dense("logits", model.weights().outputs(), activation()));
    } else if (model.usage().activation() != OutputActivation.LINEAR) {
      layers.add(
          layer(
              "Activation",
              JSON.objectNode().put("name", "activation").put("activation", activation())));
    }
    ObjectNode sequential = JSON.objectNode().put("name", "gru_model");
    sequential.set("layers", layers);
    ObjectNode root = layer("Sequential", sequential);
    ArrayNode built = root.putObject("build_config").putArray("input_shape");
    shape.forEach(built::add);
    return root.put("module", "keras");
  }

  private static ObjectNode dense(String name, int units, String activation) {
    return layer(
        "Dense",
        JSON.objectNode()
            .put("name", name)
            .put("units", units)
            .put("use_bias", true)
            .put("activation", activation));
  }

  private String activation() {
    return GruProperty.word(model.usage().activation());
  }

  private ObjectNode recurrent(int index) {
    String name = "gru_l" + index;
    if (config.direction() != Direction.BIDIRECTIONAL) {
      return layer("GRU", gru(name, index, config.direction() == Direction.REVERSE));
    }
    ObjectNode both =
        JSON.objectNode()
            .put("name", name)
            .put(
                "merge_mode",
                switch (config.merge()) {
                  case CONCAT -> "concat";
                  case SUM -> "sum";
                  case AVERAGE -> "ave";
                  case MULTIPLY -> "mul";
                });
    both.set("layer", layer("GRU", gru(name + "_forward", index, false)));
    both.set("backward_layer", layer("GRU", gru(name + "_backward", index, true)));
    return layer("Bidirectional", both);
  }

  private ObjectNode gru(String name, int index, boolean backwards) {
    int walk = backwards ? config.direction().walks() - 1 : 0;
    Usage.Steps steps = index < config.layers() - 1 ? Usage.Steps.EACH : steps();
    return JSON.objectNode()
        .put("name", name)
        .put("units", config.hiddenSize(index))
        .put("activation", KerasActivation.name(config.candidateActivation(walk)))
        .put("recurrent_activation", KerasActivation.name(config.gateActivation(walk)))
        .put("use_bias", config.biases() != Biases.NONE)
        .put("dropout", index == 0 ? config.inputDropout() : 0)
        .put("recurrent_dropout", config.recurrentDropout())
        .put("reset_after", config.reset() == ResetPlacement.AFTER)
        .put("return_sequences", steps == Usage.Steps.EACH)
        .put("return_state", false)
        .put("go_backwards", backwards)
        .put("stateful", false)
        .put(
            "zero_output_for_mask",
            steps != Usage.Steps.FINAL_STATE && config.maskedOutput() == MaskedOutput.ZERO);
  }

  /** The steps that Keras can say: of both directions the last one only as their final state. */
  private Usage.Steps steps() {
    boolean lost =
        model.usage().steps() == Usage.Steps.LAST && config.direction() == Direction.BIDIRECTIONAL;
    return lost ? Usage.Steps.EACH : model.usage().steps();
  }

  private static ObjectNode layer(String kind, ObjectNode config) {
    ObjectNode layer = JSON.objectNode().put("module", "keras.layers").put("class_name", kind);
    layer.set("config", config);
    return layer.putNull("registered_name");
  }

  // ---- Weights ----

  Hdf5Weights weights() {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    for (int index = 0; index < config.layers(); index++) {
      String suffix = "_l" + index;
      String count = index == 0 ? "" : "_" + index;
      switch (config.direction()) {
        case FORWARD -> cell(arrays, "layers/gru" + count, suffix);
        case REVERSE -> cell(arrays, "layers/gru" + count, suffix + "_reverse");
        case BIDIRECTIONAL -> {
          String path = "layers/bidirectional" + count;
          cell(arrays, path + "/forward_layer", suffix);
          cell(arrays, path + "/backward_layer", suffix + "_reverse");
        }
      }
    }
    if (config.hasEmbedding()) {
      put(arrays, "layers/embedding/vars/0", tensors.get(TABLE));
    }
    if (model.weights().outputs() > 0) {
      int hidden = config.dense().size();
      for (int index = 0; index < hidden; index++) {
        String name = "dense_" + index;
        dense(arrays, index, tensors.get(name + ".weight"), tensors.get(name + ".bias"));
      }
      Tensor weight = tensors.get(config.tied() ? TABLE : "linear.weight");
      dense(arrays, hidden, weight, tensors.get("linear.bias"));
    }
    return new Hdf5Weights(arrays, Map.of());
  }

  private static void dense(Map<String, Tensor> arrays, int index, Tensor weight, Tensor bias) {
    String path = "layers/dense" + (index == 0 ? "" : "_" + index);
    put(arrays, path + "/vars/0", GateRows.transposed(weight));
    put(arrays, path + "/vars/1", bias);
  }

  private void cell(Map<String, Tensor> arrays, String path, String suffix) {
    put(arrays, path + "/cell/vars/0", GateRows.transposed(gates("weight_ih" + suffix)));
    put(arrays, path + "/cell/vars/1", GateRows.transposed(gates("weight_hh" + suffix)));
    if (config.biases() != Biases.NONE) {
      put(arrays, path + "/cell/vars/2", bias(suffix));
    }
  }

  private Tensor gates(String name) {
    return GateRows.swapResetAndUpdate(tensors.get(name));
  }

  private Tensor bias(String suffix) {
    Tensor input = gates("bias_ih" + suffix);
    int gates = input.size();
    Tensor recurrent =
        config.biases() == Biases.TWO
            ? gates("bias_hh" + suffix)
            : Tensor.of("", input.shape(), place -> 0);
    return config.reset() == ResetPlacement.AFTER
        ? Tensor.of(
            "bias",
            List.of(2, gates),
            place -> place < gates ? input.at(place) : recurrent.at(place - gates))
        : Tensor.of("bias", input.shape(), place -> input.at(place) + recurrent.at(place));
  }

  private static void put(Map<String, Tensor> arrays, String path, Tensor tensor) {
    arrays.put(path, tensor.named(path));
  }
}
