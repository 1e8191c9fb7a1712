package org.tornadogru.graph;

import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.nn.ModelLayout;
import org.tornadogru.nn.ResetPlacement;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * What every use of a model begins with: tokens in, a score for every symbol at every position.
 *
 * <pre>
 *  tokens ──────────────────────┐
 *  parameters ──▶ inputTable ──▶ forward ──▶ scores ──▶ logits
 *                                   │
 *                              gates, states
 * </pre>
 */
final class ForwardStage {

  /** Whether {@link #gates} are kept, for a backward pass. */
  enum Gates {
    KEPT,
    DISCARDED
  }

  private static final String FORWARD = "forward";

  private final ModelLayout layout;
  private final DeviceShape shape;
  private final Gates keep;

  /** [rows][batch], the first T rows are inputs. */
  final IntArray tokens;

  /** [batch][H], zero unless the host writes it before the first execution. */
  final FloatArray initialState;

  /** [T + 1][batch][H]. */
  final FloatArray states;

  /** [T][batch][4H]: r, z, n, q; or [batch][4H] if they are not kept. */
  final FloatArray gates;

  /** [T · batch][V']. */
  final FloatArray logits;

  private final FloatArray table;

  ForwardStage(
      ModelLayout layout, DeviceShape shape, int tokenRows, Gates keep, FloatArray logits) {
    this.layout = layout;
    this.shape = shape;
    this.keep = keep;
    this.logits = logits;
    int batch = shape.batch();
    int hidden = layout.hidden();
    tokens = shape.tokens(tokenRows);
    initialState = shape.floats(batch, hidden);
    table = shape.floats(layout.outputs(), layout.gateColumns());
    states = shape.floats((shape.steps() + 1L) * batch, hidden);
    gates = shape.floats(keep == Gates.KEPT ? shape.positions() : batch, 4L * hidden);
  }

  /** Adds the tasks to a graph that already has the parameters. */
  TaskGraph addTo(TaskGraph graph, WorkGroups groups, FloatArray parameters) {
    KernelSet kernels = shape.kernels();
    int batch = shape.batch();
    int hidden = layout.hidden();
    graph
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, tokens)
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, initialState)
        .task(
            "inputTable",
            kernels.inputTable(),
            parameters,
            table,
            layout.walks().getFirst().inputAt(),
            layout.outputs(),
            layout.gateColumns());
    addForward(graph, groups, parameters);
    return graph.task(
        "scores",
        kernels.scores(),
        states,
        parameters,
        logits,
        layout.outputAt(),
        shape.positions(),
        batch,
        hidden,
        layout.outputColumns());
  }

  private void addForward(TaskGraph graph, WorkGroups groups, FloatArray parameters) {
    KernelSet kernels = shape.kernels();
    boolean after = layout.config().reset() == ResetPlacement.AFTER;
    int steps = shape.steps();
    int batch = shape.batch();
    int hidden = layout.hidden();
    int gateStride = keep == Gates.KEPT ? batch * 4 * hidden : 0;
    switch (kernels.recurrence()) {
      case Recurrence.Loops loops ->
          graph.task(
              FORWARD,
              after ? loops.forwardAfter() : loops.forwardBefore(),
              tokens,
              table,
              parameters,
              initialState,
              states,
              gates,
              layout.walks().getFirst().recurrentAt(),
              steps,
              batch,
              hidden,
              gateStride);
      case Recurrence.Groups grouped -> {
        groups.add(graph, FORWARD, grouped, batch / kernels.rowTile(), hidden);
        graph.task(
            FORWARD,
            after ? grouped.forwardAfter() : grouped.forwardBefore(),
            new KernelContext(),
            tokens,
            table,
            parameters,
            initialState,
            states,
            gates,
            layout.walks().getFirst().recurrentAt(),
            steps,
            batch,
            hidden,
            gateStride);
      }
    }
  }
}
