package org.tornadogru;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * All that the next update of a model depends on, but for its batch: a model that gets it goes on
 * as this one would.
 *
 * @param weights as they are now
 * @param averages their moving average; empty where none is kept
 * @param memory what the optimizer remembers: some numbers for each weight
 * @param updates how many there were
 * @param draws how many masks of dropout were drawn
 * @param seed of dropout
 * @param carried where the next batch of training begins, [L·D][N][H]; empty for the zero state
 */
public record ModelState(
    Weights weights,
    Optional<Weights> averages,
    List<Weights> memory,
    long updates,
    int draws,
    long seed,
    Optional<Tensor> carried) {

  public ModelState {
    memory = List.copyOf(Objects.requireNonNull(memory, "memory"));
  }
}
