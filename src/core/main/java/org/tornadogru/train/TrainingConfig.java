package org.tornadogru.train;

import org.tornadogru.SequenceModel;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
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
   * @throws InvalidInputException if its weights, or what a batch computes, do not fit an array
   */
  public SequenceModel languageModel(int symbols, Device device) {
    Weights weights = Weights.initial(model(symbols), symbols, initialization, seed);
    return new SequenceModel(weights, Head.nextToken(symbols), optimization, device);
  }

  /**
   * Checks before anything is allocated.
   *
   * @throws InvalidInputException if what a batch computes does not fit an array
   */
  public static void requireFit(GruConfig model, SequenceShape shape) {
    long positions = (shape.steps() + 1L) * shape.batch();
    long columns =
        Math.max(4L * model.hiddenSize(), Math.max(model.inputSize(), model.embeddingSize()));
    if (columns > Integer.MAX_VALUE / positions) {
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
}
