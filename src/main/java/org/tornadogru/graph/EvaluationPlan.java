package org.tornadogru.graph;

import org.tornadogru.device.Target;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.LanguageModelWeights;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/**
 * Measures a finished model on a device.
 *
 * <pre>
 *  evaluate:  {@link LossStage}
 * </pre>
 *
 * In each execution: tokens [T + 1][batch] ints. Out: the mean loss, one float. The parameters are
 * uploaded once.
 */
public final class EvaluationPlan implements AutoCloseable {

  private final LossStage<?> loss;
  private final ExecutionPlan plan;

  private <B> EvaluationPlan(LanguageModelWeights weights, DeviceShape<B> shape, Target target) {
    B parameters = shape.kernels().view().apply(weights.parameters());
    LossStage<B> stage = new LossStage<>(weights.layout(), shape);
    TaskGraph evaluate =
        new TaskGraph("evaluate").transferToDevice(DataTransferMode.FIRST_EXECUTION, parameters);
    WorkGroups groups = new WorkGroups();
    stage.addTo(evaluate, groups, parameters);
    loss = stage;
    plan = new ExecutionPlan(target, groups, evaluate.snapshot());
  }

  public EvaluationPlan(LanguageModelWeights weights, SequenceShape shape, Placement placement) {
    this(weights, new DeviceShape<>(shape, placement.kernels()), placement.target());
  }

  /**
   * The loss of one batch.
   *
   * @param tokens [T + 1][batch], padding negative
   * @return mean loss, nats per target; 0 if there is no target
   */
  public float evaluate(int[] tokens) {
    loss.load(tokens);
    plan.execute(0);
    return loss.meanLoss.get(0);
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
