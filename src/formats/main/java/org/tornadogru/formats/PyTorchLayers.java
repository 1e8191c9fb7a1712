package org.tornadogru.formats;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.formats.codec.EmbeddingTable;
import org.tornadogru.formats.codec.FileWeights;
import org.tornadogru.formats.codec.HeadWeights;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * The layers around a GRU in a state dictionary, which says nothing of them but names and shapes.
 *
 * <pre>
 *   X.weight [V, I]                    may be an embedding
 *   X.weight [out, O]  X.bias [out]    may be a linear layer behind the GRU; its bias may be missing
 *   X.weight [out, R]  X.bias [out]    likewise behind another one, whose rows are R
 *   X.weight [I, any]  X.bias [I]      may be a linear layer in front of the GRU, which no model here has
 * </pre>
 *
 * Shapes decide where they can, names where they tell a place, and {@link ReadOptions} before both.
 * What is open then is refused, as are several linear layers unless their shapes leave one order
 * and the functions between them are told. Two tensors with the same values are one, and so is a
 * bias without a weight where the table would be its weight: the linear layer is tied to the
 * embedding.
 */
final class PyTorchLayers {

  private static final String WEIGHT = PyTorchLayer.WEIGHT;
  private static final String BIAS = PyTorchLayer.BIAS;
  private static final int MOST_LINEAR = 8;

  /** How the last part of a linear layer's name usually is, wherever it stands. */
  private static final Pattern LINEAR = Pattern.compile("linear|lin|fc\\d?|dense");

  /** Likewise if it stands at the end. */
  private static final Pattern HEAD =
      Pattern.compile(
          "out|output|outputs|head|decoder|classifier|logits|readout|lm_head|out_proj|generator");

  /** Likewise of an embedding; or there is {@code emb} in it. */
  private static final Pattern EMBEDDING = Pattern.compile("encoder|lookup|wte");

  private enum Role {
    EMBEDDING,
    /** A linear layer behind. */
    BEHIND,
    /** A linear layer in front. */
    FRONT
  }

  private final GruConfig gru;
  private final List<ActivationFunction> functions;
  private final Map<String, PyTorchLayer> open = new TreeMap<>();
  private PyTorchLayer table;
  private PyTorchLayer head;

  /** The others behind the GRU; in their order, in front of the head, once that is found. */
  private final List<PyTorchLayer> hidden = new ArrayList<>();

  private boolean ours;

  /** Whether names are as in our files. */
  private boolean named;

  /**
   * The layers of tensors.
   *
   * @param gru what its own tensors say
   * @param prefix of its names; without one {@code linear} is the head, as in the files of this
   *     library
   * @param others the tensors that are not the GRU's, by their names
   * @throws UndecidedException if a layer may be one or the other
   * @throws InvalidInputException if one is neither
   */
  static PyTorchLayers of(
      GruConfig gru, String prefix, Map<String, Tensor> others, ReadOptions options) {
    PyTorchLayers layers = new PyTorchLayers(gru, options.activations(), others);
    layers.named = prefix.isEmpty();
    options.embedding().ifPresent(name -> layers.table = layers.told(name, Role.EMBEDDING));
    options.head().ifPresent(name -> layers.head = layers.told(name, Role.BEHIND));
    layers.decide();
    layers.order();
    return layers;
  }

  /** The layers of a file of ours, which have their names. */
  static PyTorchLayers ofOurs(GruConfig gru, Map<String, Tensor> others) {
    PyTorchLayers layers = new PyTorchLayers(gru, List.of(), others);
    layers.table = layers.open.remove("embedding");
    layers.head = layers.open.remove("linear");
    for (PyTorchLayer dense = layers.dense(); dense != null; dense = layers.dense()) {
      layers.hidden.add(dense);
    }
    for (PyTorchLayer rest : layers.open.values()) {
      throw layers.neither(rest);
    }
    if (layers.table != null && layers.table.weight() == null) {
      throw missing(layers.table.name() + WEIGHT);
    }
    if (layers.head != null && layers.head.bias() == null) {
      throw missing(layers.head.name() + BIAS);
    }
    layers.ours = true;
    return layers;
  }

  /** The next dense layer; null if there are no more. */
  private PyTorchLayer dense() {
    return open.remove("dense_" + hidden.size());
  }

