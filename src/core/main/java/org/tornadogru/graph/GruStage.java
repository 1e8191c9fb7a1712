package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.kernels.Philox;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * A whole GRU: its layers, one on top of the other.
 *
 * <pre>
 *  {@link InputStage} ──▶ {@link LayerStage} _l0 ──▶ {@link LayerStage} _l1 ──▶ … ──▶ outputs, final states
 * </pre>
 *
 * and backward the other way round. In each execution: inputs; if states are given, those too; if
 * steps are masked, the order of the walks.
 */
final class GruStage {

  /** Where sequences begin. */
  enum Start {
    /** At a state that is uploaded once, and is zero unless the host writes another. */
    FIXED,
    /** At a state of each execution, or where the previous one ended. */
    GIVEN_OR_CARRIED
  }

  /** Which final states have gradients of their own. */
  enum Finals {
    /** None: they count as outputs only. */
    NONE,
    /** The merged final states of the last layer. */
    LAST,
    /** Those of every walk. */
    ALL
  }

  /**
   * What a stage is for.
   *
   * @param backward whether a backward pass follows
   * @param gates whether the gates of every step are kept without one
   * @param masked whether steps are left out
   * @param start where sequences begin
   */
  record Use(boolean backward, boolean gates, boolean masked, Start start) {}

  /**
   * What all layers and walks share.
   *
   * @param orders of the walks of each direction
   * @param tokens ids in the order of the input or, one-hot, for each direction in the order of its
   *     walks, [T][batch] or more; empty for dense inputs
   * @param carried [1]: 1 if the states are carried over from the previous execution
   * @param draw [2]: the seed of dropout, and the number of the execution
   */
  record Shared(
      ModelLayout layout,
      DeviceShape shape,
      Use use,
      List<WalkOrder> orders,
      List<IntArray> tokens,
      IntArray carried,
      IntArray draw) {

    /** Whether there is one walk, and it takes every step in the order of the input. */
    boolean isPlain() {
      return orders.size() == 1 && !isArranged(0);
    }

    /** Whether a direction's walks take the inputs in another order, or not all of them. */
    boolean isArranged(int walk) {
      return use.masked || !orders.get(walk).isNatural();
    }

    /** A mask of dropout. */
    DropoutMask mask(int stream, float probability, int rows, int columns) {
      return new DropoutMask(draw, stream, probability, shape.floats(rows, columns), rows);
    }
  }

  private final GruConfig config;
  private final DeviceShape shape;
  private final Shared shared;
  private final List<LayerStage> layers = new ArrayList<>();

  private final InputStage inputs;

  /**
   * A GRU.
   *
   * @param tokenRows rows of the token buffers, T or more; what is behind T is not an input
   */
  GruStage(ModelLayout layout, DeviceShape shape, Use use, int tokenRows) {
    this.shape = shape;
    config = layout.config();
    List<WalkOrder> orders = new ArrayList<>();
    List<IntArray> tokens = InputStage.tokens(config, shape, tokenRows);
    for (int walk = 0; walk < config.direction().walks(); walk++) {
      orders.add(new WalkOrder(config, shape, config.direction().isReverse(walk), use.masked));
    }
    IntArray carried = HostArrays.of(0);
    IntArray draw = HostArrays.of(0, 0);
    shared = new Shared(layout, shape, use, orders, tokens, carried, draw);
    inputs = new InputStage(shared);
    for (int layer = 0; layer < config.layers(); layer++) {
      layers.add(new LayerStage(shared, layer));
    }
  }

  /** The token ids of a GRU of one direction, in the order of the input. */
  IntArray tokens() {
    return shared.tokens.getFirst();
  }

  /** The outputs of the last layer, [T · batch][mergedColumns]. */
  Rows outputs() {
    return layers.getLast().outputs();
  }

  /** The merged final states of the last layer, [batch][mergedColumns]. */
  Rows last() {
    return layers.getLast().last();
  }

  /** The final states of a layer's walks side by side, [batch][D·H]. */
  Rows finals(int layer) {
    return layers.get(layer).finals();
  }

  /** Where a walk begins, [batch][H]: the host's to write. */
  FloatArray initialState(int layer, int walk) {
    return layers.get(layer).initialState(walk);
  }

