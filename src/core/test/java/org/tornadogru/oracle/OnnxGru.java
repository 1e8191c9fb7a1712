package org.tornadogru.oracle;

import java.util.Arrays;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;

/**
 * ONNX Runtime's GRU of one forward layer, in single precision.
 *
 * @param reset where the reset gate acts
 */
public record OnnxGru(ResetPlacement reset) {
  /** Rounds each value, for a float implementation. */
  private static float[][] floats(double[][] rows) {
    return Arrays.stream(rows).map(ReferenceParameters::floats).toArray(float[][]::new);
  }

  /**
   * States after each step.
   *
   * @param parameters rounded to float; the linear layer is not used
   * @param x inputs, [steps][batch][inputSize]
   * @param h0 initial states, [batch][hidden]
   * @return [steps][batch][hidden]
   */
  public float[][][] states(ReferenceParameters parameters, double[][][] x, double[][] h0) {
    GruConfig config =
        GruConfig.builder(parameters.inputSize(), parameters.hidden()).reset(reset).build();
    LayerInput input = LayerInput.of(x).withState(new double[][][] {h0});
    double[][][] y = new OnnxLayer(config).forward(parameters.tensors(), input, null).y();
    return Arrays.stream(y).map(OnnxGru::floats).toArray(float[][][]::new);
  }
}
