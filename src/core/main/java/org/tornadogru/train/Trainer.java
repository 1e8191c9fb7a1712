package org.tornadogru.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.tornadogru.Batch;
import org.tornadogru.Batches;
import org.tornadogru.SequenceModel;
import org.tornadogru.device.Transfers;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * Trains a model from the weights it has: in each epoch on every training batch once, and then
 * measures the loss over the validation batches.
 *
 * <pre>{@code
 * Trainer trainer = new Trainer(model, epoch -> training, validation);
 * TrainingResult result = trainer.train(50, listener);
 * }</pre>
 *
 * <p>The same weights, seeds and batches give the same bits on the same device.
 */
public final class Trainer {

  private static final double NANOS = 1e9;

  private final SequenceModel model;
  private final IntFunction<Batches> training;
  private final Batches validation;

  /** A trainer without validation. */
  public Trainer(SequenceModel model, IntFunction<Batches> training) {
    this(model, training, Batches.of(List.of()));
  }

  /**
   * A trainer.
   *
   * @param model with an optimizer; the caller's to close
   * @param training the batches of an epoch, counted from 1, in the order to take them
   * @param validation of every epoch
   */
  public Trainer(SequenceModel model, IntFunction<Batches> training, Batches validation) {
    this.model = model;
    this.training = training;
    this.validation = validation;
  }

  /**
   * Trains for some epochs.
   *
   * @throws DivergedException if a loss becomes NaN, infinite, or that of classes so large that its
   *     perplexity is
   */
  public TrainingResult train(int epochs, TrainingListener listener) {
    if (epochs < 1) {
      throw new InvalidInputException("training takes at least 1 epoch, not " + epochs);
    }
    Transfers begin = model.transfers();
    List<EpochMetrics> measured = new ArrayList<>();
    Weights weights = null;
    for (int epoch = 1; epoch <= epochs; epoch++) {
      Transfers before = model.transfers();
      Pass trained = new Pass("loss", epoch);
      trained.run(training.apply(epoch), model::train, listener);
      long start = System.nanoTime();
      Pass validated = new Pass("validation loss", epoch);
      validated.run(validation, model::evaluate, new TrainingListener() {});
      weights = model.weights();
      requireFinite(weights, epoch);
      double seconds = trained.seconds + (System.nanoTime() - start) / NANOS;
      Transfers moved = model.transfers().minus(before);
      EpochMetrics metrics =
          new EpochMetrics(
              epoch,
              trained.loss(),
              validated.loss(),
              seconds,
              trained.targetsPerSecond(),
              moved.toDevice(),
              moved.fromDevice());
      measured.add(metrics);
      listener.epochDone(metrics, weights);
    }
    return new TrainingResult(weights, measured, model.transfers().minus(begin));
  }

  /** A device's fast maths may hide a NaN in the loss; it cannot hide it here. */
  private static void requireFinite(Weights weights, int epoch) {
    for (Tensor tensor : weights.tensors()) {
      for (int place = 0; place < tensor.size(); place++) {
        if (!Float.isFinite(tensor.at(place))) {
          throw new DivergedException(
              "the weights became %s in epoch %d".formatted(tensor.at(place), epoch), epoch);
        }
      }
    }
  }

  /** Every batch once, and the sums over them. */
  private final class Pass {
    private final String what;
    private final int epoch;
    private double lossSum;
    private double weights;
    private long targets;
    private double seconds;

    Pass(String what, int epoch) {
      this.what = what;
      this.epoch = epoch;
    }

    void run(Batches batches, ToDoubleFunction<Batch> measure, TrainingListener listener) {
      for (int index = 0; index < batches.count(); index++) {
        long start = System.nanoTime();
        Batch batch = batches.get(index);
        double loss = measure.applyAsDouble(batch);
        Labels labels = model.labels(batch);
        double weight = model.head().loss().weight(labels);
        seconds += (System.nanoTime() - start) / NANOS;
        requireFinite((float) loss, index + 1);
        lossSum += loss * weight;
        weights += weight;
        targets += labels.count();
        listener.batchDone(
            new BatchMetrics(epoch, index + 1, batches.count(), loss(), targetsPerSecond()));
      }
    }

    private void requireFinite(float loss, int batch) {
      // From 710 nats on, exp(loss) is infinite; no training comes back from there.
      boolean inNats = model.head().loss().ofClasses();
      if (!Double.isFinite(inNats ? Math.exp(loss) : loss)) {
        String became = Float.isFinite(loss) ? loss + " (an infinite perplexity)" : "" + loss;
        throw new DivergedException(
            "the %s became %s in epoch %d, batch %d".formatted(what, became, epoch, batch), epoch);
      }
    }

    double loss() {
      return lossSum / weights;
    }

    double targetsPerSecond() {
      return targets / seconds;
    }
  }
}