  /**
   * Writes where every walk begins.
   *
   * @param states [L·D][N][H], or null for zeros
   */
  void beginAt(Tensor states) {
    int size = shape.sequence().batch() * config.hiddenSize();
    for (int walk = 0; walk < config.walks(); walk++) {
      FloatArray initial = initialState(walk / shared.orders.size(), walk % shared.orders.size());
      if (states == null) {
        initial.init(0f);
      } else {
        Columns columns = Columns.ofStates(shared.layout, shared.layout.walks().get(walk));
        shape.upload(states, walk * size, 1, initial, columns);
      }
    }
  }

  /**
   * Where the walks of every layer ended in the last execution, [batch][D·H] each. Behind the steps
   * that count a walk goes on with nothing: the last of its states are not these.
   */
  Object[] finals() {
    return layers.stream().map(layer -> layer.finals().array()).toArray();
  }

  /** States and gates of every walk: what {@link #gates} reads on the host. */
  Object[] statesAndGates() {
    return walks().flatMap(walk -> Stream.of(walk.states(), walk.gates())).toArray();
  }

  /** What the gates of every walk did, layer by layer, forward before reverse. */
  List<Gates> gates() {
    return walks().map(walk -> walk.read(shared.orders.get(walk.walk().walk()))).toList();
  }

  private Stream<WalkBuffers> walks() {
    return layers.stream().flatMap(LayerStage::walks);
  }

  /** Where every walk ended, if {@link #finals()} are on the host: [L·D][N][H]. */
  Tensor finalStates() {
    int batch = shape.sequence().batch();
    int size = batch * config.hiddenSize();
    float[] values = new float[config.walks() * size];
    int at = 0;
    for (WalkLayout walk : shared.layout.walks()) {
      shape.download(finals(walk.layer()), Columns.ofFinals(shared.layout, walk), 1, values, at);
      at += size;
    }
    return new Tensor("final states", List.of(config.walks(), batch, config.hiddenSize()), values);
  }

  /** Whether the next execution begins where the previous one ended. */
  void carryStates(boolean carry) {
    shared.carried.set(0, carry ? 1 : 0);
  }

  /** Which multipliers dropout draws in the next execution. */
  void drawDropout(long seed, int execution) {
    shared.draw.set(0, Philox.key(seed));
    shared.draw.set(1, execution);
  }

  /** Gives the next execution its inputs, and the steps to leave out. */
  void load(Sequences sequences) {
    if (shared.use.masked) {
      shared.orders.forEach(order -> order.load(sequences));
    }
    inputs.load(sequences);
    for (int walk = 0; config.isOneHot() && walk < shared.tokens.size(); walk++) {
      if (shared.isArranged(walk)) {
        shared.orders.get(walk).arrange(sequences, shared.tokens.get(walk));
      } else {
        shape.load(sequences, shared.tokens.get(walk));
      }
    }
    if (padsVary()) {
      shared.orders.forEach(order -> order.loadTaken(sequences));
    }
  }

  /**
   * Adds the tasks of the forward pass.
   *
   * @param dropout whether dropout acts
   */
  void addForward(PlanGraph graph, FloatArray parameters, boolean dropout) {
    if (!shared.isPlain()) {
      addOrders(graph);
    }
    if (!shared.layout.walks().getLast().lookUp()) {
      Object[] taken = shared.orders.stream().map(order -> order.taken).toArray();
      if (padsVary()) {
        graph.upload(taken);
      } else {
        graph.uploadOnce(taken);
      }
    }
    if (shared.use.start == Start.GIVEN_OR_CARRIED) {
      graph.upload(shared.carried);
    }
    if (dropout && drops()) {
      graph.upload(shared.draw);
    }
    inputs.addForward(graph, parameters, dropout);
    Rows below = inputs.taken(dropout);
    for (LayerStage layer : layers) {
      layer.addForward(graph, parameters, below, dropout);
      below = layer.passedOn(dropout);
    }
  }

  /** Whether inputs are vectors of the host. */
  boolean isDense() {
    return inputs.isDense();
  }

  /** Outputs, merged final states, and the final states of every layer. */
  Object[] downloads() {
    return Stream.concat(Stream.of(outputs().array(), last().array()), Arrays.stream(finals()))
        .distinct()
        .toArray();
  }

