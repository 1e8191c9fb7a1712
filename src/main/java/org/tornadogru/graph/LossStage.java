package org.tornadogru.graph;

import org.tornadogru.kernels.CrossEntropy;
import org.tornadogru.kernels.GruForward;
import org.tornadogru.kernels.InputProjection;
import org.tornadogru.kernels.OutputProjection;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.LanguageModelWeights;
import org.tornadogru.nn.ResetPlacement;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What training and evaluation share: tokens in, loss out.
 *
 * <pre>
 *  tokens ──▶ project ──▶ begin ──▶ forward ──▶ scores ──▶ softmax ──▶ sumByStep ──▶ mean ──▶ meanLoss
 *                                      │                      │
 *                                 gates, states            dLogits, for training
 * </pre>
 *
 * In each execution: tokens [steps + 1][batch] ints, a negative id being padding. Out: the mean
 * loss, one float. Resident: everything else.
 */
final class LossStage {

  private final GruConfig config;
  private final SequenceShape shape;

  /** [steps + 1][batch]. */
  final IntArray tokens;

  /** [1], nats per target. */
  final FloatArray meanLoss = new FloatArray(1);

  /** [1], how many targets were not padding. */
  final FloatArray targets = new FloatArray(1);

  /** [batch][hidden], zero. */
  final FloatArray initialState;

  /** [steps + 1][batch][hidden]. */
  final FloatArray states;

  /** [steps][batch][4·hidden]: r, z, n, q. */
  final FloatArray gates;

  /** [steps · batch][vocabulary]: scores, then their gradient. */
  final FloatArray logits;

  private final FloatArray projected;
  private final FloatArray losses;
  private final FloatArray sums;

  LossStage(GruConfig config, SequenceShape shape) {
    this.config = config;
    this.shape = shape;
    int positions = shape.positions();
    int hidden = config.hiddenSize();
    tokens = new IntArray(shape.tokens());
    initialState = new FloatArray(shape.batch() * hidden);
    initialState.init(0f);
    projected = new FloatArray(positions * config.gateColumns());
    states = new FloatArray((positions + shape.batch()) * hidden);
    gates = new FloatArray(positions * 4 * hidden);
    logits = new FloatArray(positions * config.inputSize());
    losses = new FloatArray(positions);
    sums = new FloatArray(2 * shape.steps());
  }

  /** Adds the tasks to a graph that already has the weights. */
  TaskGraph addTo(TaskGraph graph, LanguageModelWeights weights) {
    int steps = shape.steps();
    int batch = shape.batch();
    int positions = shape.positions();
    int hidden = config.hiddenSize();
    int vocabulary = config.inputSize();
    graph
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, tokens)
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, initialState)
        .task(
            "project",
            InputProjection::lookUp,
            tokens,
            weights.input(),
            projected,
            positions,
            vocabulary,
            config.gateColumns())
        .task("begin", GruForward::begin, initialState, states, batch * hidden);
    if (config.reset() == ResetPlacement.AFTER) {
      graph.task(
          "forward",
          GruForward::resetAfter,
          projected,
          weights.recurrent(),
          states,
          gates,
          steps,
          batch,
          hidden);
    } else {
      graph.task(
          "forward",
          GruForward::resetBefore,
          projected,
          weights.recurrent(),
          states,
          gates,
          steps,
          batch,
          hidden);
    }
    return graph
        .task(
            "scores",
            OutputProjection::scores,
            states,
            weights.output(),
            logits,
            positions,
            batch,
            hidden,
            vocabulary)
        .task(
            "softmax", CrossEntropy::softmax, logits, tokens, losses, positions, batch, vocabulary)
        .task("sumByStep", CrossEntropy::sumByStep, losses, tokens, sums, steps, batch)
        .task("mean", CrossEntropy::mean, sums, meanLoss, targets, steps)
        .transferToHost(DataTransferMode.EVERY_EXECUTION, meanLoss);
  }
}
