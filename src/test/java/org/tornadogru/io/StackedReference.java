package org.tornadogru.io;

import java.util.HashMap;
import java.util.Map;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;

/** A whole model in double precision, one equation after the other. No masks, no dropout. */
final class StackedReference {

  private final GruConfig config;
  private final int outputs;
  private final Map<String, float[]> tensors = new HashMap<>();

  /** Final states, [L·D][N][H], of the latest sequences. */
  final double[][][] last;

  StackedReference(GruModel model) {
    config = model.config();
    outputs = model.weights().outputs();
    for (Tensor tensor : model.weights().tensors()) {
      tensors.put(tensor.name(), tensor.values());
    }
    last = new double[config.walks()][][];
  }

  /**
   * Outputs of the last layer, [T][N][O].
   *
   * @param x [T][N][I], one-hot for tokens
   * @param initial [L·D][N][H]
   */
  double[][][] outputs(double[][][] x, double[][][] initial) {
    double[][][] data = x;
    int walks = config.direction().walks();
    for (int layer = 0; layer < config.layers(); layer++) {
      double[][][] first = walk(data, layer, 0, initial[layer * walks]);
      data = walks == 1 ? first : merged(first, walk(data, layer, 1, initial[layer * 2 + 1]));
    }
    return data;
  }

  double[][][] logits(double[][][] y) {
    double[][][] logits = new double[y.length][y[0].length][];
    for (int t = 0; t < y.length; t++) {
      for (int n = 0; n < y[t].length; n++) {
        logits[t][n] =
            product(tensors.get("linear.weight"), y[t][n], tensors.get("linear.bias"), outputs);
      }
    }
    return logits;
  }

  private double[][][] walk(double[][][] x, int layer, int walk, double[][] initial) {
    boolean reverse = config.direction().isReverse(walk);
    String suffix = "_l" + layer + (reverse ? "_reverse" : "");
    double[][][] y = new double[x.length][][];
    double[][] state = initial;
    for (int step = 0; step < x.length; step++) {
      int t = reverse ? x.length - 1 - step : step;
      double[][] next = new double[state.length][];
      for (int n = 0; n < state.length; n++) {
        next[n] = cell(x[t][n], state[n], suffix);
      }
      state = next;
      y[config.keepReversed() ? step : t] = next;
    }
    last[layer * config.direction().walks() + walk] = state;
    return y;
  }

  private double[] cell(double[] x, double[] h, String suffix) {
    int size = config.hiddenSize();
    double[] i =
        product(tensors.get("weight_ih" + suffix), x, tensors.get("bias_ih" + suffix), 3 * size);
    float[] recurrent = tensors.get("weight_hh" + suffix);
    float[] bias = tensors.get("bias_hh" + suffix);
    double[] r = new double[size];
    double[] gated = new double[size];
    double[] hh = product(recurrent, h, bias, 3 * size);
    for (int j = 0; j < size; j++) {
      r[j] = apply(config.gateActivation(), i[j] + hh[j]);
      gated[j] = r[j] * h[j];
    }
    double[] before = product(recurrent, gated, bias, 3 * size);
    double[] next = new double[size];
    for (int j = 0; j < size; j++) {
      int n = 2 * size + j;
      double z = apply(config.gateActivation(), i[size + j] + hh[size + j]);
      double inner = config.reset() == ResetPlacement.AFTER ? r[j] * hh[n] : before[n];
      double candidate = apply(config.candidateActivation(), i[n] + inner);
      next[j] = (1 - z) * candidate + z * h[j];
    }
    return next;
  }

  private static double[] product(float[] matrix, double[] vector, float[] bias, int rows) {
    double[] product = new double[rows];
    for (int row = 0; row < rows; row++) {
      double sum = bias == null ? 0 : bias[row];
      for (int column = 0; column < vector.length; column++) {
        sum += (double) matrix[row * vector.length + column] * vector[column];
      }
      product[row] = sum;
    }
    return product;
  }

  private double apply(ActivationFunction function, double argument) {
    double x = Math.clamp(argument, -config.clip(), config.clip());
    double a = function.alpha();
    double b = function.beta();
    return switch (function.kind()) {
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case RELU -> Math.max(0, x);
      case AFFINE -> a * x + b;
      case LEAKY_RELU -> x >= 0 ? x : a * x;
      case THRESHOLDED_RELU -> x > a ? x : 0;
      case SCALED_TANH -> a * Math.tanh(b * x);
      case HARD_SIGMOID -> Math.clamp(a * x + b, 0, 1);
      case ELU -> x >= 0 ? x : a * (Math.exp(x) - 1);
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case SOFTPLUS -> Math.log1p(Math.exp(x));
    };
  }

  private double[][][] merged(double[][][] first, double[][][] second) {
    double[][][] merged = new double[first.length][first[0].length][config.outputSize()];
    int hidden = config.hiddenSize();
    for (int t = 0; t < merged.length; t++) {
      for (int n = 0; n < merged[t].length; n++) {
        for (int j = 0; j < hidden; j++) {
          double f = first[t][n][j];
          double s = second[t][n][j];
          switch (config.merge()) {
            case CONCAT -> {
              merged[t][n][j] = f;
              merged[t][n][hidden + j] = s;
            }
            case SUM -> merged[t][n][j] = f + s;
            case AVERAGE -> merged[t][n][j] = (f + s) / 2;
            case MULTIPLY -> merged[t][n][j] = f * s;
          }
        }
      }
    }
    return merged;
  }
}
