package org.tornadogru.graph;

import org.tornadogru.device.Transfers;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Weights;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Trains a language model on a device, and evaluates it there. The parameters are uploaded once.
 *
 * <pre>
 *  train:     {@link LanguageModelStages}, to the loss and back ──▶ clip ──▶ descend ──▶ parameters, which stay
 *  evaluate:  {@link LanguageModelStages}, to the loss, with the parameters that train left on the device
 * </pre>
 *
 * In each execution: tokens [T + 1][batch] ints. Out: the mean loss, one float.
 */
public final class TrainingPlan implements AutoCloseable {

  private static final int TRAIN = 0;
  private static final int EVALUATE = 1;

  private final Weights weights;
  private final LanguageModelStages stages;
  private final ExecutionPlan plan;

  /**
   * A plan that starts from given weights.
   *
   * @param initial they are copied
   * @param shape steps and rows of every batch
   */
  public TrainingPlan(Weights initial, SequenceShape shape, SgdConfig sgd, Placement placement) {
    DeviceShape batch = new DeviceShape(shape, placement.kernels());
    weights = initial.copy();
    FloatArray parameters = weights.parameters();
    stages = new LanguageModelStages(weights.layout(), batch);
    LanguageModelStages.Backward backward = stages.backward();
    PlanGraph train = new PlanGraph("train").uploadOnce(parameters);
    stages.addLoss(train, parameters, true);
    backward.addTo(train, parameters);
    backward.gradients.addUpdate(train, parameters, stages.loss.count, sgd);
    train.downloadOnDemand(parameters).persist(parameters);
    PlanGraph evaluate = new PlanGraph("evaluate").consumeFrom("train", parameters);
    stages.addLoss(evaluate, parameters, false);
    plan = new ExecutionPlan(placement, train, evaluate);
  }

  /**
   * One update.
   *
   * @param tokens [T + 1][batch], padding negative
   * @return the mean loss before the update, nats per target
   */
  public float step(int[] tokens) {
    stages.load(tokens);
    plan.execute(TRAIN);
    return stages.loss.meanLoss.get(0);
  }

  /**
   * The loss with the weights as they are now.
   *
   * @param tokens [T + 1][batch], padding negative
   * @return mean loss, nats per target; 0 if there is no target
   */
  public float evaluate(int[] tokens) {
    stages.load(tokens);
    plan.execute(EVALUATE);
    return stages.loss.meanLoss.get(0);
  }

  /** The weights as they are now, downloaded. */
  public Weights weights() {
    plan.download(TRAIN, weights.parameters());
    return weights.copy();
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
