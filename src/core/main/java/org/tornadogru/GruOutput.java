package org.tornadogru;

import java.util.List;
import java.util.Objects;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.Tensor;

/**
 * What a GRU made of a batch of sequences.
 *
 * @param config of the GRU
 * @param outputs y, time first: [T][N][O], O being {@link GruConfig#outputSize}
 * @param finalStates h_n, [L·D][N][H]: layer by layer, forward before reverse. H is the widest
 *     layer's; a narrower layer's states are followed by zeros
 * @param last the final states of the last layer, merged as its outputs are, [N][O]: for a single
 *     direction the last valid output
 * @param gates of every walk, [L·D], in the same order; empty unless they were asked for
 */
public record GruOutput(
    GruConfig config, Tensor outputs, Tensor finalStates, Tensor last, List<Gates> gates) {

  public GruOutput {
    gates = List.copyOf(Objects.requireNonNull(gates, "gates"));
  }

  /** Outputs, batch first: [N][T][O]. */
  public Tensor outputsBatchFirst() {
    int steps = outputs.shape().get(0);
    int batch = outputs.shape().get(1);
    int size = config.outputSize();
    return Tensor.of(
        outputs.name(),
        List.of(batch, steps, size),
        place -> {
          int position = place / size;
          return outputs.at((position % steps * batch + position / steps) * size + place % size);
        });
  }

  /**
   * The outputs of one direction of the last layer, where they lie side by side: [T][N][H].
   *
   * @param walk 0 forward, 1 reverse
   */
  public Tensor outputsOf(int walk) {
    if (config.merge() != Merge.CONCAT || walk < 0 || walk >= config.direction().walks()) {
      throw new InvalidInputException(
          "direction %d cannot be told apart: the layer is %s, merged by %s"
              .formatted(walk, config.direction(), config.merge()));
    }
    int hidden = config.hiddenSize(config.layers() - 1);
    return Tensor.of(
        outputs.name(),
        List.of(outputs.shape().get(0), outputs.shape().get(1), hidden),
        place -> outputs.at(place / hidden * config.outputSize() + walk * hidden + place % hidden));
  }
}
