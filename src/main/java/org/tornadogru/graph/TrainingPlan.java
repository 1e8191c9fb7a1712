package org.tornadogru.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.tornadogru.device.Target;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.LanguageModelWeights;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/** Trains a language model on a device, and evaluates it there. */
public final class TrainingPlan implements AutoCloseable {

  private static final int TRAIN = 0;
  private static final int EVALUATE = 1;

  private final SequenceShape shape;
  private final LanguageModelWeights weights;
  private final LossStage loss;
  private final ExecutionPlan plan;
  private TornadoExecutionResult lastStep;

  public TrainingPlan(
      LanguageModelWeights weights, SequenceShape shape, SgdConfig sgd, Target target) {
    this.weights = weights;
    this.shape = shape;
    loss = new LossStage(weights.config(), shape);
    plan = new ExecutionPlan(target, train(sgd), evaluate());
  }

  private ImmutableTaskGraph train(SgdConfig sgd) {
    GradientStage gradient = new GradientStage(weights.config(), shape, loss);
    TaskGraph graph =
        new TaskGraph("train")
            .transferToDevice(
                DataTransferMode.FIRST_EXECUTION,
                weights.input(),
                weights.recurrent(),
                weights.output());
    loss.addTo(graph, weights);
    gradient.addGradients(graph, weights);
    gradient.addUpdate(graph, weights, sgd);
    return graph
        .transferToHost(
            DataTransferMode.UNDER_DEMAND, weights.input(), weights.recurrent(), weights.output())
        .persistOnDevice(weights.input(), weights.recurrent(), weights.output())
        .snapshot();
  }

  private ImmutableTaskGraph evaluate() {
    TaskGraph graph =
        new TaskGraph("evaluate")
            .consumeFromDevice("train", weights.input(), weights.recurrent(), weights.output());
    return loss.addTo(graph, weights).snapshot();
  }

  public float step(int[] tokens) {
    load(tokens);
    lastStep = plan.execute(TRAIN);
    return loss.meanLoss.get(0);
  }

  public float evaluate(int[] tokens) {
    load(tokens);
    plan.execute(EVALUATE);
    return loss.meanLoss.get(0);
  }

  public LanguageModelWeights download() {
    lastStep.transferToHost(weights.input(), weights.recurrent(), weights.output());
    return weights;
  }

  private void load(int[] tokens) {
    MemorySegment.copy(
        tokens, 0, loss.tokens.getSegment(), ValueLayout.JAVA_INT, 0, shape.tokens());
  }

  public Transfers transfers() {
    return plan.transfers();
  }

  @Override
  public void close() {
    plan.close();
  }
}
