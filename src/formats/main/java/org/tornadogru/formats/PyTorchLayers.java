package org.tornadogru.formats;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.codec.FileWeights;
import org.tornadogru.formats.codec.HeadWeights;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * The layers around a GRU in a state dictionary, which says nothing of them but names and shapes.
 *
 * <pre>
 *   X.weight [V, I]                    may be an embedding
 *   X.weight [out, O]  X.bias [out]    may be the linear layer behind the GRU; its bias may be missing
 *   X.weight [I, any]  X.bias [I]      may be a linear layer in front of the GRU, which no model here has
 * </pre>
 *
 * Shapes decide where they can, names where they are those that such layers usually have, and
 * {@link ReadOptions} before both. What is open then is refused. Two tensors with the same values
 * are one, and so is a bias without a weight where the table would be its weight: the linear layer
 * is tied to the embedding.
 */
final class PyTorchLayers {

  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  /** How the last part of a linear layer's name usually is, if it stands at the end. */
  private static final Pattern HEAD =
      Pattern.compile(
          "linear|lin|fc|dense|out|output|outputs|head|decoder|classifier|logits|readout|lm_head|out_proj|generator");

  /** Likewise of an embedding; or there is {@code emb} in it. */
  private static final Pattern EMBEDDING = Pattern.compile("encoder|lookup|wte");

  private enum Role {
    EMBEDDING,
    HEAD,
    /** A linear layer in front. */
    FRONT
  }

  /** A layer; either tensor may be null. */
  private record Layer(String name, Tensor weight, Tensor bias) {

    int rows() {
      return weight.shape().getFirst();
    }

    int columns() {
      return weight.shape().get(1);
    }

    String described() {
      return weight == null
          ? Quoted.of(name + BIAS)
          : "%s %s".formatted(Quoted.of(name + WEIGHT), weight.shape());
    }
  }

  private final GruConfig gru;
  private final Map<String, Layer> open = new TreeMap<>();
  private Layer table;
  private Layer head;

  /** Dense layers in front of the head, whose functions nothing here says. */
  private final List<Layer> hidden = new ArrayList<>();

  private boolean ours;

  /**
   * The layers of tensors.
   *
   * @param gru what its own tensors say
   * @param others the tensors that are not the GRU's, by their names
   * @throws UndecidedException if a layer may be one or the other
   * @throws InvalidInputException if one is neither
   */
  static PyTorchLayers of(GruConfig gru, Map<String, Tensor> others, ReadOptions options) {
    PyTorchLayers layers = new PyTorchLayers(gru, others);
    options.embedding().ifPresent(name -> layers.table = layers.told(name, Role.EMBEDDING));
    options.head().ifPresent(name -> layers.head = layers.told(name, Role.HEAD));
    layers.decide();
    return layers;
  }

  /** The layers of a file of ours, which have their names. */
  static PyTorchLayers ofOurs(GruConfig gru, Map<String, Tensor> others) {
    PyTorchLayers layers = new PyTorchLayers(gru, others);
    layers.table = layers.open.remove("embedding");
    layers.head = layers.open.remove("linear");
    for (Layer dense = layers.dense(); dense != null; dense = layers.dense()) {
      layers.hidden.add(dense);
    }
    for (Layer rest : layers.open.values()) {
      throw layers.neither(rest);
    }
    if (layers.table != null && layers.table.weight == null) {
      throw missing(layers.table.name + WEIGHT);
    }
    if (layers.head != null && layers.head.bias == null) {
      throw missing(layers.head.name + BIAS);
    }
    layers.ours = true;
    return layers;
  }

  /** The next dense layer; null if there are no more. */
  private Layer dense() {
    return open.remove("dense_" + hidden.size());
  }

  private PyTorchLayers(GruConfig gru, Map<String, Tensor> others) {
    this.gru = gru;
    Map<String, Tensor> rest = new TreeMap<>(others);
    for (String name : others.keySet()) {
      String layer = name.replaceFirst("\\.(weight|bias)$", "");
      Tensor weight = rest.get(layer + WEIGHT);
      Tensor bias = rest.get(layer + BIAS);
      boolean isLayer =
          (weight == null || (weight.shape().size() == 2 && weight.size() > 0))
              && (bias == null || bias.shape().size() == 1)
              && !layer.equals(name);
      if (!isLayer) {
        throw foreign(name);
      }
      open.put(layer, new Layer(layer, weight, bias));
    }
  }

  /** The table in front of the GRU; null if there is none. */
  EmbeddingTable table() {
    return table == null ? null : new EmbeddingTable(table.name + WEIGHT, table.weight);
  }

  /**
   * The layers behind the GRU.
   *
   * @param dense what metadata say of those in front of the last one
   */
  HeadWeights head(List<Dense> dense) {
    LinearWeights linear = linear();
    if (linear == null && !hidden.isEmpty()) {
      throw missing("linear" + WEIGHT);
    }
    int count = linear == null ? 0 : dense.size();
    if (hidden.size() > count) {
      throw neither(hidden.get(count));
    }
    List<HeadWeights.Hidden> layers = new ArrayList<>();
    for (int layer = 0; layer < count; layer++) {
      Layer found = layer < hidden.size() ? hidden.get(layer) : null;
      if (found == null || found.weight == null || found.bias == null) {
        String tensor = found != null && found.bias == null ? BIAS : WEIGHT;
        throw missing("dense_" + layer + tensor);
      }
      layers.add(
          new HeadWeights.Hidden(
              new LinearWeights(found.weight, found.bias), dense.get(layer).activation()));
    }
    return new HeadWeights(layers, linear);
  }