  private PyTorchLayers(
      GruConfig gru, List<ActivationFunction> functions, Map<String, Tensor> others) {
    this.gru = gru;
    this.functions = functions;
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
      open.put(layer, new PyTorchLayer(layer, weight, bias));
    }
  }

  /** The table in front of the GRU; null if there is none. */
  EmbeddingTable table() {
    return table == null ? null : new EmbeddingTable(table.name() + WEIGHT, table.weight());
  }

  /**
   * The layers behind the GRU.
   *
   * @param dense what our metadata say of those in front of the last one
   */
  HeadWeights head(List<Dense> dense) {
    LinearWeights linear = head == null ? null : linear(head);
    if (!ours) {
      List<HeadWeights.Hidden> layers =
          IntStream.range(0, hidden.size())
              .mapToObj(
                  place -> new HeadWeights.Hidden(linear(hidden.get(place)), functions.get(place)))
              .toList();
      return new HeadWeights(layers, linear);
    }
    if (linear == null && !hidden.isEmpty()) {
      throw missing("linear" + WEIGHT);
    }
    int count = linear == null ? 0 : dense.size();
    if (hidden.size() > count) {
      throw neither(hidden.get(count));
    }
    List<HeadWeights.Hidden> layers = new ArrayList<>();
    for (int layer = 0; layer < count; layer++) {
      PyTorchLayer found = layer < hidden.size() ? hidden.get(layer) : null;
      if (found == null || found.weight() == null || found.bias() == null) {
        String tensor = found != null && found.bias() == null ? BIAS : WEIGHT;
        throw missing("dense_" + layer + tensor);
      }
      layers.add(
          new HeadWeights.Hidden(
              new LinearWeights(found.weight(), found.bias()), dense.get(layer).activation()));
    }
    return new HeadWeights(layers, linear);
  }

  private LinearWeights linear(PyTorchLayer layer) {
    return layer.linear(table == null ? null : table.weight());
  }

  /**
   * Whether the table is the linear layer's weight too.
   *
   * @param said whether the metadata say so; those of others do not say
   */
  boolean isTied(boolean said) {
    boolean same = table != null && head != null && FileWeights.areTied(table(), linear(head));
    if (ours && head != null && said && !same) {
      throw new InvalidInputException(
          "its metadata say that linear.weight is the embedding's table, but their values differ");
    }
    if (ours && head != null && !said && head.weight() == null) {
      throw missing(head.name() + WEIGHT);
    }
    return ours ? said : same;
  }

  private PyTorchLayer told(String name, Role role) {
    PyTorchLayer layer = open.remove(name.replaceFirst("\\.(weight|bias)$", ""));
    if (layer == null || !roles(layer).contains(role)) {
      throw new InvalidInputException(
          "it has no layer %s that may be the %s"
              .formatted(
                  Quoted.of(name),
                  role == Role.BEHIND ? "linear layer behind the GRU" : "embedding"));
    }
    return layer;
  }

  /** The linear layers that there may be in front of one. */
  private Stream<PyTorchLayer> others(PyTorchLayer layer) {
    return Stream.concat(open.values().stream(), hidden.stream())
        .filter(other -> !other.name().equals(layer.name()) && other.weight() != null);
  }

  private Set<Role> roles(PyTorchLayer layer) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    if (layer.weight() == null) {
      return layer.bias().size() > 0 && isTable(layer.bias().size())
          ? EnumSet.of(Role.BEHIND)
          : roles;
    }
    if (table == null && layer.bias() == null && layer.columns() == gru.inputSize()) {
      roles.add(Role.EMBEDDING);
    }
    if (mayComeBehind(layer)) {
      roles.add(Role.BEHIND);
    }
    // Who tells what is between the layers behind has none in front.
    if (functions.isEmpty()
        && layer.rows() == gru.inputSize()
        && (table == null || layer.columns() == gru.inputSize())) {
      roles.add(Role.FRONT);
    }
    return roles;
  }

  /** Whether there is something that it may follow, and something behind it unless it is last. */
  private boolean mayComeBehind(PyTorchLayer layer) {
    boolean follows =
        layer.columns() == gru.outputSize()
            || others(layer).anyMatch(other -> other.rows() == layer.columns());
    return follows
        && (head == null
            || Stream.concat(others(layer), Stream.of(head))
                .anyMatch(next -> next.weight() != null && next.columns() == layer.rows()));
  }

  /** Whether there is a table that a bias of this size may be the bias of. */
  private boolean isTable(int size) {
    return head == null
        && gru.inputSize() == gru.outputSize()
        && open.values().stream()
            .anyMatch(
                layer ->
                    layer.weight() != null
                        && layer.rows() == size
                        && layer.columns() == gru.inputSize());
  }

  /** Each layer that has one role left takes it, until none changes any more. */
  private void decide() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (PyTorchLayer layer : new ArrayList<>(open.values())) {
        Set<Role> roles = roles(layer);
        if (roles.isEmpty() || roles.equals(EnumSet.of(Role.FRONT))) {
          throw neither(layer);
        }
        roles.retainAll(usual(layer.name(), roles));
        if (roles.size() == 1) {
          take(layer, roles.iterator().next());
          changed = true;
        }
      }
    }
    List<PyTorchLayer> rest = new ArrayList<>(open.values());
    if (rest.size() == 2
        && table == null
        && head == null
        && hidden.isEmpty()
        && FileWeights.haveSameValues(rest.get(0).weight(), rest.get(1).weight())) {
      table = rest.get(0);
      hidden.add(rest.get(1));
    } else if (!rest.isEmpty()) {
      throw undecided(rest);
    }
  }

  private void take(PyTorchLayer layer, Role role) {
    open.remove(layer.name());
    if (role == Role.EMBEDDING) {
      table = layer;
    } else {
      hidden.add(layer);
    }
  }

  /** Those of the roles that a layer of this name has; all if it tells nothing of them. */
  private Set<Role> usual(String name, Set<Role> roles) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    Set<Role> usual =
        name.contains("emb") || EMBEDDING.matcher(last).matches()
            ? EnumSet.of(Role.EMBEDDING)
            : HEAD.matcher(last).matches() || (named && name.equals("linear"))
                ? EnumSet.of(Role.BEHIND)
                : LINEAR.matcher(last).matches()
                    ? EnumSet.of(Role.BEHIND, Role.FRONT)
                    : EnumSet.allOf(Role.class);
    return usual.stream().anyMatch(roles::contains) ? usual : roles;
  }

  /** Puts the layers behind the GRU in the one order that their shapes leave. */
  private void order() {
    if (head != null) {
      hidden.add(head);
    }
    if (hidden.size() > MOST_LINEAR) {
      throw new InvalidInputException(
          "it has %d linear layers, more than are supported".formatted(hidden.size()));
    }
    List<List<PyTorchLayer>> orders = PyTorchLayer.orders(hidden, gru.outputSize(), head);
    if (orders.isEmpty()) {
      throw neither(hidden.getLast());
    }
    String names =
        orders.getFirst().stream()
            .map(PyTorchLayer::described)
            .collect(Collectors.joining(" and "));
    if (orders.size() > 1) {
      throw new InvalidInputException(
          "its linear layers %s may stand in several orders: export the model as %s, which says theirs"
              .formatted(names, ModelFormat.ONNX.ending()));
    }
    hidden.clear();
    hidden.addAll(orders.getFirst());
    head = hidden.isEmpty() ? null : hidden.removeLast();
    if (hidden.size() != functions.size()) {
      throw new UndecidedException(
          "its linear layers are %s, in the order of their shapes: say the activation behind each but the last, of which %d were told"
              .formatted(names.isEmpty() ? "none" : names, functions.size()),
          UndecidedException.Choice.ACTIVATIONS);
    }
  }

  private UndecidedException undecided(List<PyTorchLayer> rest) {
    boolean mayEmbed = rest.stream().anyMatch(layer -> roles(layer).contains(Role.EMBEDDING));
    boolean mayLead = rest.stream().anyMatch(layer -> roles(layer).contains(Role.FRONT));
    String which = rest.stream().map(PyTorchLayer::described).collect(Collectors.joining(" and "));
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

  private InvalidInputException neither(PyTorchLayer layer) {
    if (layer.weight() == null) {
      return foreign(layer.name() + BIAS);
    }
    return new InvalidInputException(
        "tensor %s has shape %s: neither the linear layer behind the GRU, [outputs, %d], nor another one behind that, nor an embedding in front of it, [tokens, %d]"
            .formatted(
                Quoted.of(layer.name() + WEIGHT),
                layer.weight().shape(),
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
