package org.tornadogru.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
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
 * <p>The same weights, seeds, options and batches give the same bits on the same device.
 */
public final class Trainer {

  private static final double NANOS = 1e9;

  private final SequenceModel model;
  private final IntFunction<Batches> training;
  private final Batches validation;
  private final TrainingOptions options;

  private volatile boolean stopped;

  private TrainingListener listener;
  private Progress progress;
  private Standing standing = Standing.FIRST;
  private Weights best;

  /** A trainer without validation. */
  public Trainer(SequenceModel model, IntFunction<Batches> training) {
    this(model, training, Batches.of(List.of()));
  }

  /** A trainer with a constant learning rate, that keeps the last weights. */
  public Trainer(SequenceModel model, IntFunction<Batches> training, Batches validation) {
    this(model, training, validation, TrainingOptions.DEFAULT);
  }

  /**
   * A trainer.
   *
   * @param model with an optimizer; the caller's to close
   * @param training the batches of an epoch, counted from 1, in the order to take them
   * @param validation of every epoch
   */
  public Trainer(
      SequenceModel model,
      IntFunction<Batches> training,
      Batches validation,
      TrainingOptions options) {
    this.model = Objects.requireNonNull(model, "model");
    this.training = Objects.requireNonNull(training, "training");
    this.validation = Objects.requireNonNull(validation, "validation");
    this.options = Objects.requireNonNull(options, "options");
  }

  /** Ends the training after the batch that it is at: from another thread, or a listener. */
  public void stop() {
    stopped = true;
  }

  /**
   * Trains for some epochs.
   *
   * @throws DivergedException if a loss becomes NaN, infinite, or that of classes so large that its
   *     perplexity is
   */
  public TrainingResult train(int epochs, TrainingListener listener) {
    progress = new Progress(1);
    return run(epochs, listener);
  }

  /**
   * Goes on with a training of the same model, options and batches.
   *
   * @param epochs in all, those before among them
   * @throws InvalidInputException if the state is of another model
   */
  public TrainingResult resume(TrainingState state, int epochs, TrainingListener listener) {
    model.restore(state.model());
    standing = state.standing();
    best = state.best().orElse(null);
    progress = new Progress(state.epoch());
    progress.batch = state.batch();
    progress.lossSum = state.lossSum();
    progress.weights = state.weights();
    progress.labels = state.labels();
    progress.seconds = state.seconds();
    return run(epochs, listener);
  }

  private TrainingResult run(int epochs, TrainingListener heard) {
    if (epochs < 1) {
      throw new InvalidInputException("training takes at least 1 epoch, not " + epochs);
    }
    listener = heard;
    Transfers begin = model.transfers();
    List<EpochMetrics> measured = new ArrayList<>();
    TrainingResult.End end = TrainingResult.End.DONE;
    while (end == TrainingResult.End.DONE && progress.epoch <= epochs) {
      end = epoch(measured);
    }
    return new TrainingResult(weights(), measured, model.transfers().minus(begin), end);
  }

  /** The rest of an epoch. */
  private TrainingResult.End epoch(List<EpochMetrics> measured) {
    Transfers before = model.transfers();
    Batches batches = training.apply(progress.epoch);
    while (progress.batch < batches.count()) {
      boolean updated = learn(batches);
      if (updated && isDue(options.validateEvery()) && progress.batch < batches.count()) {
        validate(progress);
        if (standing.isHopeless(options)) {
          checkpoint();
          return TrainingResult.End.NO_BETTER;
        }
      }
      if (updated && stopped) {
        checkpoint();
        return TrainingResult.End.STOPPED;
      }
      if (updated && isDue(options.checkpointEvery()) && progress.batch < batches.count()) {
        checkpoint();
      }
    }
    Progress done = progress;
    long start = System.nanoTime();
    double validationLoss = validate(done);
    Weights weights = averages();
    requireFinite(weights, done.epoch);
    double seconds = done.seconds + (System.nanoTime() - start) / NANOS;
    Transfers moved = model.transfers().minus(before);
    EpochMetrics metrics =
        new EpochMetrics(
            done.epoch,
            done.loss(),
            validationLoss,
            seconds,
            done.labelsPerSecond(),
            moved.toDevice(),
            moved.fromDevice());
    measured.add(metrics);
    progress = new Progress(done.epoch + 1);
    listener.epochDone(metrics, weights);
    checkpoint();
    if (standing.isHopeless(options)) {
      return TrainingResult.End.NO_BETTER;
    }
    return stopped ? TrainingResult.End.STOPPED : TrainingResult.End.DONE;
  }

