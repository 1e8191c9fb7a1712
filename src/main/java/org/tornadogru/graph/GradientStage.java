package org.tornadogru.graph;

import org.tornadogru.kernels.GradientDescent;
import org.tornadogru.kernels.GradientNorm;
import org.tornadogru.kernels.GruBackward;
import org.tornadogru.kernels.OutputProjection;
import org.tornadogru.kernels.WeightGradients;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.LanguageModelWeights;
import org.tornadogru.nn.ResetPlacement;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What training adds to {@link LossStage}: gradients back through time, and the update.
 *
 * <pre>
 *  dLogits ──▶ backwardOutput ──▶ backward ──┬──▶ lookUpGradient ────┬──▶ sum* ──▶ norm* ──▶ clip ──▶ descend*
 *     │                              ▲       └──▶ recurrentGradient ─┤
 *     │                        gates, states                         │
 *     └──▶ outputGradient ───────────────────────────────────────────┘
 * </pre>
 *
 * A star stands for one task per array of weights: Input, Recurrent, Output. Gradients are of the
 * sum of the losses; clip makes the mean of it.
 */
final class GradientStage {

  /** Work-items per array that sum squares. */
  private static final int NORM_LANES = 64;

  private final GruConfig config;
  private final SequenceShape shape;
  private final LossStage loss;

  /** Gradient of the summed loss with respect to each array of weights, in the same layout. */
  final LanguageModelWeights gradients;

  /** [batch][hidden], ∂L/∂h₀ of the summed loss. */
  final FloatArray initialStateGradient;

  private final Slices inputSlices;
  private final Slices recurrentSlices;
  private final Slices outputSlices;
  private final FloatArray stateGradients;
  private final FloatArray inputGradients;
  private final FloatArray recurrentGradients;
  private final FloatArray squares = new FloatArray(3 * NORM_LANES);
  private final FloatArray factor = new FloatArray(1);

  GradientStage(GruConfig config, SequenceShape shape, LossStage loss) {
    this.config = config;
    this.shape = shape;
    this.loss = loss;
    int positions = shape.positions();
    int hidden = config.hiddenSize();
    gradients = LanguageModelWeights.zeros(config);
    inputSlices = new Slices(positions, gradients.input().getSize());
    recurrentSlices = new Slices(positions, gradients.recurrent().getSize());
    outputSlices = new Slices(positions, gradients.output().getSize());
    stateGradients = new FloatArray(positions * hidden);
    inputGradients = new FloatArray(positions * config.gateColumns());
    recurrentGradients =
        config.reset() == ResetPlacement.AFTER
            ? new FloatArray(positions * config.gateColumns())
            : inputGradients;
    initialStateGradient = new FloatArray(shape.batch() * hidden);
  }

  /** Adds the tasks that find the gradients. */
  TaskGraph addGradients(TaskGraph graph, LanguageModelWeights weights) {
    int batch = shape.batch();
    int positions = shape.positions();
    int hidden = config.hiddenSize();
    int vocabulary = config.inputSize();
    int columns = config.gateColumns();
    graph.task(
        "backwardOutput",
        OutputProjection::backward,
        loss.logits,
        weights.output(),
        stateGradients,
        positions,
        hidden,
        vocabulary);
    if (config.reset() == ResetPlacement.AFTER) {
      graph
          .task(
              "backward",
              GruBackward::resetAfter,
              loss.gates,
              loss.states,
              weights.recurrent(),
              stateGradients,
              inputGradients,
              recurrentGradients,
              initialStateGradient,
              shape.steps(),
              batch,
              hidden)
          .task(
              "recurrentGradient",
              WeightGradients::affine,
              loss.states,
              recurrentGradients,
              recurrentSlices.partials,
              positions,
              hidden,
              columns,
              recurrentSlices.count,
              recurrentSlices.length);
    } else {
      graph
          .task(
              "backward",
              GruBackward::resetBefore,
              loss.gates,
              loss.states,
              weights.recurrent(),
              stateGradients,
              inputGradients,
              initialStateGradient,
              shape.steps(),
              batch,
              hidden)
          .task(
              "recurrentGradient",
              WeightGradients::recurrentResetBefore,
              loss.states,
              loss.gates,
              inputGradients,
              recurrentSlices.partials,
              positions,
              hidden,
              recurrentSlices.count,
              recurrentSlices.length);
    }
    graph
        .task(
            "lookUpGradient",
            WeightGradients::lookUp,
            loss.tokens,
            inputGradients,
            inputSlices.partials,
            positions,
            vocabulary,
            columns,
            inputSlices.count,
            inputSlices.length)
        .task(
            "outputGradient",
            WeightGradients::output,
            loss.states,
            loss.logits,
            outputSlices.partials,
            positions,
            batch,
            hidden,
            vocabulary,
            outputSlices.count,
            outputSlices.length);
    addSum(graph, "sumInput", inputSlices, gradients.input());
    addSum(graph, "sumRecurrent", recurrentSlices, gradients.recurrent());
    addSum(graph, "sumOutput", outputSlices, gradients.output());
    return graph;
  }

  /** Adds the tasks that clip the gradients and update the weights. */
  TaskGraph addUpdate(TaskGraph graph, LanguageModelWeights weights, SgdConfig sgd) {
    addNorm(graph, "normInput", gradients.input(), 0);
    addNorm(graph, "normRecurrent", gradients.recurrent(), 1);
    addNorm(graph, "normOutput", gradients.output(), 2);
    graph.task(
        "clip",
        GradientNorm::clipFactor,
        squares,
        loss.targets,
        factor,
        squares.getSize(),
        sgd.clip());
    addDescent(graph, "descendInput", weights.input(), gradients.input(), sgd);
    addDescent(graph, "descendRecurrent", weights.recurrent(), gradients.recurrent(), sgd);
    addDescent(graph, "descendOutput", weights.output(), gradients.output(), sgd);
    return graph;
  }

  private static void addSum(TaskGraph graph, String name, Slices slices, FloatArray gradient) {
    graph.task(
        name,
        WeightGradients::sumSlices,
        slices.partials,
        gradient,
        slices.count,
        gradient.getSize());
  }

  private void addNorm(TaskGraph graph, String name, FloatArray gradient, int array) {
    graph.task(
        name, GradientNorm::sumOfSquares, gradient, squares, gradient.getSize(), array, NORM_LANES);
  }

  private void addDescent(
      TaskGraph graph, String name, FloatArray weights, FloatArray gradient, SgdConfig sgd) {
    graph.task(
        name,
        GradientDescent::descend,
        weights,
        gradient,
        factor,
        weights.getSize(),
        sgd.learningRate());
  }

  /** How the positions of a batch are cut up for one array of weights. */
  private static final class Slices {

    /** Bounds the partial sums: at most this many floats, or a single slice. */
    private static final int LARGEST = 1 << 18;

    final int count;
    final int length;

    /** [count][size of the weights]. */
    final FloatArray partials;

    Slices(int positions, int size) {
      int most = Math.clamp(LARGEST / size, 1, 32);
      length = Math.ceilDiv(positions, most);
      count = Math.ceilDiv(positions, length);
      partials = new FloatArray(count * size);
    }
  }
}
