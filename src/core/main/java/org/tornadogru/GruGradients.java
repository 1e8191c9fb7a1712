package org.tornadogru;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.tornadogru.nn.Tensor;

/**
 * Gradients of a loss L.
 *
 * @param inputs ∂L/∂x, [T][N][I]; empty for token ids
 * @param initialStates ∂L/∂h₀, [L·D][N][H]
 * @param parameters ∂L/∂ each parameter, with the names and shapes of the parameters
 */
public record GruGradients(Optional<Tensor> inputs, Tensor initialStates, List<Tensor> parameters) {

  public GruGradients {
    parameters = List.copyOf(Objects.requireNonNull(parameters, "parameters"));
  }
}
