package org.tornadogru.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.BarrierTaskInfo;
import org.tornadogru.Batch;
import org.tornadogru.SequenceModel;
import org.tornadogru.formats.GruModel;
import org.tornadogru.formats.ModelFormat;
import org.tornadogru.nn.InvalidInputException;
import scala.Tuple2;

/**
 * One of the workers of a training: all have the same model at all times, or with local steps after
 * each average.
 *
 * <pre>
 *   its rows of a batch ──▶ gradient ──▶ {@link Ring}: mean over all rows ──▶ update
 * </pre>
 *
 * What goes around is the gradient times the weight of the labels, and behind it that weight and
 * the loss times it; a loss that is NaN says that a worker cannot go on, and why is asked for then.
 */
final class Worker {

  private final Training training;
  private final BarrierTaskContext task;
  private final int worker;
  private Progress progress;
  private FlatWeights flat;
  private Share share;
  private Ring ring;
  private SequenceModel model;

  /** Why this worker cannot go on; empty if it can. */
  private String failure = "";

  private long exchangeNanos;

  Worker(Training training, BarrierTaskContext task) {
    this.training = training;
    this.task = task;
    worker = task.partitionId();
  }

  /** All workers stop, for a reason that one of them has. */
  private static final class StoppedException extends Exception {
    private static final long serialVersionUID = 1L;

    StoppedException(String reason) {
      super(reason);
    }
  }

  /**
   * Trains.
   *
   * @param numbered rows of this worker, and where they are in the table
   */
  Outcome train(Iterator<Tuple2<Long, Example>> numbered) throws IOException {
    BarrierTaskInfo[] tasks = task.getTaskInfos();
    String host = tasks[worker].address().replaceFirst(":\\d+$", "");
    try (Ring joined = new Ring(worker, host, task::killTaskIfInterrupted)) {
      ring = joined;
      return train(numbered, host);
    } catch (StoppedException stopped) {
      return new Outcome(worker, null, null, stopped.getMessage());
    } finally {
      if (model != null) {
        model.close();
      }
    }
  }

  private Outcome train(Iterator<Tuple2<Long, Example>> numbered, String host)
      throws IOException, StoppedException {
    try {
      GruModel begin = training.model();
      boolean exact = begin.config().keepReversed();
      share = new Share(training, worker, numbered, exact);
      flat = new FlatWeights(begin.config(), begin.weights().outputs());
      model =
          new SequenceModel(
              begin.weights(),
              training.head(),
              training.optimization(),
              share.shapes(),
              Devices.of(training.device(), task.resourcesJMap()));
      progress = Progress.begin(training, worker, model);
    } catch (InvalidInputException e) {
      failure = e.getMessage();
    }
    meet(host);
    long start = System.nanoTime();
    long before = model.updates();
    while (!progress.isDone()) {
      learn(share.batch(progress.epoch(), progress.step()));
      progress.next();
      if (progress.isBetweenEpochs() && training.validates()) {
        validate();
      }
      checkpointIfDue();
    }
    TrainingSummary summary =
        new TrainingSummary(
            progress.losses(),
            progress.validationLosses(),
            training.workers(),
            model.updates() - before,
            ring.sent(),
            (System.nanoTime() - start) / 1e9,
            exchangeNanos / 1e9);
    return new Outcome(worker, ModelFormat.SAFETENSORS.bytes(finished()), summary, null);
  }

  private GruModel finished() {
    GruModel begin = training.model();
    return new GruModel(
        progress.result(model), begin.vocabulary(), begin.usage(), begin.metadata());
  }

  /** Tells where this worker is, and joins the ring, if all are ready and at the same update. */
  private void meet(String host) throws IOException, StoppedException {
    long updates = model == null ? 0 : model.updates();
    String[] all = task.allGather("%s %d %d %s".formatted(host, ring.port(), updates, failure));
    String[][] told = Arrays.stream(all).map(each -> each.split(" ", 4)).toArray(String[][]::new);
    for (String[] each : told) {
      if (!each[3].isEmpty()) {
        throw new StoppedException(each[3]);
      }
    }
    for (String[] each : told) {
      if (!each[2].equals(Long.toString(updates))) {
        throw new StoppedException(
            "workers begin at updates %d and %s: the directory of checkpoints has to be the same one on all executors"
                .formatted(updates, each[2]));
      }
    }
    String[] hosts = Arrays.stream(told).map(each -> each[0]).toArray(String[]::new);
    int[] ports = Arrays.stream(told).mapToInt(each -> Integer.parseInt(each[1])).toArray();
    ring.join(hosts, ports, training.secret());
  }

