package org.tornadogru.graph;

import org.tornadogru.device.Transfers;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Writes text on a device, many tokens per execution; the state stays there in between.
 *
 * <pre>
 *  parameters ──▶ inputTable ──▶ write ──▶ sampled
 *                    request ─────▲ │
 *                                 states, progress
 * </pre>
 *
 * In each execution: the request, [3 + length] ints, and the temperature. Out: the sampled tokens,
 * [length] ints. Resident: parameters and state.
 */
public final class GenerationPlan implements AutoCloseable {

  private static final String WRITE = "write";
  private static final int STREAMS = 1;

  private final int length;
  private final IntArray request;
  private final FloatArray temperature = HostArrays.floats(STREAMS);
  private final IntArray sampled;
  private final ExecutionPlan plan;

  /**
   * A plan for one model.
   *
   * @param length tokens per execution
   */
  public GenerationPlan(Weights weights, int length, Placement placement) {
    KernelSet kernels = placement.kernels();
    this.length = length;
    Parameters packed = Parameters.pack(weights);
    ModelLayout layout = packed.layout();
    layout.requireLanguageModel();
    DeviceShape shape = new DeviceShape(new SequenceShape(length, STREAMS), kernels);
    FloatArray parameters = packed.array();
    FloatArray table = shape.floats(layout.outputs(), layout.gateColumns());
    FloatArray states = shape.floats(2L * STREAMS, layout.hidden());
    FloatArray gates = shape.floats(STREAMS, 4L * layout.hidden());
    FloatArray scores = shape.floats(STREAMS, layout.outputColumns());
    IntArray progress = HostArrays.ints(2 * STREAMS);
    progress.init(0);
    request = HostArrays.ints(STREAMS * (TextGeneration.HEADER + length));
    sampled = HostArrays.ints(STREAMS * length);
    PlanGraph generate =
        new PlanGraph("generate")
            .uploadOnce(parameters, states, progress)
            .upload(request, temperature);
    generate.loop(
        layout.outputs(),
        layout.gateColumns(),
        new TaskPackage(
            "inputTable",
            kernels.inputTable(),
            parameters,
            table,
            layout.walks().getFirst().inputAt(),
            layout.outputs(),
            layout.gateColumns()));
    int resetBefore = layout.config().reset() == ResetPlacement.BEFORE ? 1 : 0;
    switch (kernels.recurrence()) {
      case Recurrence.Loops loops ->
          generate.loop(
              STREAMS,
              new TaskPackage(
                  WRITE,
                  loops.write(),
                  request,
                  temperature,
                  table,
                  parameters,
                  states,
                  progress,
                  gates,
                  scores,
                  sampled,
                  layout.walks().getFirst().recurrentAt(),
                  layout.outputAt(),
                  STREAMS,
                  length,
                  layout.outputs(),
                  layout.outputColumns(),
                  layout.hidden(),
                  resetBefore));
      case Recurrence.Groups grouped -> {
        generate.groups(
            grouped,
            STREAMS,
            layout.hidden(),
            new TaskPackage(
                WRITE,
                grouped.write(),
                new KernelContext(),
                request,
                temperature,
                table,
                parameters,
                states,
                progress,
                gates,
                scores,
                sampled,
                layout.walks().getFirst().recurrentAt(),
                layout.outputAt(),
                STREAMS,
                length,
                layout.outputs(),
                layout.outputColumns(),
                layout.hidden(),
                resetBefore));
      }
    }
    generate.download(sampled);
    plan = new ExecutionPlan(placement, generate);
  }

  /** Tokens per execution. */
  public int length() {
    return length;
  }

  /**
   * Reads and writes {@link #length} tokens.
   *
   * @param restart whether to begin a new text from the zero state
   * @param tokens what to read at each turn, or {@link TextGeneration#CONTINUE}, [length]
   * @param temperature positive; the scores are divided by it
   * @param topK how many of the likeliest tokens to sample from, at least 1
   * @param seed of the random numbers
   * @return what was sampled after each turn, [length]
   */
  public int[] execute(boolean restart, int[] tokens, float temperature, int topK, int seed) {
    if (tokens.length != length) {
      throw new IllegalArgumentException(
          "%d tokens for a plan of %d".formatted(tokens.length, length));
    }
    request.set(0, restart ? 1 : 0);
    request.set(1, seed);
    request.set(2, topK);
    for (int turn = 0; turn < length; turn++) {
      request.set(TextGeneration.HEADER + turn, tokens[turn]);
    }
    this.temperature.set(0, temperature);
    plan.execute(0);
    return sampled.toHeapArray();
  }

  /** What crossed so far. */
  public Transfers transfers() {
    return plan.transfers();
  }

  @Override
  public void close() {
    plan.close();
  }
}
