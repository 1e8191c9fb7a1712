package org.tornadogru.graph;

import java.util.List;
import java.util.stream.Stream;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.Sequences;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What the first layer takes: vectors, or one-hot token ids as they are.
 *
 * <pre>
 *  inputs ────────────────▶ vectors ──▶ [dropInputs] ──▶ first layer
 *  token ids ──▶ [embed] ──────┘
 *
 *  dInputs ◀───────────────── dVectors ◀── [dropInputGradients] ◀── first layer
 *  table, {@link Gradients} ◀── [embedBackward] ──┘
 * </pre>
 *
 * In each execution: inputs [T · batch][I] floats or [T][batch] token ids.
 */
final class InputStage {

  private final ModelLayout layout;
  private final GruConfig config;
  private final DeviceShape shape;
  private final List<IntArray> tokens;

  /** Columns of the vectors. */
  private final int features;

  /** [T · batch][I'], in the order of the input; null for one-hot tokens. */
  private final FloatArray vectors;

  /** Null without input dropout; then so is what is dropped. */
  private final DropoutMask mask;

  private final FloatArray dropped;

  InputStage(GruStage.Shared shared) {
    layout = shared.layout();
    config = layout.config();
    shape = shared.shape();
    tokens = shared.tokens();
    features = layout.walks().getFirst().inputs();
    boolean drops = shared.use().backward() && config.inputDropout() > 0;
    vectors = config.isOneHot() ? null : floats();
    mask = drops ? shared.mask(0, config.inputDropout(), shape.batch(), features) : null;
    dropped = drops ? floats() : null;
  }

  private FloatArray floats() {
    return shape.floats(shape.positions(), features);
  }

  /** Buffers for token ids: for each direction in the order of its walks if they are one-hot. */
  static List<IntArray> tokens(GruConfig config, DeviceShape shape, int rows) {
    int orders = config.isOneHot() ? config.direction().walks() : 1;
    return config.input() == InputKind.DENSE
        ? List.of()
        : Stream.generate(() -> shape.tokens(rows)).limit(orders).toList();
  }

  /** Whether inputs are vectors of the host. */
  boolean isDense() {
    return tokens.isEmpty();
  }

  /**
   * Gives the next execution its inputs but for one-hot tokens, which walks put into their order.
   */
  void load(Sequences sequences) {
    if (config.hasEmbedding()) {
      shape.load(sequences, tokens.getFirst());
    }
    sequences
        .vectors()
        .ifPresent(x -> shape.upload(x, 0, shape.steps(), vectors, Columns.ofInputs(layout)));
  }

  /**
   * Adds the tasks of the forward pass.
   *
   * @param dropout whether input dropout acts
   */
  void addForward(PlanGraph graph, FloatArray parameters, boolean dropout) {
    tokens.forEach(ids -> graph.upload(ids));
    if (config.hasEmbedding()) {
      addEmbed(graph, layout, shape, parameters, tokens.getFirst(), vectors);
    } else if (vectors != null) {
      graph.upload(vectors);
    }
    if (dropout && mask != null) {
      mask.addDraw(graph, "drawInputs");
      mask.addMultiply(graph, "dropInputs", Rows.of(vectors), dropped);
    }
  }

  /**
   * Adds the look-up of the vectors of tokens.
   *
   * @param vectors out, [T · batch][E']
   */
  static void addEmbed(
      PlanGraph graph,
      ModelLayout layout,
      DeviceShape shape,
      FloatArray parameters,
      IntArray tokens,
      FloatArray vectors) {
    KernelSet kernels = shape.kernels();
    graph.loop(
        shape.positions(),
        layout.embeddingColumns(),
        new TaskPackage(
            "embed",
            kernels.embed(),
            tokens,
            parameters,
            vectors,
            layout.embeddingAt(),
            shape.positions(),
            layout.embeddingHeight(),
            layout.embeddingColumns()));
  }

  /** What the first layer takes; null for one-hot tokens. */
  Rows taken(boolean dropout) {
    return vectors == null ? null : Rows.of(dropout && mask != null ? dropped : vectors);
  }

  /** What a backward pass in another graph reads of the forward pass. */
  Stream<Object> kept() {
    return Stream.of(
            config.hasEmbedding() ? tokens.stream() : Stream.<Object>of(),
            Stream.ofNullable((Object) vectors),
            mask == null ? Stream.<Object>of() : Stream.<Object>of(mask.multipliers(), dropped))
        .flatMap(each -> each);
  }

  /**
   * A buffer for the gradient of what the first layer takes.
   *
   * @param wanted whether somebody else wants that of dense inputs
   * @return [T · batch][I'], or null if nobody needs it
   */
  FloatArray gradients(boolean wanted) {
    return wanted || config.hasEmbedding() ? floats() : null;
  }

  /**
   * Adds the way back behind the first layer. Dropout acted in the forward pass.
   *
   * @param inputGradients in and out, what {@link #gradients} made
   */
  void addBackward(PlanGraph graph, Gradients gradients, FloatArray inputGradients) {
    if (inputGradients != null && mask != null) {
      mask.addMultiply(graph, "dropInputGradients", Rows.of(inputGradients), inputGradients);
    }
    if (config.hasEmbedding()) {
      gradients.addTable(graph, tokens.getFirst(), inputGradients);
    }
  }
}