  private void checkpointIfDue() {
    try {
      if (worker == 0) {
        progress.checkpointIfDue(model);
      }
    } catch (InvalidInputException e) {
      failure = e.getMessage(); // all hear of it with the next batch
    }
  }

  private void learn(Batch batch) throws IOException, StoppedException {
    boolean together = training.localSteps() == 1 && training.workers() > 1;
    double weight = training.head().loss().weight(model.labels(batch));
    float loss = 0;
    try {
      if (failure.isEmpty()) {
        double base = training.optimization().optimizer().learningRate();
        model.learningRate(base * progress.rate(model.updates()));
      }
      if (failure.isEmpty() && together) {
        loss = model.accumulate(batch);
      } else if (failure.isEmpty() && weight > 0) {
        loss = model.train(batch);
      }
    } catch (InvalidInputException e) {
      failure = e.getMessage();
    }
    boolean inNats = training.head().loss().ofClasses();
    if (!Double.isFinite(inNats ? Math.exp(loss) : loss)) {
      failure = diverged("loss", loss);
    }
    progress.learned(loss, weight);
    if (!failure.isEmpty()) {
      exchange(new float[flat.size() + Progress.SHARED]);
    } else if (together) {
      shareGradients();
    } else if (progress.isAverageDue()) {
      shareWeights();
    }
  }

  /** The mean loss over what all workers have for validation, each of it its own. */
  private void validate() throws IOException, StoppedException {
    double weight = 0;
    double lossSum = 0;
    try {
      model.exchangeAverages();
      for (Batch batch : share.validation()) {
        double ofLabels = training.head().loss().weight(model.labels(batch));
        weight += ofLabels;
        lossSum += ofLabels > 0 ? model.evaluate(batch) * ofLabels : 0;
      }
      model.exchangeAverages();
    } catch (InvalidInputException e) {
      failure = e.getMessage();
    }
    float[] sums = {(float) weight, failure.isEmpty() ? (float) lossSum : Float.NaN};
    sum(sums);
    progress.validated(sums[1] / sums[0], model);
  }

  private String diverged(String what, float became) {
    return "the %s became %s in epoch %d, batch %d: lower the learning rate, or clip the gradients"
        .formatted(what, became, progress.epoch(), progress.step());
  }

  private void shareGradients() throws IOException, StoppedException {
    float[] sums = flat.of(model.gradients(), progress.weight(), Progress.SHARED);
    float weight = exchange(sums);
    if (weight > 0) {
      model.gradients(flat.weights(sums, weight));
      model.update();
    } else {
      model.clearGradients();
    }
  }

  private void shareWeights() throws IOException, StoppedException {
    float[] sums = flat.of(model.weights(), 1, Progress.SHARED);
    exchange(sums);
    if (training.workers() > 1) {
      model.weights(flat.weights(sums, training.workers()));
    }
  }

  /**
   * Adds up what all workers have.
   *
   * @return the weight of the labels of all
   */
  private float exchange(float[] values) throws IOException, StoppedException {
    progress.share(values, failure.isEmpty());
    sum(values);
    return progress.shared(values);
  }

  private void sum(float[] values) throws IOException, StoppedException {
    long start = System.nanoTime();
    ring.sum(values);
    exchangeNanos += System.nanoTime() - start;
    for (float value : values) {
      if (!Float.isFinite(value)) {
        String mine = failure.isEmpty() ? "" : "worker %d: %s".formatted(worker, failure);
        throw new StoppedException(
            Arrays.stream(task.allGather(mine))
                .filter(told -> !told.isEmpty())
                .findFirst()
                .orElseGet(() -> diverged("gradient", value)));
      }
    }
  }
}
