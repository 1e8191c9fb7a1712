package org.tornadogru.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tornadogru.ModelState;
import org.tornadogru.SequenceModel;
import org.tornadogru.formats.Checkpoint;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;
import org.tornadogru.train.Standing;
import org.tornadogru.train.TrainingState;

/** How far a training is, the losses so far, and its checkpoints. */
final class Progress {

  /** What workers share behind numbers of weights: the weight of labels, and the loss times it. */
  static final int SHARED = 2;

  private static final String LOSSES = "losses";
  private static final String VALIDATION_LOSSES = "validationLosses";

  private final Training training;
  private int epoch = 1;

  /** Batches of the epoch that are done. */
  private int step;

  /** Of this worker, since it shared them. */
  private double weight;

  private double lossSum;

  /** Of all workers in this epoch. */
  private double weightOfAll;

  private double lossSumOfAll;
  private final List<Double> losses = new ArrayList<>();
  private final List<Double> validationLosses = new ArrayList<>();
  private Standing standing = Standing.FIRST;

  /** The weights of the best validation; null if they are not kept, or there was none. */
  private Weights best;

  /** Updates at the last checkpoint. */
  private long saved;

  private Progress(Training training) {
    this.training = training;
  }

  /**
   * The beginning, or where the last checkpoint is, to which it brings the model.
   *
   * @throws InvalidInputException if the checkpoint is damaged or of another training
   */
  static Progress begin(Training training, int worker, SequenceModel model) {
    Progress progress = new Progress(training);
    long seed = training.order().seed() + worker;
    model.seed(seed);
    Optional<Path> file = training.checkpoint().filter(Files::exists);
    file.ifPresent(
        path -> {
          Checkpoint checkpoint = Checkpoint.read(path, model.config(), training.head().outputs());
          requireFit(path, checkpoint.settings(), training.settings());
          progress.goTo(checkpoint);
          model.restore(withSeed(checkpoint.state().model(), seed));
        });
    return progress;
  }

  private static void requireFit(
      Path path, Map<String, String> settings, Map<String, String> wanted) {
    wanted.forEach(
        (name, value) -> {
          if (!value.equals(settings.get(name))) {
            throw new InvalidInputException(
                "%s is of a training with %s %s, not %s: choose another directory for checkpoints, or remove it"
                    .formatted(path, name, settings.get(name), value));
          }
        });
  }

  private void goTo(Checkpoint checkpoint) {
    TrainingState state = checkpoint.state();
    epoch = state.epoch();
    step = state.batch();
    lossSumOfAll = state.lossSum();
    weightOfAll = state.weights();
    saved = state.model().updates();
    standing = state.standing();
    best = state.best().orElse(null);
    losses.addAll(numbers(checkpoint.settings().get(LOSSES)));
    validationLosses.addAll(numbers(checkpoint.settings().get(VALIDATION_LOSSES)));
  }

  private static List<Double> numbers(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(",")).map(Double::valueOf).toList();
  }

  private static String text(List<Double> numbers) {
    return numbers.stream().map(Object::toString).collect(Collectors.joining(","));
  }

  /** Masks of dropout are each worker's own. */
  private static ModelState withSeed(ModelState state, long seed) {
    return new ModelState(
        state.weights(),
        state.averages(),
        state.memory(),
        state.updates(),
        state.draws(),
        seed,
        state.carried());
  }

  /** The epoch it is in, from 1. */
  int epoch() {
    return epoch;
  }

  /** The batch of the epoch that is next, or in progress. */
  int step() {
    return step;
  }

  boolean isDone() {
    return epoch > training.epochs() || standing.isHopeless(training.options());
  }

  /** What the labels of this worker weigh that it has not shared. */
  double weight() {
    return weight;
  }

  /** The mean loss of each epoch that is done. */
  List<Double> losses() {
    return losses;
  }

  /** The validation loss behind each of them; empty without rows for validation. */
  List<Double> validationLosses() {
    return validationLosses;
  }

  /** What the learning rate of the next update is multiplied by. */
  double rate(long updates) {
    return standing.rate(updates, training.options());
  }

  /** Whether an epoch has just ended. */
  boolean isBetweenEpochs() {
    return step == 0;
  }

  /** Hears the loss of the rows for validation with the weights as they are. */
  void validated(double loss, SequenceModel model) {
    validationLosses.add(loss);
    if (standing.isBest(loss) && training.options().keepBest()) {
      best = model.averages();
    }
    standing = standing.after(loss, training.options());
  }

  /** What the training has come to. */
  Weights result(SequenceModel model) {
    return best == null ? model.averages() : best;
  }

  /** Hears what this worker's rows of the batch had. */
  void learned(float loss, double ofLabels) {
    if (ofLabels > 0) {
      weight += ofLabels;
      lossSum += loss * ofLabels;
    }
  }

  /** Whether workers with steps of their own have made all of them with the batch in progress. */
  boolean isAverageDue() {
    return (step + 1) % training.localSteps() == 0 || step + 1 == training.order().steps();
  }

  /**
   * Adds what workers share at the end of an array.
   *
   * @param well whether this worker can go on
   */
  void share(float[] values, boolean well) {
    values[values.length - 2] = (float) weight;
    values[values.length - 1] = well ? (float) lossSum : Float.NaN;
    weight = 0;
    lossSum = 0;
  }

  /**
   * Hears the sums over all workers, at the end of an array.
   *
   * @return the weight of labels
   */
  float shared(float[] sums) {
    weightOfAll += sums[sums.length - 2];
    lossSumOfAll += sums[sums.length - 1];
    return sums[sums.length - 2];
  }

  /** The batch in progress is done. */
  void next() {
    step++;
    if (step == training.order().steps()) {
      losses.add(lossSumOfAll / weightOfAll);
      epoch++;
      step = 0;
      lossSumOfAll = 0;
      weightOfAll = 0;
    }
  }

  /**
   * Writes a checkpoint, if there were enough updates since the last one, all workers have the same
   * weights, and the training goes on.
   *
   * @throws InvalidInputException if it cannot be written
   */
  void checkpointIfDue(SequenceModel model) {
    boolean due = model.updates() - saved >= training.checkpointEvery();
    boolean equal = step % training.localSteps() == 0;
    if (due && equal && !isDone() && training.checkpoint().isPresent()) {
      saved = model.updates();
      Map<String, String> settings = new LinkedHashMap<>(training.settings());
      settings.put(LOSSES, text(losses));
      settings.put(VALIDATION_LOSSES, text(validationLosses));
      new Checkpoint(state(model), settings).write(training.checkpoint().orElseThrow());
    }
  }

  private TrainingState state(SequenceModel model) {
    return new TrainingState(
        model.state(),
        epoch,
        step,
        lossSumOfAll,
        weightOfAll,
        0,
        0,
        standing.plateau(),
        Optional.ofNullable(best),
        standing.bestLoss(),
        standing.waited());
  }
}