  /** What a backward pass in another graph reads of the forward pass. */
  Object[] kept() {
    Stream<Object> orders =
        shared.isPlain()
            ? Stream.of()
            : shared.orders.stream().flatMap(order -> Stream.of(order.onDevice()));
    return Stream.of(orders, inputs.kept(), layers.stream().flatMap(LayerStage::kept))
        .flatMap(Function.identity())
        .toArray();
  }

  private void addOrders(PlanGraph graph) {
    Object[] tables = shared.orders.stream().flatMap(o -> Stream.of(o.onDevice())).toArray();
    if (shared.use.masked) {
      graph.upload(tables);
    } else {
      graph.uploadOnce(tables);
    }
  }

  /** Whether it matters to the cell, which steps are none, and differs between executions. */
  private boolean padsVary() {
    return !Cell.isStandard(config) && (shared.use.masked || !shared.tokens.isEmpty());
  }

  private boolean drops() {
    return config.inputDropout() > 0 || config.recurrentDropout() > 0 || config.dropout() > 0;
  }

  /**
   * The way back.
   *
   * @param fromOutputs whether the outputs of the last layer have gradients, or only its final
   *     states
   * @param finals which final states have gradients of their own
   * @param reachesInputs whether gradients of dense inputs are wanted
   */
  Backward backward(
      Gradients gradients, boolean fromOutputs, Finals finals, boolean reachesInputs) {
    return new Backward(gradients, fromOutputs, finals, reachesInputs);
  }

  /** The backward pass of the whole GRU, with its buffers. */
  final class Backward {

    private final Gradients gradients;
    private final Finals finals;
    private final List<LayerStage.Backward> backwards = new ArrayList<>();

    /** [T · batch][I'], ∂L/∂x in the order of the input; null if it is not needed. */
    final FloatArray inputGradients;

    private Backward(
        Gradients gradients, boolean fromOutputs, Finals finals, boolean reachesInputs) {
      this.gradients = gradients;
      this.finals = finals;
      inputGradients = inputs.gradients(reachesInputs);
      for (int index = 0; index < layers.size(); index++) {
        boolean top = index == layers.size() - 1;
        backwards.add(
            layers
                .get(index)
                .backward(
                    gradients,
                    fromOutputs || !top,
                    top || finals != Finals.LAST ? finals : Finals.NONE,
                    inputGradients != null || index > 0));
      }
    }

    /** What the host writes. */
    Object[] uploads() {
      return Stream.concat(
              Stream.of(outputGradients()), backwards.stream().map(layer -> layer.finalGradients))
          .toArray();
    }

    /** What the host reads. */
    Object[] downloads() {
      return Stream.concat(
              Stream.ofNullable(isDense() ? inputGradients : null),
              IntStream.range(0, backwards.size() * shared.orders.size())
                  .mapToObj(
                      walk ->
                          initialStateGradient(
                              walk / shared.orders.size(), walk % shared.orders.size())))
          .toArray();
    }

    /** ∂L/∂y of the last layer, [T · batch][mergedColumns]. */
    FloatArray outputGradients() {
      return backwards.getLast().outputGradients;
    }

    /** ∂L/∂ the merged final states of the last layer, [batch][mergedColumns]. */
    FloatArray lastGradients() {
      return backwards.getLast().lastGradients();
    }

    /** ∂L/∂ the final states of a layer's walks side by side, [batch][D·H]. */
    FloatArray finalGradients(int layer) {
      return backwards.get(layer).finalGradients;
    }

    /** ∂L/∂h₀ of a walk, [batch][H]. */
    FloatArray initialStateGradient(int layer, int walk) {
      return backwards.get(layer).initialStateGradient(walk);
    }

    /** Adds the tasks, up to the slices of the gradients. Dropout acted in the forward pass. */
    void addTo(PlanGraph graph, FloatArray parameters) {
      if (shared.isPlain() && finals != Finals.NONE) {
        addOrders(graph);
      }
      for (int index = layers.size() - 1; index > 0; index--) {
        LayerStage.Backward below = backwards.get(index - 1);
        backwards
            .get(index)
            .addTo(graph, parameters, layers.get(index - 1).passedOn(true), below.outputGradients);
        below.addDropBackward(graph);
      }
      backwards.getFirst().addTo(graph, parameters, inputs.taken(true), inputGradients);
      inputs.addBackward(graph, gradients, inputGradients);
    }
  }
}
