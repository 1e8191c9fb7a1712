package org.tornadogru.graph;

import java.util.ArrayList;
import java.util.List;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * What a model has learned, and what its optimizer remembers: on the host, or on the device of the
 * plan that was executed last, from where it goes over to another plan when that is executed.
 */
public final class ModelValues {

  private final Parameters packed;
  private final Residents residents;

  /** 0 for a frozen parameter, otherwise 1; null if nothing is frozen. */
  private final FloatArray trained;

  /** What {@link Residents#sum} was in the plan before, or should be, for the next. */
  final FloatArray sumBefore;

  final FloatArray targetsBefore = HostArrays.floats(1);

  private double learningRate;
  private long updates;

  /** The plan whose device has the newest values; null if the host has. */
  private ModelPlan holder;

  /** Whether the host has old values. */
  private boolean changed;

  /** Whether gradients were added up since the last update. */
  private boolean summing;

  /** The plan that has the gradient of the last update; null if that was of several batches. */
  private ModelPlan learner;

  /**
   * The values at the beginning.
   *
   * @param optimization null for a model that is not trained
   * @param placement of the plans that read them
   * @throws InvalidInputException if a frozen tensor is none of the model
   */
  public ModelValues(Weights weights, Optimization optimization, Placement placement) {
    packed = Parameters.pack(weights, placement.kernels().packing());
    residents = Residents.of(packed.array(), optimization);
    learningRate = optimization == null ? 0 : optimization.optimizer().learningRate();
    sumBefore = optimization == null ? null : HostArrays.floats(packed.array().getSize());
    boolean freezes = optimization != null && !optimization.frozen().isEmpty();
    if (freezes) {
      requireNames(optimization, weights);
    }
    trained =
        freezes
            ? Parameters.filled(
                layout(), each -> optimization.frozen().contains(each.name()) ? 0 : 1)
            : null;
  }

  private static void requireNames(Optimization optimization, Weights weights) {
    List<String> names = weights.tensors().stream().map(Tensor::name).toList();
    for (String frozen : optimization.frozen()) {
      if (!names.contains(frozen)) {
        throw new InvalidInputException(
            "there is no tensor %s to freeze: the model has %s".formatted(frozen, names));
      }
    }
  }

  /**
   * A sum of gradients.
   *
   * @param sums in the layout of the parameters
   * @param targets what they were summed over
   */
  record Gradient(FloatArray sums, float targets) {}

  ModelLayout layout() {
    return packed.layout();
  }

  Residents residents() {
    return residents;
  }

  FloatArray trained() {
    return trained;
  }

  public GruConfig config() {
    return layout().config();
  }

  /** η of the next update. */
  public double learningRate() {
    return learningRate;
  }

  /** Sets η of the updates from now on. */
  public void learningRate(double value) {
    learningRate = value;
  }

  /** How many updates there were. */
  public long updates() {
    return updates;
  }

  /** Sets how many updates there were. */
  public void updates(long count) {
    updates = count;
  }

  /** Prepares the numbers of another update, which may fail yet. */
  void prepare(UpdateRates rates) {
    rates.prepare(learningRate, updates + 1);
  }

  /**
   * Hears that there was an update.
   *
   * @param plan that has its gradient, of one batch; null if it was of those that were added up
   */
  void updated(ModelPlan plan) {
    updates++;
    changed = true;
    learner = plan;
    summing &= plan != null;
  }

  /** Hears that the gradient of a batch was added to others. */
  void summed() {
    summing = true;
    learner = null;
  }

  /** Whether gradients were added up since the last update. */
  public boolean isSumming() {
    return summing;
  }

  /** Hears that the plan that holds them has changed them. */
  void changed() {
    changed = true;
  }

  /** Hears that a plan is no more. */
  void closed(ModelPlan plan) {
    if (learner == plan) {
      learner = null;
    }
  }

  /** Makes a plan their holder; whether it has to load them. */
  boolean goTo(ModelPlan plan) {
    if (holder == plan) {
      return false;
    }
    leave();
    holder = plan;
    return true;
  }

  /** Takes them from the plan that holds them: to be called before that is closed. */
  public void leave() {
    if (holder != null && !holder.isLoaded()) {
      holder = null;
    }
    save();
    if (holder != null && summing) {
      Gradient gradient = holder.sum();
      for (int index = 0; index < sumBefore.getSize(); index++) {
        sumBefore.set(index, gradient.sums.get(index));
      }
      targetsBefore.set(0, gradient.targets);
    }
    holder = null;
  }

