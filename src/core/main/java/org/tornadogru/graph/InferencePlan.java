package org.tornadogru.graph;

import org.tornadogru.device.Transfers;
import org.tornadogru.nn.ModelLayout;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Runs a model over batches of sequences, from the zero state.
 *
 * <pre>
 *  infer:  {@link GruStage} ──▶ {@link LinearStage} ──▶ logits
 * </pre>
 *
 * In each execution: tokens [T][batch] ints. Out: logits [T][batch][V']. The parameters are
 * uploaded once.
 */
public final class InferencePlan implements AutoCloseable {

  private final ModelLayout layout;
  private final DeviceShape shape;
  private final GruStage gru;
  private final FloatArray logits;
  private final ExecutionPlan plan;

  public InferencePlan(Weights weights, SequenceShape shape, Placement placement) {
    this.shape = new DeviceShape(shape, placement.kernels());
    layout = weights.layout();
    layout.requireLanguageModel();
    FloatArray parameters = weights.parameters();
    gru =
        new GruStage(
            layout,
            this.shape,
            new GruStage.Use(false, false, GruStage.Start.FIXED),
            shape.steps());
    LinearStage linear = new LinearStage(layout, this.shape, gru.outputs(), this.shape.positions());
    logits = linear.outputs;
    PlanGraph infer = new PlanGraph("infer").uploadOnce(parameters);
    gru.addForward(infer, parameters, false);
    linear.addForward(infer, parameters);
    infer.download(logits);
    plan = new ExecutionPlan(placement, infer);
  }

  /** [batch][H], padded; what is written here before the first run is where every run starts. */
  FloatArray initialState() {
    return gru.initialState(0, 0);
  }

  /**
   * Scores every position.
   *
   * @param tokens [T][batch]
   */
  public void run(int[] tokens) {
    shape.load(tokens, gru.tokens());
    plan.execute(0);
  }

  /** Score of a symbol after the last {@link #run}, at a step, in a row of the batch. */
  public float logit(int step, int row, int symbol) {
    return logits.get((step * shape.batch() + row) * layout.outputColumns() + symbol);
  }

  /**
   * All scores of the last {@link #run}.
   *
   * @return [T][batch][V], a copy
   */
  public float[] logits() {
    int batch = shape.sequence().batch();
    float[] copy = new float[shape.steps() * batch * layout.outputs()];
    int next = 0;
    for (int step = 0; step < shape.steps(); step++) {
      for (int row = 0; row < batch; row++) {
        for (int symbol = 0; symbol < layout.outputs(); symbol++) {
          copy[next++] = logit(step, row, symbol);
        }
      }
    }
    return copy;
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