  private boolean isDue(long every) {
    return every > 0 && model.updates() % every == 0;
  }

  /** One batch; whether there was an update. */
  private boolean learn(Batches batches) {
    double rate = standing.rate(model.updates(), options);
    long start = System.nanoTime();
    Batch batch = batches.get(progress.batch);
    model.learningRate(baseRate() * rate);
    boolean last = progress.batch + 1 == batches.count();
    boolean updates = last || (progress.batch + 1) % options.accumulate() == 0;
    double loss;
    if (options.accumulate() == 1) {
      loss = model.train(batch);
    } else {
      loss = model.accumulate(batch);
      if (updates) {
        model.update();
      }
    }
    progress.add("loss", loss, batch, start);
    listener.batchDone(
        new BatchMetrics(
            progress.epoch,
            progress.batch,
            batches.count(),
            progress.loss(),
            progress.labelsPerSecond()));
    return updates;
  }

  private double baseRate() {
    return model
        .optimization()
        .orElseThrow(() -> new IllegalStateException("this model has no optimizer"))
        .optimizer()
        .learningRate();
  }

  /** The mean loss over the validation batches; not a number if there are none. */
  private double validate(Progress at) {
    Progress measured = new Progress(at.epoch);
    model.exchangeAverages();
    for (int index = 0; index < validation.count(); index++) {
      long start = System.nanoTime();
      Batch batch = validation.get(index);
      measured.add("validation loss", model.evaluate(batch), batch, start);
    }
    model.exchangeAverages();
    double loss = measured.loss();
    if (validation.count() > 0) {
      judge(loss, at.epoch);
    }
    return loss;
  }

  private void judge(double loss, int epoch) {
    boolean isBest = standing.isBest(loss);
    standing = standing.after(loss, options);
    if (isBest && options.keepBest()) {
      best = averages();
    }
    listener.validated(new Validation(epoch, model.updates(), loss, isBest));
  }

  /** The weights that are measured: their average where one is kept. */
  private Weights averages() {
    return model.averages();
  }

  /** What the training has come to. */
  private Weights weights() {
    return best == null ? averages() : best;
  }

  private void checkpoint() {
    listener.checkpoint(
        new TrainingState(
            model.state(),
            progress.epoch,
            progress.batch,
            progress.lossSum,
            progress.weights,
            progress.labels,
            progress.seconds,
            standing.plateau(),
            Optional.ofNullable(best),
            standing.bestLoss(),
            standing.waited()));
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

  /** How far an epoch is, and the sums over its batches. */
  private final class Progress {
    private final int epoch;
    private int batch;
    private double lossSum;
    private double weights;
    private long labels;
    private double seconds;

    Progress(int epoch) {
      this.epoch = epoch;
    }

    /** Adds what a batch measured since a time in nanoseconds. */
    void add(String what, double loss, Batch measured, long start) {
      Labels counted = model.labels(measured);
      double weight = model.head().loss().weight(counted);
      seconds += (System.nanoTime() - start) / NANOS;
      batch++;
      requireFinite(what, (float) loss);
      lossSum += loss * weight;
      weights += weight;
      labels += counted.count();
    }

    private void requireFinite(String what, float loss) {
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

    double labelsPerSecond() {
      return labels / seconds;
    }
  }
}
