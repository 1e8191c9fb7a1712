package org.tornadogru.train;

import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;

/**
 * What a language model of one layer is and how it is trained.
 *
 * @param hiddenSize units of the hidden state, H
 * @param reset where the reset gate acts
 * @param initialization how the weights begin
 * @param shape steps and rows of a batch
 * @param epochs passes over the training windows
 * @param optimization how updates are made
 * @param seed of the weights and of the order of the windows
 * @see <a href="https://d2l.ai/chapter_recurrent-modern/gru.html">d2l.ai, 10.2 Gated Recurrent
 *     Units</a>
 */
public record TrainingConfig(
    int hiddenSize,
    ResetPlacement reset,
    Initialization initialization,
    SequenceShape shape,
    int epochs,
    Optimization optimization,
    long seed) {

  private static final double GIGA = 1e9;

  public TrainingConfig {
    if (hiddenSize < 1) {
      throw new InvalidInputException("a GRU needs at least 1 hidden unit, not " + hiddenSize);
    }
    if (epochs < 1) {
      throw new InvalidInputException("training takes at least 1 epoch, not " + epochs);
    }
  }

  /** d2l's GRU from scratch. */
  public static TrainingConfig scratch() {
    return d2l(ResetPlacement.BEFORE, Initialization.NORMAL);
  }

  /** d2l's concise GRU, which is PyTorch's; the default. */
  public static TrainingConfig concise() {
    return d2l(ResetPlacement.AFTER, Initialization.UNIFORM);
  }

  private static TrainingConfig d2l(ResetPlacement reset, Initialization initialization) {
    return new TrainingConfig(
        32, reset, initialization, new SequenceShape(32, 1024), 50, Optimization.sgd(4, 1), 0);
  }

  /**
   * The model for a vocabulary.
   *
   * @throws InvalidInputException if its weights, or what a batch computes, do not fit an array
   */
  public GruConfig model(int symbols) {
    GruConfig model = GruConfig.ofTokens(symbols, hiddenSize, reset);
    requireFit(model, shape);
    return model;
  }

  /**
   * A language model of new weights, to be trained.
   *
   * @throws InvalidInputException if its weights, or what a batch computes, do not fit an array, or
   *     the device's memory
   */
  public SequenceModel languageModel(int symbols, Device device) {
    requireMemory(model(symbols), shape, device);
    Weights weights = Weights.initial(model(symbols), symbols, initialization, seed);
    return new SequenceModel(weights, Head.nextToken(symbols), optimization, device);
  }

  /**
   * Checks before anything is allocated.
   *
   * @throws InvalidInputException if what a batch computes does not fit an array
   */
  public static void requireFit(GruConfig model, SequenceShape shape) {
    long columns =
        Math.max(4L * model.hiddenSize(), Math.max(model.inputSize(), model.embeddingSize()));
    if (columns > Integer.MAX_VALUE / Float.BYTES / shape.positions()) {
      throw new InvalidInputException(
          "%d steps × %d rows × %d numbers in each, by a model of %d hidden units, %d symbols and an embedding of %d, are more than an array can hold: choose a smaller batch, fewer steps or a smaller model"
              .formatted(
                  shape.steps(),
                  shape.batch(),
                  columns,
                  model.hiddenSize(),
                  model.inputSize(),
                  model.embeddingSize()));
    }
  }

  /**
   * Checks before any work. What is counted is less than what is needed, so that nothing is refused
   * that would do: the weights and their gradient, and where the host is the device nine copies;
   * and what the forward pass keeps of each position for the backward pass.
   *
   * @throws InvalidInputException if a device has not even that
   */
  public static void requireMemory(GruConfig model, SequenceShape shape, Device device) {
    int symbols = model.inputSize();
    double weights = Parameter.count(model, symbols);
    long units = model.hiddenSizes().stream().mapToLong(Integer::longValue).sum();
    double kept = 7.0 * model.direction().walks() * units + 2.0 * symbols;
    double copies = device.isPlainJvm() ? 9 : 2;
    double bytes = Float.BYTES * (copies * weights + shape.positions() * kept);
    if (bytes > device.memory()) {
      throw new InvalidInputException(
          "training %,.0f weights in batches of %d steps × %d rows needs more than %.1f GB of memory, and %s has %.1f GB: choose fewer hidden units, a smaller batch or fewer steps%s"
              .formatted(
                  weights,
                  shape.steps(),
                  shape.batch(),
                  bytes / GIGA,
                  device.isPlainJvm() ? "Java's heap" : "device " + device.id(),
                  device.memory() / GIGA,
                  device.isPlainJvm() ? ", or give Java a larger heap" : ""));
    }
  }
}