  /** Whether this plan holds them. */
  public boolean isHeldBy(ModelPlan plan) {
    return holder == plan;
  }

  private void save() {
    if (changed) {
      holder.save();
      changed = false;
    }
  }

  /** The weights as they are now. */
  public Weights weights() {
    save();
    return packed.unpack();
  }

  /** Their moving average; the weights themselves where none is kept. */
  public Weights averages() {
    save();
    return residents.averages() == null ? packed.unpack() : unpack(residents.averages(), 0);
  }

  /** What the optimizer remembers: some numbers for each weight, each in the shape of weights. */
  public List<Weights> memory() {
    save();
    List<Weights> numbers = new ArrayList<>();
    for (int number = 0; number < memoryNumbers(); number++) {
      numbers.add(unpack(residents.memory(), number));
    }
    return numbers;
  }

  private int memoryNumbers() {
    return residents.memory() == null ? 0 : residents.memory().getSize() / layout().size();
  }

  /**
   * The gradient of the mean loss over the batches since the last update, or else of that update.
   *
   * @throws IllegalStateException if there is none
   */
  public Weights gradients() {
    Gradient gradient = gradient();
    Weights sums = new Parameters(layout(), gradient.sums).unpack();
    List<Tensor> means =
        sums.tensors().stream()
            .map(
                tensor ->
                    Tensor.of(
                        tensor.name(),
                        tensor.shape(),
                        at -> gradient.targets > 0 ? tensor.at(at) / gradient.targets : 0))
            .toList();
    return Weights.of(sums.config(), sums.outputs(), means);
  }

  private Gradient gradient() {
    if (summing) {
      return holder == null || !holder.isLoaded()
          ? new Gradient(sumBefore, targetsBefore.get(0))
          : holder.sum();
    }
    if (learner == null) {
      throw new IllegalStateException("there is no gradient: train or accumulate first");
    }
    return learner.ofBatch();
  }

  /** Sets the gradient of the mean loss that the next update is by. */
  public void gradients(Weights means) {
    new Parameters(layout(), sumBefore).repack(means);
    for (int index = 0; trained != null && index < sumBefore.getSize(); index++) {
      sumBefore.set(index, sumBefore.get(index) * trained.get(index));
    }
    targetsBefore.set(0, 1);
    summed();
    if (holder != null && holder.isLoaded()) {
      holder.resume();
    }
  }

  /** Sets the weights. */
  public void weights(Weights weights) {
    set(() -> packed.repack(weights));
  }

  /** Sets the moving average. */
  public void averages(Weights weights) {
    set(() -> pack(weights, residents.averages(), 0));
  }

  /**
   * Sets what the optimizer remembers.
   *
   * @throws InvalidInputException if it is not what this optimizer remembers
   */
  public void memory(List<Weights> numbers) {
    if (numbers.size() != memoryNumbers()) {
      throw new InvalidInputException(
          "the optimizer remembers %d numbers per weight, not %d"
              .formatted(memoryNumbers(), numbers.size()));
    }
    set(
        () -> {
          for (int number = 0; number < numbers.size(); number++) {
            pack(numbers.get(number), residents.memory(), number);
          }
        });
  }

  /** Exchanges the weights for their average, or back. */
  public void exchange() {
    if (holder != null) {
      holder.exchange();
      return;
    }
    Weights weights = weights();
    weights(averages());
    averages(weights);
  }

  /** Forgets what was added up. */
  public void clearSum() {
    leave();
    summing = false;
  }

  private void set(Runnable change) {
    leave();
    change.run();
  }

  private Weights unpack(FloatArray arrays, int number) {
    int size = layout().size();
    FloatArray part = new FloatArray(size);
    for (int index = 0; index < size; index++) {
      part.set(index, arrays.get(number * size + index));
    }
    return new Parameters(layout(), part).unpack();
  }

  private void pack(Weights weights, FloatArray arrays, int number) {
    FloatArray part = new FloatArray(layout().size());
    new Parameters(layout(), part).repack(weights);
    for (int index = 0; index < part.getSize(); index++) {
      arrays.set(number * part.getSize() + index, part.get(index));
    }
  }
}
