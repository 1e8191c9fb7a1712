package org.tornadogru;

import java.util.List;
import org.tornadogru.nn.Tensor;

/**
 * Gradients of a loss L.
 *
 * @param inputs ∂L/∂x, [T][N][I]; null for token ids
 * @param initialState ∂L/∂h₀, [L·D][N][H]
 * @param parameters ∂L/∂ each parameter, with the names and shapes of the parameters
 */
@SuppressWarnings("ArrayRecordComponent") // values are large and handed on, never compared
public record GruGradients(float[] inputs, float[] initialState, List<Tensor> parameters) {

  public GruGradients {
    parameters = List.copyOf(parameters);
  }
}
