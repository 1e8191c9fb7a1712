package org.tornadogru.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.codec.FileWeights;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.formats.codec.Metadata;
import org.tornadogru.formats.codec.ModelCodec;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * A state dictionary of PyTorch in a safetensors file: one {@code nn.GRU}, an {@code nn.Embedding}
 * in front of it, an {@code nn.Linear} behind it.
 *
 * <p>The GRU's names may have a prefix, as in {@code rnn.weight_ih_l0}; its sizes, layers,
 * directions and biases are those of the tensors. What they leave open is as in PyTorch unless our
 * own metadata say otherwise, see {@link Metadata}. The linear layer may have any name: {@code
 * X.weight} [out, in] where the GRU's output has {@code in} features, with or without {@code
 * X.bias}. So may the embedding, [V, I] without a bias; it becomes part of {@code weight_ih_l0},
 * see {@link EmbeddingTable}.
 */
final class PyTorchCodec implements ModelCodec {

  private static final String FORMAT = "format";
  private static final Pattern GRU =
      Pattern.compile("(.*?)((?:weight|bias)_(?:ih|hh)_l(\\d{1,3})(_reverse)?)", Pattern.DOTALL);
  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";
  private static final String EMBEDDING = "embedding.weight";
  private static final String LINEAR_BIAS = "linear.bias";

