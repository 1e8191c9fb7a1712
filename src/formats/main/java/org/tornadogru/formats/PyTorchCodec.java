package org.tornadogru.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.codec.FileWeights;
import org.tornadogru.formats.codec.HeadWeights;
import org.tornadogru.formats.codec.Metadata;
import org.tornadogru.formats.codec.ModelCodec;
import org.tornadogru.formats.codec.ModelSource;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/**
 * A state dictionary of PyTorch in a safetensors file: one {@code nn.GRU}, an {@code nn.Embedding}
 * in front of it, an {@code nn.Linear} behind it.
 *
 * <p>The GRU's names may have a prefix, as in {@code rnn.weight_ih_l0}; its sizes, layers,
 * directions and biases are those of the tensors. What they leave open is as in PyTorch unless our
 * own metadata say otherwise, see {@link Metadata}. In our own files the other layers are {@code
 * embedding}, {@code dense_0} and so on, and {@code linear}, and there may be an {@code
 * initial_state}; {@link PyTorchLayers} finds them in those of others, which cannot say what is
 * between several linear layers.
 */
final class PyTorchCodec implements ModelCodec {

  private static final String FORMAT = "format";
  private static final String PYTORCH = "pt";
  private static final String INITIAL_STATE = "initial_state";
  private static final Pattern GRU =
      Pattern.compile("(.*?)((?:weight|bias)_(?:ih|hh)_l(\\d{1,3})(_reverse)?)", Pattern.DOTALL);

  @Override
  public List<String> losses(GruModel model) {
    return List.of();
  }

  @Override
  public void write(GruModel model, OutputStream out) throws IOException {
    Map<String, String> metadata = Metadata.text(model);
    metadata.putIfAbsent(FORMAT, PYTORCH);
    List<Tensor> tensors = new ArrayList<>(model.weights().tensors());
    if (model.config().tied() && model.weights().outputs() > 0) {
      // PyTorch's state dictionary has a shared tensor under both names.
      tensors.add(tensors.getFirst().named("linear.weight"));
    }
    model.usage().initialState().ifPresent(state -> tensors.add(state.named(INITIAL_STATE)));
    new Safetensors(metadata, tensors).writeTo(out);
  }

  @Override
  public GruModel read(ModelSource source) {
    Safetensors content = Safetensors.parse(source.bytes());
    Map<String, String> entries = new LinkedHashMap<>(content.metadata());
    entries.remove(FORMAT, PYTORCH);
    Metadata metadata = isEarlier(content) ? Metadata.ofEarlier(entries) : Metadata.of(entries);
    Map<String, Tensor> gru = new TreeMap<>();
    Map<String, Tensor> others = new TreeMap<>();
    String prefix = split(content.tensors(), gru, others);
    shareTensors(content.metadata(), others);
    Usage usage = metadata.usage();
    if (metadata.ours() && others.containsKey(INITIAL_STATE)) {
      usage = usage.withInitialState(others.remove(INITIAL_STATE));
    }
    GruConfig shapes = config(prefix, gru);
    if (metadata.ours() && !source.options().equals(ReadOptions.NONE)) {
      throw new InvalidInputException(
          "this library wrote it: its layers are called embedding and linear, and need not be told");
    }
    PyTorchLayers layers =
        metadata.ours()
            ? PyTorchLayers.ofOurs(shapes, others)
            : PyTorchLayers.of(shapes, prefix, others, source.options());
    EmbeddingTable table = layers.table();
    GruConfig config = metadata.refine(table == null ? shapes : table.inFrontOf(shapes));
    HeadWeights head = layers.head(config.dense());
    config = config.toBuilder().dense(head.dense()).build();
    if (layers.isTied(config.tied())) {
      config = config.toBuilder().tied().build();
    }
    return metadata.model(FileWeights.of(config, List.copyOf(gru.values()), table, head), usage);
  }

  /**
   * Whether an earlier version wrote it, whose keys had no prefix: its tensors are in their own
   * order, while others sort them by name.
   */
  private static boolean isEarlier(Safetensors content) {
    List<Tensor> tensors = content.tensors();
    return Metadata.areEarlier(content.metadata())
        && PYTORCH.equals(content.metadata().get(FORMAT))
        && tensors.size() > 1
        && tensors.get(0).name().startsWith("weight_ih_l0")
        && tensors.get(1).name().equals(tensors.get(0).name().replace("ih", "hh"))
        && tensors.get(1).shape().size() == 2
        && content
            .metadata()
            .get(GruProperty.HIDDEN_SIZE.name())
            .equals(String.valueOf(tensors.get(1).shape().get(1)));
  }

  /** The library of the format keeps a tensor once, and has its other names in the metadata. */
  private static void shareTensors(Map<String, String> metadata, Map<String, Tensor> others) {
    metadata.forEach(
        (name, kept) -> {
          if (others.containsKey(kept) && name.endsWith(".weight")) {
            others.putIfAbsent(name, others.get(kept).named(name));
          }
        });
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
    List<Integer> sizes = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      sizes.add(hiddenSize(prefix, gru, Parameter.suffix(layer, !forward)));
    }
    return GruConfig.builder(input.shape().get(1), sizes.getFirst())
        .hiddenSizes(sizes.toArray(Integer[]::new))
        .direction(
            forward && reverse
                ? Direction.BIDIRECTIONAL
                : forward ? Direction.FORWARD : Direction.REVERSE)
        .biases(biases)
        .build();
  }

  private static int hiddenSize(String prefix, Map<String, Tensor> gru, String suffix) {
    List<Integer> shape = matrix(prefix, gru, "weight_hh" + suffix).shape();
    int hidden = shape.get(1);
    int rows = shape.getFirst();
    if (rows != 3L * hidden) {
      throw new InvalidInputException(
          "tensor weight_hh%s has shape %s%s: a GRU has 3 rows per hidden unit, [3H, H]"
              .formatted(suffix, shape, rows == 4L * hidden ? ", that of an LSTM" : ""));
    }
    return hidden;
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

  private static InvalidInputException missing(String name) {
    return new InvalidInputException("tensor %s is missing".formatted(Quoted.oneLine(name)));
  }
}