  /** The last layer behind the GRU; null if there is none. */
  private LinearWeights linear() {
    if (head == null) {
      return null;
    }
    if (head.weight == null && table == null) {
      throw missing(head.name + WEIGHT);
    }
    Tensor weight = head.weight == null ? table.weight : head.weight;
    List<Integer> outputs = List.of(weight.shape().getFirst());
    if (head.bias != null && !head.bias.shape().equals(outputs)) {
      throw new InvalidInputException(
          "tensor %s has shape %s: expected %s"
              .formatted(Quoted.of(head.name + BIAS), head.bias.shape(), outputs));
    }
    Tensor bias = head.bias == null ? Tensor.of(head.name + BIAS, outputs, place -> 0) : head.bias;
    return new LinearWeights(weight, bias);
  }

  /**
   * Whether the table is the linear layer's weight too.
   *
   * @param said whether the metadata say so; those of others do not say
   */
  boolean isTied(boolean said) {
    boolean same = table != null && head != null && FileWeights.areTied(table(), linear());
    if (ours && head != null && said && !same) {
      throw new InvalidInputException(
          "its metadata say that linear.weight is the embedding's table, but their values differ");
    }
    if (ours && head != null && !said && head.weight == null) {
      throw missing(head.name + WEIGHT);
    }
    return ours ? said : same;
  }

  private Layer told(String name, Role role) {
    Layer layer = open.remove(name.replaceFirst("\\.(weight|bias)$", ""));
    if (layer == null || !roles(layer).contains(role)) {
      throw new InvalidInputException(
          "it has no layer %s that may be the %s"
              .formatted(
                  Quoted.of(name),
                  role == Role.HEAD ? "linear layer behind the GRU" : "embedding"));
    }
    return layer;
  }

  private Set<Role> roles(Layer layer) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (layer.weight == null) {
      return layer.bias.size() > 0 && isTable(layer.bias.size()) ? EnumSet.of(Role.HEAD) : roles;
    }
    if (table == null && layer.bias == null && layer.columns() == gru.inputSize()) {
      roles.add(Role.EMBEDDING);
    }
    if (head == null && layer.columns() == gru.outputSize()) {
      roles.add(Role.HEAD);
    }
    if (layer.rows() == gru.inputSize()) {
      roles.add(Role.FRONT);
    }
    return roles;
  }

  /** Whether there is a table that a bias of this size may be the bias of. */
  private boolean isTable(int size) {
    return head == null
        && gru.inputSize() == gru.outputSize()
        && open.values().stream()
            .anyMatch(
                layer ->
                    layer.weight != null
                        && layer.rows() == size
                        && layer.columns() == gru.inputSize());
  }

  /** Each layer that has one role left takes it, until none changes any more. */
  private void decide() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Layer layer : new ArrayList<>(open.values())) {
        Set<Role> roles = roles(layer);
        if (roles.isEmpty() || roles.equals(EnumSet.of(Role.FRONT))) {
          throw neither(layer);
        }
        Optional<Role> named = usual(layer.name).filter(roles::contains);
        if (roles.size() == 1 || named.isPresent()) {
          take(layer, named.orElseGet(() -> roles.iterator().next()));
          changed = true;
        }
      }
    }
    List<Layer> rest = new ArrayList<>(open.values());
    if (rest.size() == 2
        && table == null
        && head == null
        && FileWeights.haveSameValues(rest.get(0).weight, rest.get(1).weight)) {
      table = rest.get(0);
      head = rest.get(1);
    } else if (!rest.isEmpty()) {
      throw undecided(rest);
    }
  }

  private void take(Layer layer, Role role) {
    open.remove(layer.name);
    if (role == Role.EMBEDDING) {
      table = layer;
    } else {
      head = layer;
    }
  }

  private static Optional<Role> usual(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    if (name.contains("emb") || EMBEDDING.matcher(last).matches()) {
      return Optional.of(Role.EMBEDDING);
    }
    return HEAD.matcher(last).matches() ? Optional.of(Role.HEAD) : Optional.empty();
  }

  private UndecidedException undecided(List<Layer> rest) {
    boolean mayEmbed = rest.stream().anyMatch(layer -> roles(layer).contains(Role.EMBEDDING));
    boolean mayLead = rest.stream().anyMatch(layer -> roles(layer).contains(Role.FRONT));
    String which = rest.stream().map(Layer::described).collect(Collectors.joining(" and "));
    return mayEmbed
        ? new UndecidedException(
            "tensor %s may be the embedding in front of the GRU%s or the linear layer behind it: say which layer is which"
                .formatted(which, mayLead ? ", a linear layer there" : ""),
            UndecidedException.Choice.EMBEDDING_OR_HEAD)
        : new UndecidedException(
            "tensor %s may be the linear layer behind the GRU, or one in front of it, which no model here has: say which layer is the head if there is one"
                .formatted(which),
            UndecidedException.Choice.HEAD);
  }

  private InvalidInputException neither(Layer layer) {
    if (layer.weight == null) {
      return foreign(layer.name + BIAS);
    }
    return new InvalidInputException(
        "tensor %s has shape %s: neither the one linear layer behind the GRU, [outputs, %d], nor an embedding in front of it, [tokens, %d]"
            .formatted(
                Quoted.of(layer.name + WEIGHT),
                layer.weight.shape(),
                gru.outputSize(),
                gru.inputSize()));
  }

  private static InvalidInputException foreign(String name) {
    return new InvalidInputException(
        "tensor %s belongs neither to a GRU nor to an embedding or a linear layer: save those alone"
            .formatted(Quoted.of(name)));
  }

  private static InvalidInputException missing(String name) {
    return new InvalidInputException("tensor %s is missing".formatted(Quoted.oneLine(name)));
  }
}