  @Override
  public void write(GruModel model, OutputStream out) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>(Metadata.text(model));
    metadata.put(FORMAT, "pt");
    new Safetensors(metadata, model.weights().tensors()).writeTo(out);
  }

  @Override
  public GruModel read(MemorySegment bytes) {
    Safetensors content = Safetensors.parse(bytes);
    Map<String, String> entries = new LinkedHashMap<>(content.metadata());
    entries.remove(FORMAT);
    Metadata metadata = Metadata.of(entries);
    Map<String, Tensor> gru = new TreeMap<>();
    Map<String, Tensor> others = new TreeMap<>();
    String prefix = split(content.tensors(), gru, others);
    GruConfig config = metadata.refine(config(prefix, gru));
    if (config.hasEmbedding()) {
      return metadata.model(withTable(config, gru, others));
    }
    Surroundings around = new Surroundings(config, others, metadata.ours());
    if (around.embedding != null) {
      config = EmbeddingTable.ofTokens(config, around.embedding.tokens());
    }
    return metadata.model(
        FileWeights.of(config, List.copyOf(gru.values()), around.embedding, around.linear));
  }

  /** The weights of a model of ours with an embedding, whose tensors have their names. */
  private static Weights withTable(
      GruConfig shapes, Map<String, Tensor> gru, Map<String, Tensor> others) {
    GruConfig config =
        shapes.toBuilder()
            .set(GruProperty.INPUT_SIZE, matrix("", others, EMBEDDING).shape().getFirst())
            .build();
    List<Tensor> tensors = new ArrayList<>(gru.values());
    tensors.addAll(others.values());
    return FileWeights.of(
        config, others.containsKey(LINEAR_BIAS) ? others.get(LINEAR_BIAS).size() : 0, tensors);
  }

  /** Sorts the tensors; those of the GRU lose their prefix, which is returned. */
  private static String split(
      List<Tensor> tensors, Map<String, Tensor> gru, Map<String, Tensor> others) {
    String prefix = null;
    for (Tensor tensor : tensors) {
      Matcher matcher = GRU.matcher(tensor.name());
      if (!matcher.matches()) {
        others.put(tensor.name(), tensor);
        continue;
      }
      if (prefix != null && !prefix.equals(matcher.group(1))) {
        throw new InvalidInputException(
            "it has two recurrent networks, %s and %s: save each in a file of its own"
                .formatted(Quoted.of(prefix), Quoted.of(matcher.group(1))));
      }
      prefix = matcher.group(1);
      gru.put(matcher.group(2), tensor.named(matcher.group(2)));
    }
    if (prefix == null) {
      throw new InvalidInputException(
          "it has no tensor weight_ih_l0, with or without a prefix: not a GRU of PyTorch");
    }
    return prefix;
  }

  private static GruConfig config(String prefix, Map<String, Tensor> gru) {
    boolean forward = gru.keySet().stream().anyMatch(name -> !name.endsWith("_reverse"));
    boolean reverse = gru.keySet().stream().anyMatch(name -> name.endsWith("_reverse"));
    String suffix = forward ? "_l0" : "_l0_reverse";
    Tensor input = matrix(prefix, gru, "weight_ih" + suffix);
    Tensor recurrent = matrix(prefix, gru, "weight_hh" + suffix);
    int hidden = recurrent.shape().get(1);
    int rows = recurrent.shape().getFirst();
    if (rows != 3L * hidden) {
      throw new InvalidInputException(
          "tensor weight_hh%s has shape %s%s: a GRU has 3 rows per hidden unit, [3H, H]"
              .formatted(
                  suffix, recurrent.shape(), rows == 4L * hidden ? ", that of an LSTM" : ""));
    }
    int layers = 0;
    for (String name : gru.keySet()) {
      Matcher matcher = GRU.matcher(name);
      if (matcher.matches()) {
        layers = Math.max(layers, 1 + Integer.parseInt(matcher.group(3)));
      }
    }
    Biases biases =
        gru.containsKey("bias_hh" + suffix)
            ? Biases.TWO
            : gru.containsKey("bias_ih" + suffix) ? Biases.ONE : Biases.NONE;
    return GruConfig.builder(input.shape().get(1), hidden)
        .layers(layers)
        .direction(
            forward && reverse
                ? Direction.BIDIRECTIONAL
                : forward ? Direction.FORWARD : Direction.REVERSE)
        .biases(biases)
        .build();
  }

  private static Tensor matrix(String prefix, Map<String, Tensor> gru, String name) {
    Tensor tensor = gru.get(name);
    if (tensor == null) {
      throw missing(prefix + name);
    }
    if (tensor.shape().size() != 2) {
      throw new InvalidInputException(
          "tensor %s has shape %s: expected two sizes".formatted(name, tensor.shape()));
    }
    return tensor;
  }

  /** The layers in front of the GRU and behind it. */
  private static final class Surroundings {
    private EmbeddingTable embedding;
    private LinearWeights linear;

    /** The layers of tensors; one that this library wrote has its bias. */
    Surroundings(GruConfig config, Map<String, Tensor> others, boolean biased) {
      Map<String, Tensor> rest = new TreeMap<>(others);
      for (String name : others.keySet()) {
        Tensor weight = others.get(name);
        if (!name.endsWith(WEIGHT) || weight.shape().size() != 2) {
          continue;
        }
        rest.remove(name);
        String layer = name.substring(0, name.length() - WEIGHT.length());
        take(config, layer, weight, rest.remove(layer + BIAS), biased);
      }
      if (!rest.isEmpty()) {
        String name = rest.keySet().iterator().next();
        if (biased && name.endsWith(BIAS)) {
          throw missing(name.substring(0, name.length() - BIAS.length()) + WEIGHT);
        }
        throw new InvalidInputException(
            "tensor %s belongs neither to a GRU nor to an embedding or a linear layer: save those alone"
                .formatted(Quoted.of(name)));
      }
    }

    private void take(GruConfig config, String layer, Tensor weight, Tensor bias, boolean biased) {
      int rows = weight.shape().getFirst();
      int columns = weight.shape().get(1);
      boolean maybeEmbedding = bias == null && columns == config.inputSize() && embedding == null;
      boolean maybeLinear = columns == config.outputSize() && linear == null;
      if (rows > 0 && maybeEmbedding && (!maybeLinear || layer.contains("emb"))) {
        embedding = new EmbeddingTable(layer + WEIGHT, weight);
      } else if (rows > 0 && maybeLinear) {
        linear = new LinearWeights(weight, vector(layer, bias, rows, biased));
      } else {
        throw new InvalidInputException(
            "tensor %s has shape %s: neither the one linear layer behind the GRU, [outputs, %d], nor an embedding in front of it, [tokens, %d]"
                .formatted(
                    Quoted.of(layer + WEIGHT),
                    weight.shape(),
                    config.outputSize(),
                    config.inputSize()));
      }
    }

    private static Tensor vector(String layer, Tensor bias, int size, boolean biased) {
      if (bias == null && !biased) {
        return Tensor.of(layer + BIAS, List.of(size), place -> 0);
      }
      if (bias == null) {
        throw missing(layer + BIAS);
      }
      if (!bias.shape().equals(List.of(size))) {
        throw new InvalidInputException(
            "tensor %s has shape %s: expected %s"
                .formatted(Quoted.of(layer + BIAS), bias.shape(), List.of(size)));
      }
      return bias;
    }
  }

  private static InvalidInputException missing(String name) {
    return new InvalidInputException("tensor %s is missing".formatted(Quoted.oneLine(name)));
  }
}
