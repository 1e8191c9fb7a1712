package org.tornadogru.graph;

import org.tornadogru.device.Transfers;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Measures a finished model on a device.
 *
 * <pre>
 *  evaluate:  {@link LanguageModelStages}, to the loss
 * </pre>
 *
 * In each execution: tokens [T + 1][batch] ints. Out: the mean loss, one float. The parameters are
 * uploaded once.
 */
public final class EvaluationPlan implements AutoCloseable {

  private final LanguageModelStages stages;
  private final ExecutionPlan plan;

  public EvaluationPlan(Weights weights, SequenceShape shape, Placement placement) {
    DeviceShape batch = new DeviceShape(shape, placement.kernels());
    FloatArray parameters = weights.parameters();
    stages = new LanguageModelStages(weights.layout(), batch);
    PlanGraph evaluate = new PlanGraph("evaluate").uploadOnce(parameters);
    stages.addLoss(evaluate, parameters, false);
    plan = new ExecutionPlan(placement, evaluate);
  }

  /**
   * The loss of one batch.
   *
   * @param tokens [T + 1][batch], padding negative
   * @return mean loss, nats per target; 0 if there is no target
   */
  public float evaluate(int[] tokens) {
    stages.load(tokens);
    plan.execute(0);
    return stages.loss.meanLoss.get(0);
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
