package org.tornadogru.graph;

import java.util.stream.Stream;
import org.tornadogru.kernels.VariantBackward;
import org.tornadogru.kernels.VariantForward;
import org.tornadogru.kernels.Variants;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.GruConfig;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Any other cell: one pair of kernels in each set that knows them all. */
final class VariantCell implements Cell {

  private final WalkBuffers walk;
  private final GruConfig config;
  private final DeviceShape shape;
  private final int hidden;
  private final WalkWay way;
  private final FloatArray slopes;
  private final FloatArray operands;
  private final FloatArray ones;

  /** Null without recurrent dropout. */
  private final DropoutMask mask;

  private final FloatArray functions;

  VariantCell(GruStage.Shared shared, WalkBuffers walk, WalkWay way) {
    this.walk = walk;
    this.way = way;
    config = walk.layout().config();
    shape = walk.shape();
    hidden = walk.layout().hidden();
    long positions = walk.keepsGates() ? shape.positions() : shape.batch();
    slopes = shape.floats(positions, 3L * hidden);
    operands = shape.floats(positions + shape.batch(), hidden);
    ones = shape.floats(shape.batch(), hidden);
    ones.init(1f);
    mask =
        config.recurrentDropout() > 0
            ? shared.mask(
                1 + config.layers() + walk.layout().walks().indexOf(walk.walk()),
                config.recurrentDropout(),
                shape.batch(),
                hidden)
            : null;
    functions = functions(config, walk.walk().walk());
  }

  /** Activations and clip as kernels take them. */
  static FloatArray functions(GruConfig config, int walk) {
    ActivationFunction f = config.gateActivation(walk);
    ActivationFunction g = config.candidateActivation(walk);
    return HostArrays.of(
        f.kind().code(),
        f.alpha(),
        f.beta(),
        g.kind().code(),
        g.alpha(),
        g.beta(),
        Math.min(config.clip(), Float.MAX_VALUE)); // devices compile without infinity
  }

  /** The gates that act, as kernels take them. */
  static int gating(GruConfig config) {
    return (config.gating().resets() ? 1 : 0) + (config.gating().updates() ? 2 : 0);
  }

  @Override
  public void addForward(PlanGraph graph, FloatArray parameters, boolean dropout) {
    boolean drops = dropout && mask != null;
    if (drops) {
      mask.addDraw(graph, walk.name("drawRecurrent"));
    }
    graph.uploadOnce(functions, ones);
    VariantForward.Arguments arguments =
        new VariantForward.Arguments(
            walk.rows(),
            walk.table(),
            parameters,
            walk.initialState(),
            walk.states(),
            walk.gates(),
            slopes,
            operands,
            drops ? mask.multipliers() : ones,
            functions,
            walk.walk().recurrentAt(),
            shape.steps(),
            shape.batch(),
            hidden,
            walk.gateStride(),
            walk.layout().resetBefore(),
            gating(config),
            config.hiddenSize(walk.walk().layer()));
    Variants variants = shape.kernels().variants();
    if (way == WalkWay.SEQUENCE) {
      graph.add(variants.forward().launch(walk.name("forward"), arguments));
    } else {
      Variants.Steps steps = variants.steps().orElseThrow();
      WalkSteps.add(
          graph,
          walk,
          "forward",
          (id, turn, next) -> steps.beginForward().launch(id, arguments, turn, next),
          (id, launch, turn, next) -> steps.forward().launch(id, arguments, launch, turn, next));
    }
  }

  @Override
  public void addBackward(
      PlanGraph graph,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient) {
    VariantBackward.Arguments arguments =
        new VariantBackward.Arguments(
            walk.gates(),
            slopes,
            operands,
            walk.states(),
            multipliersInUse(),
            transposed,
            stateGradients,
            initialStateGradient,
            shape.steps(),
            shape.batch(),
            hidden,
            walk.layout().resetBefore());
    Variants variants = shape.kernels().variants();
    if (way == WalkWay.SEQUENCE) {
      graph.add(variants.backward().launch(walk.name("backward"), arguments));
    } else {
      Variants.Steps steps = variants.steps().orElseThrow();
      WalkSteps.add(
          graph,
          walk,
          "backward",
          (id, turn, next) -> steps.beginBackward().launch(id, arguments, turn, next),
          (id, launch, turn, next) -> steps.backward().launch(id, arguments, launch, turn, next));
    }
  }

  @Override
  public Gradients.Operand operand() {
    return new Gradients.Operand(operands, 0, hidden);
  }

  @Override
  public Stream<Object> kept() {
    return Stream.of(slopes, operands, multipliersInUse());
  }

  private FloatArray multipliersInUse() {
    return mask == null ? ones : mask.multipliers();
  }
}
