package org.tornadogru.formats.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.tornadogru.formats.codec.GateRows;
import org.tornadogru.formats.codec.LayerStack.Cell;
import org.tornadogru.formats.codec.LayerStack.Layer;
import org.tornadogru.formats.codec.LayerStack.Walk;
import org.tornadogru.formats.codec.Quoted;
import org.tornadogru.formats.onnx.OnnxValue.Axis;
import org.tornadogru.formats.onnx.OnnxValue.Constant;
import org.tornadogru.formats.onnx.OnnxValue.Repeated;
import org.tornadogru.formats.onnx.OnnxValue.Signal;
import org.tornadogru.formats.onnx.OnnxValue.State;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;

/**
 * A node of operator GRU.
 *
 * <pre>
 *   X [T][N][I]        W [D][3H][I]   R [D][3H][H]   B [D][6H]      gates z, r, h
 *   sequence_lens [N]  initial_h [D][N][H], with layout 1 [N][D][H]
 * </pre>
 *
 * @param scope what its inputs stand for
 * @see <a href="https://onnx.ai/onnx/operators/onnx__GRU.html">ONNX, operator GRU</a>
 */
record OnnxGruLayer(OnnxNode node, OnnxScope scope) {

  /** As many as the other formats may have. */
  private static final int MOST_LAYERS = 1000;

  private static final Set<String> ATTRIBUTES =
      Set.of(
          "activations",
          "activation_alpha",
          "activation_beta",
          "clip",
          "direction",
          "hidden_size",
          "layout",
          "linear_before_reset");

  /** The data behind the layer; how its outputs are arranged is left to the caller. */
  Signal read() {
    if (!(scope.optional(node, 0) instanceof Signal signal)) {
      throw node.refused("has an X that is not the input of the model or the output of a layer");
    }
    for (AttributeProto attribute : node.proto().getAttributeList()) {
      if (!ATTRIBUTES.contains(attribute.getName())) {
        throw node.refused(
            "has the unknown attribute %s".formatted(Quoted.of(attribute.getName())));
      }
    }
    checkLengths(signal);
    Constant weights = weights(1, 3);
    Constant recurrent = weights(2, 3);
    Constant biases = scope.optional(node, 3) == null ? null : weights(3, 2);
    String direction = node.word("direction", "forward");
    int walks = direction.equals("bidirectional") ? 2 : 1;
    if (walks == 1 && !direction.equals("forward") && !direction.equals("reverse")) {
      throw node.refused("has direction %s".formatted(Quoted.of(direction)));
    }
    int hidden = recurrent.sizes().get(2);
    int features = weights.sizes().get(2);
    if (hidden < 1
        || hidden > Integer.MAX_VALUE / 6
        || features < 1
        || !weights.sizes().equals(List.of(walks, 3 * hidden, features))
        || !recurrent.sizes().equals(List.of(walks, 3 * hidden, hidden))
        || (biases != null && !biases.sizes().equals(List.of(walks, 6 * hidden)))
        || node.integer("hidden_size", hidden) != hidden) {
      throw node.refused(
          "has weights of shapes W %s, R %s, B %s, which are not [D, 3H, I], [D, 3H, H], [D, 6H] of a %s layer"
              .formatted(
                  weights.sizes(),
                  recurrent.sizes(),
                  biases == null ? "none" : biases.sizes(),
                  direction));
    }
    List<Cell> cells = cells(walks);
    Constant state = initialState(signal, walks, hidden);
    // They are copied, and many nodes may share them.
    scope.charge(
        node, (long) weights.size() + recurrent.size() + (biases == null ? 0 : biases.size()));
    List<Walk> parts = new ArrayList<>();
    for (int walk = 0; walk < walks; walk++) {
      parts.add(
          new Walk(
              node.name(),
              walk == 1 || direction.equals("reverse"),
              cells.get(walk),
              gates(weights, walk, 3 * hidden, features),
              gates(recurrent, walk, 3 * hidden, hidden),
              biases == null ? null : gates(biases, 2 * walk, 3 * hidden),
              biases == null ? null : gates(biases, 2 * walk + 1, 3 * hidden),
              state == null ? null : row(state, walk, 0, hidden)));
    }
    return behind(signal, new Layer(parts, Merge.CONCAT), features, hidden);
  }

