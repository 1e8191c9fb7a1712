package org.tornadogru;

import java.util.List;
import java.util.function.Function;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Usage;
import org.tornadogru.nn.Weights;

/**
 * A finished model with what its file has around the GRU: padding that does not count, the steps
 * that are asked for, an activation at the end.
 *
 * <pre>{@code
 * GruModel model = ModelFormat.read(file);
 * try (WholeModel whole = new WholeModel(model.weights(), model.usage(), device)) {
 *   Tensor outputs = whole.predict(sequences);
 * }
 * }</pre>
 *
 * <p>For one thread at a time: another one that calls it meanwhile is refused.
 */
public final class WholeModel implements AutoCloseable {

  private final Usage usage;
  private final Function<Sequences, Tensor> outputs;
  private final Runnable closing;

  /** A model that begins every sequence at the zero state. */
  public WholeModel(Weights weights, Usage usage, Device device) {
    this.usage = usage;
    boolean ofFinalState = usage.steps() == Usage.Steps.FINAL_STATE;
    int size = weights.outputs();
    if (size == 0) {
      Gru gru = new Gru(weights, device);
      outputs =
          sequences ->
              ofFinalState ? gru.forward(sequences).last() : gru.forward(sequences).outputs();
      closing = gru::close;
    } else {
      Head head = ofFinalState ? Head.predictLast(size) : Head.predictEachStep(size);
      Predictor predictor = new Predictor(weights, head, device);
      outputs = predictor::predict;
      closing = predictor::close;
    }
  }

  /**
   * What the model gives out.
   *
   * @return [T][N][outputs] of each step, otherwise [N][outputs]; O outputs without a linear layer
   */
  public Tensor predict(Sequences sequences) {
    Tensor all = outputs.apply(usage.masked(sequences));
    return usage.activation().of(usage.steps() == Usage.Steps.LAST ? last(all) : all);
  }

  private static Tensor last(Tensor outputs) {
    int batch = outputs.shape().get(1);
    int size = outputs.shape().get(2);
    int from = outputs.size() - batch * size;
    return Tensor.of(outputs.name(), List.of(batch, size), place -> outputs.at(from + place));
  }

  /** Frees the device's memory; the second time without effect. */
  @Override
  public void close() {
    closing.run();
  }
}
