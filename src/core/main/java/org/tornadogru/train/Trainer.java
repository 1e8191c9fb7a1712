package org.tornadogru.train;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.device.Device;
import org.tornadogru.device.Transfers;
import org.tornadogru.graph.Placement;
import org.tornadogru.graph.TrainingPlan;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.text.TokenBatches;
import org.tornadogru.text.TokenWindows;

/**
 * Trains a language model: in each epoch every training window once, in an order of its own, and
 * then the loss over the validation windows.
 *
 * <pre>{@code
 * TokenWindows windows = TokenWindows.d2l(vocabulary.encode(corpus.text()), 32);
 * Trainer trainer = new Trainer(TrainingConfig.concise(), vocabulary.size(), windows, device);
 * TrainingResult result = trainer.train(listener);
 * }</pre>
 *
 * <p>The same configuration and windows give the same bits on the same device.
 */
public final class Trainer {

  private static final double NANOS = 1e9;

  private final TrainingConfig config;
  private final GruConfig model;
  private final TokenWindows windows;
  private final SequenceShape shape;
  private final Device device;

  /**
   * @param symbols size of the vocabulary
   * @param windows of as many steps as the configuration has
   * @throws org.tornadogru.nn.InvalidInputException if the arrays would be too large
   */
  public Trainer(TrainingConfig config, int symbols, TokenWindows windows, Device device) {
    if (windows.steps() != config.shape().steps()) {
      throw new IllegalArgumentException(
          "the windows have %d steps but the configuration has %d"
              .formatted(windows.steps(), config.shape().steps()));
    }
    this.config = config;
    this.windows = windows;
    this.device = device;
    model = config.model(symbols);
    // A batch larger than all windows would only add padding.
    int most = Math.max(windows.trainCount(), windows.validationCount());
    shape = new SequenceShape(windows.steps(), Math.min(config.shape().batch(), most));
  }

  /**
   * Trains from new weights.
   *
   * @throws DivergedException if a loss becomes NaN, infinite, or so large that its perplexity is
   */
  public TrainingResult train(TrainingListener listener) {
    Weights weights =
        Weights.initial(model, model.inputSize(), config.initialization(), config.seed());
    try (TrainingPlan plan = new TrainingPlan(weights, shape, config.sgd(), Placement.on(device))) {
      List<EpochMetrics> epochs = new ArrayList<>();
      for (int epoch = 1; epoch <= config.epochs(); epoch++) {
        Transfers before = plan.transfers();
        TrainingPass training = train(plan, epoch, listener);
        long start = System.nanoTime();
        double validationLoss = validate(plan, epoch);
        weights = plan.weights();
        requireFinite(weights, epoch);
        double seconds = training.seconds + (System.nanoTime() - start) / NANOS;
        Transfers moved = plan.transfers().minus(before);
        EpochMetrics metrics =
            new EpochMetrics(
                epoch,
                training.loss(),
                validationLoss,
                seconds,
                training.charactersPerSecond(),
                moved.toDevice(),
                moved.fromDevice());
        epochs.add(metrics);
        listener.epochDone(metrics, weights);
      }
      return new TrainingResult(weights, epochs, plan.transfers());
    }
  }

  private TrainingPass train(TrainingPlan plan, int epoch, TrainingListener listener) {
    TrainingPass pass = new TrainingPass();
    TokenBatches batches = windows.training(shape.batch(), config.seed(), epoch);
    int[] tokens = new int[shape.tokens()];
    for (int index = 0; index < batches.batches(); index++) {
      long start = System.nanoTime();
      int rows = batches.fill(index, tokens);
      float loss = plan.step(tokens);
      pass.add(loss, (long) rows * shape.steps(), (System.nanoTime() - start) / NANOS);
      requireFinite(loss, "the loss became %s in epoch %d, batch %d", epoch, index + 1);
      listener.batchDone(
          new BatchMetrics(
              epoch, index + 1, batches.batches(), pass.loss(), pass.charactersPerSecond()));
    }
    return pass;
  }

  private double validate(TrainingPlan plan, int epoch) {
    TokenBatches batches = windows.validation(shape.batch());
    int[] tokens = new int[shape.tokens()];
    double sum = 0;
    for (int index = 0; index < batches.batches(); index++) {
      int rows = batches.fill(index, tokens);
      float loss = plan.evaluate(tokens);
      requireFinite(loss, "the validation loss became %s in epoch %d, batch %d", epoch, index + 1);
      sum += (double) loss * rows;
    }
    return sum / windows.validationCount();
  }

  private static void requireFinite(float loss, String format, int epoch, int batch) {
    // From a loss of 710 on, exp(loss) is infinite; no training comes back from there.
    if (!Double.isFinite(Math.exp(loss))) {
      String became = Float.isFinite(loss) ? loss + " (an infinite perplexity)" : "" + loss;
      throw new DivergedException(format.formatted(became, epoch, batch), epoch);
    }
  }

  /** A device's fast maths may hide a NaN in the loss; it cannot hide it here. */
  private static void requireFinite(Weights weights, int epoch) {
    for (Tensor tensor : weights.tensors()) {
      for (float value : tensor.values()) {
        if (!Float.isFinite(value)) {
          throw new DivergedException(
              "the weights became %s in epoch %d".formatted(value, epoch), epoch);
        }
      }
    }
  }

  /** Sums over the batches of one epoch. */
  private static final class TrainingPass {
    private double lossSum;
    private long characters;
    private double seconds;

    void add(float meanLoss, long targets, double duration) {
      lossSum += (double) meanLoss * targets;
      characters += targets;
      seconds += duration;
    }

    double loss() {
      return lossSum / characters;
    }

    double charactersPerSecond() {
      return characters / seconds;
    }
  }
}