  /** A part of this shape, of several that lie one behind the other. */
  private static Tensor gates(Constant all, int part, Integer... shape) {
    int size = List.of(shape).stream().reduce(1, (a, b) -> a * b);
    return GateRows.swapResetAndUpdate(
        Tensor.of("", List.of(shape), place -> all.floats().at(part * size + place)));
  }

  private Constant weights(int place, int rank) {
    if (scope.optional(node, place) instanceof Constant constant
        && constant.floats() != null
        && constant.sizes().size() == rank) {
      return constant;
    }
    throw node.refused(
        "needs %s to be constant floats with %d dimensions"
            .formatted(List.of("W", "R", "B").get(place - 1), rank));
  }

  private void checkLengths(Signal data) {
    boolean supported =
        switch (scope.optional(node, 4)) {
          case null -> true;
          case State state -> isApart(state.inputs(), data);
          case Signal signal -> signal.isInput() && isApart(Set.of(signal.input().name()), data);
          case Constant constant -> isWhole(constant, data);
          default -> false;
        };
    if (!supported) {
      throw node.refused(
          "has lengths that are constant or computed: make sequence_lens an input of the model");
    }
  }

  /**
   * The state that all sequences begin at, if the model has one of its own.
   *
   * @return [D or 1][N or 1][H or 1] as they are in the layout; null for zeros and for an input of
   *     the model that has nothing to do with the data
   */
  private Constant initialState(Signal data, int walks, int hidden) {
    return switch (scope.optional(node, 5)) {
      case null -> null;
      case State state when isApart(state.inputs(), data) -> null;
      case Signal signal when signal.isInput() && isApart(Set.of(signal.input().name()), data) ->
          null;
      case Repeated(Constant constant, var sizes) -> checkedState(constant, walks, hidden, true);
      case Constant constant when constant.floats() != null ->
          checkedState(constant, walks, hidden, false);
      default ->
          throw node.refused(
              "has an initial state that is computed: make initial_h a constant or an input of the model");
    };
  }

  private Constant checkedState(Constant given, int walks, int hidden, boolean repeated) {
    if (scope.isZero(node, given)) {
      return null;
    }
    scope.charge(node, given.size()); // rows are compared, and copied
    Constant state = repeated && given.size() == 1 ? given.reshaped(List.of(1, 1, 1)) : given;
    List<Integer> sizes = state.sizes();
    boolean fits = sizes.size() == 3;
    for (int place = 0; fits && place < 3; place++) {
      int size = sizes.get(place);
      int axis = axis(place);
      fits = axis == 1 || size == (axis == 0 ? walks : hidden) || (repeated && size == 1);
    }
    if (!fits) {
      throw node.refused(
          "has an initial state of shape %s, not [D, N, H] of %d units".formatted(sizes, hidden));
    }
    int rows = sizes.get(axis(1));
    for (int walk = 0; walk < walks; walk++) {
      Tensor first = row(state, walk, 0, hidden);
      for (int row = 1; row < rows; row++) {
        if (!row(state, walk, row, hidden).equals(first)) {
          throw node.refused(
              "has a constant initial state that differs among the sequences of a batch: make initial_h an input of the model");
        }
      }
    }
    return state;
  }

  /** What a dimension of a state is, in the order directions, batch, units; or the reverse. */
  private int axis(int place) {
    return node.integer("layout", 0) == 1 && place < 2 ? 1 - place : place;
  }

  /** A direction's state of one sequence: [H]. */
  private Tensor row(Constant state, int walk, int row, int hidden) {
    return Tensor.of(
        "",
        List.of(hidden),
        unit -> {
          int[] wanted = {walk, row, unit};
          int at = 0;
          for (int place = 0; place < 3; place++) {
            int size = state.sizes().get(place);
            at = at * size + (size == 1 ? 0 : wanted[axis(place)]);
          }
          return state.floats().at(at);
        });
  }

  private static boolean isApart(Set<String> inputs, Signal data) {
    return !inputs.contains(data.input().name());
  }

