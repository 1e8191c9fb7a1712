package org.tornadogru.formats.onnx;

import org.tornadogru.formats.codec.HeadWeights;
import org.tornadogru.formats.codec.LinearWeights;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.OutputActivation;

/**
 * What the data have passed behind the last GRU.
 *
 * @param layers linear ones
 * @param function behind them, as a dense layer has it; null if none there is one
 * @param activation the same as that of a model's outputs; null if these have no such
 */
record OnnxHead(HeadWeights layers, ActivationFunction function, OutputActivation activation) {

  static final OnnxHead NONE = new OnnxHead(HeadWeights.NONE);

  private static final ActivationFunction IDENTITY =
      ActivationFunction.of(ActivationFunction.Kind.AFFINE);

  private OnnxHead(HeadWeights layers) {
    this(layers, IDENTITY, OutputActivation.LINEAR);
  }

  /** Whether there is nothing behind the last layer. */
  boolean isOpen() {
    return activation == OutputActivation.LINEAR;
  }

  /** The same with another last layer in place of its own. */
  OnnxHead with(LinearWeights linear) {
    return new OnnxHead(layers.with(linear));
  }

  /** The same with a further linear layer, which a dense layer's function may stand in front of. */
  OnnxHead then(LinearWeights linear) {
    return new OnnxHead(
        layers.linear() == null ? layers.with(linear) : layers.then(function, linear));
  }

  /** The same with a function, of which either may be null, behind the last layer. */
  OnnxHead then(ActivationFunction newFunction, OutputActivation newActivation) {
    return new OnnxHead(layers, newFunction, newActivation);
  }
}
