package org.tornadogru.oracle;

import java.util.Arrays;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.oracle.LayerLoss.CrossEntropy;
import org.tornadogru.oracle.LayerLoss.Head;

/**
 * A language model of one forward layer in double precision: a {@link ReferenceLayer} over tokens,
 * and a linear layer's scores of the token that follows each.
 *
 * <pre>
 *   logits = W_linear h' + b_linear,   loss = mean of −log softmax(logits)[target]
 * </pre>
 *
 * Tokens are one-hot vectors here, so that a wrong row lookup elsewhere shows. A token of −1 is
 * padding: as an input it counts as token 0, as a target it is left out of the mean.
 *
 * @param reset where the reset gate acts
 */
// Arrays as record components: these records carry values and are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record ReferenceGru(ResetPlacement reset) {

  /**
   * Gradients of the mean loss.
   *
   * @param loss mean cross-entropy in nats
   * @param parameters the gradient of each parameter, under the parameter's name
   * @param initialState the gradient of h0, [batch][hidden]
   */
  public record Gradients(double loss, ReferenceParameters parameters, double[][] initialState) {}

  /**
   * States after each step.
   *
   * @param x inputs, [steps][batch][inputSize]
   * @param h0 initial states, [batch][hidden]
   * @return [steps][batch][hidden]
   */
  public double[][][] states(ReferenceParameters parameters, double[][][] x, double[][] h0) {
    return layer(parameters).forward(parameters.tensors(), from(h0, LayerInput.of(x))).y();
  }

  /**
   * States after each token.
   *
   * @param tokens [steps][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   * @return [steps][batch][hidden]
   */
  public double[][][] states(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    return layer(parameters).forward(parameters.tensors(), input(parameters, tokens, h0)).y();
  }

  /**
   * Scores of the next token after each token.
   *
   * @param tokens [steps][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   * @return [steps][batch][vocabulary]
   */
  public double[][][] logits(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    return layer(parameters)
        .scores(parameters.tensors(), input(parameters, tokens, h0), Head.EACH_STEP);
  }

  /**
   * Mean cross-entropy in nats over all positions whose target is not padding; 0 if all are.
   *
   * @param tokens inputs are [0, steps), targets are [1, steps]: [steps + 1][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   */
  public double loss(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    return layer(parameters)
        .loss(parameters.tensors(), input(parameters, inputs(tokens), h0), loss(tokens));
  }

  /**
   * The loss and its gradients by backpropagation through all steps.
   *
   * @param tokens inputs are [0, steps), targets are [1, steps]: [steps + 1][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   */
  public Gradients gradients(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    ReferenceLayer.Gradients gradients =
        layer(parameters)
            .gradients(parameters.tensors(), input(parameters, inputs(tokens), h0), loss(tokens));
    return new Gradients(
        gradients.loss(), parameters.withTensors(gradients.tensors()), gradients.h0()[0]);
  }

  private ReferenceLayer layer(ReferenceParameters parameters) {
    return new ReferenceLayer(
        GruConfig.builder(parameters.inputSize(), parameters.hidden()).reset(reset).build());
  }

  private static LayerInput input(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    return from(h0, LayerInput.ofTokens(tokens, parameters.inputSize()));
  }

  private static LayerInput from(double[][] h0, LayerInput input) {
    return input.withState(new double[][][] {h0});
  }

  private static int[][] inputs(int[][] tokens) {
    return Arrays.copyOf(tokens, tokens.length - 1);
  }

  private static CrossEntropy loss(int[][] tokens) {
    return new CrossEntropy(Head.EACH_STEP, Arrays.copyOfRange(tokens, 1, tokens.length));
  }
}