  /** Whether lengths say that all sequences are as long as the data. */
  private boolean isWhole(Constant lengths, Signal data) {
    int place = node.integer("layout", 0) == 1 ? 1 : 0;
    if (lengths.integers() == null || data.groups().size() != 3) {
      return false;
    }
    List<Axis> time = data.groups().get(place);
    return time.size() == 1
        && time.getFirst().size() > 0
        && Arrays.stream(lengths.integers()).allMatch(length -> length == time.getFirst().size());
  }

  private List<Cell> cells(int walks) {
    List<String> names = node.words("activations");
    if (!names.isEmpty() && names.size() != 2 * walks) {
      throw node.refused("has %d activations: expected %d".formatted(names.size(), 2 * walks));
    }
    List<Float> alphas = new ArrayList<>(node.numbers("activation_alpha"));
    List<Float> betas = new ArrayList<>(node.numbers("activation_beta"));
    if (alphas.size() > 2 * walks || betas.size() > 2 * walks) {
      throw node.refused("has more values of alpha or beta than activations");
    }
    List<ActivationFunction> functions = new ArrayList<>();
    for (String name : names) {
      functions.add(function(name, alphas, betas));
    }
    float clip = node.number("clip", Float.POSITIVE_INFINITY);
    if (!(clip > 0)) {
      throw node.refused("clips to %s".formatted(clip));
    }
    ResetPlacement reset =
        node.integer("linear_before_reset", 0) != 0 ? ResetPlacement.AFTER : ResetPlacement.BEFORE;
    return IntStream.range(0, walks)
        .mapToObj(
            walk ->
                functions.isEmpty()
                    ? new Cell(reset, ActivationFunction.SIGMOID, ActivationFunction.TANH, clip)
                    : new Cell(reset, functions.get(2 * walk), functions.get(2 * walk + 1), clip))
        .toList();
  }

  /** Values of alpha and beta are for those functions that have them, in order. */
  private ActivationFunction function(String name, List<Float> alphas, List<Float> betas) {
    ActivationFunction.Kind kind =
        OnnxActivation.ofName(name)
            .orElseThrow(
                () -> node.refused("has the unknown activation %s".formatted(Quoted.of(name))));
    ActivationFunction usual = ActivationFunction.of(kind);
    boolean alpha = OnnxActivation.takesAlpha(kind) && !alphas.isEmpty();
    boolean beta = OnnxActivation.takesBeta(kind) && !betas.isEmpty();
    return new ActivationFunction(
        kind,
        alpha ? alphas.removeFirst() : usual.alpha(),
        beta ? betas.removeFirst() : usual.beta());
  }

  private Signal behind(Signal signal, Layer layer, int features, int hidden) {
    if (signal.groups().size() != 3) {
      throw node.refused(
          "takes data of %d dimensions: expected steps, batch and features"
              .formatted(signal.groups().size()));
    }
    boolean batchFirst = node.integer("layout", 0) == 1;
    List<Axis> time = signal.groups().get(batchFirst ? 1 : 0);
    List<Axis> batch = signal.groups().get(batchFirst ? 0 : 1);
    List<Axis> last = signal.groups().get(2);
    if (signal.isInput()) {
      long size = last.size() == 1 ? last.getFirst().size() : -1;
      if (last.size() != 1 || (size != 0 && size != features)) {
        throw node.refused(
            "takes %d features but the data have %d".formatted(features, Math.max(size, 1)));
      }
    } else if (!signal.ofEachStep()
        || signal.linear() != null
        || !signal.isOpen()
        || !time.equals(signal.time())
        || !batch.equals(signal.batch())
        || !last.equals(signal.features())
        || OnnxValue.size(last) != features) {
      throw node.refused(
          "takes other data than the whole output of the layer before it, [steps, batch, features], forward before reverse");
    }
    if (signal.layers().size() == MOST_LAYERS) {
      throw node.refused("is behind %d others: no model has more".formatted(MOST_LAYERS));
    }
    if (signal.reversed()) {
      throw node.refused("takes its data backwards: give it the direction reverse instead");
    }
    List<Layer> layers = new ArrayList<>(signal.layers());
    layers.add(layer);
    return new Signal(
        signal.input(),
        signal.groups(),
        time,
        batch,
        layers,
        layer.walks().size() == 2 ? new Axis(2) : null,
        new Axis(hidden),
        OnnxHead.NONE,
        false,
        Usage.Steps.EACH);
  }
}
