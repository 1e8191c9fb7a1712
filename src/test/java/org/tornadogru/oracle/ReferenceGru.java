package org.tornadogru.oracle;

import static org.tornadogru.oracle.ReferenceParameters.BIAS_HH;
import static org.tornadogru.oracle.ReferenceParameters.BIAS_IH;
import static org.tornadogru.oracle.ReferenceParameters.LINEAR_BIAS;
import static org.tornadogru.oracle.ReferenceParameters.LINEAR_WEIGHT;
import static org.tornadogru.oracle.ReferenceParameters.WEIGHT_HH;
import static org.tornadogru.oracle.ReferenceParameters.WEIGHT_IH;

import java.util.Arrays;
import org.tornadogru.nn.ResetPlacement;

/**
 * A GRU language model in double precision, one vector at a time, written to be read.
 *
 * <pre>
 *   r  = σ(W_ir x + b_ir + W_hr h + b_hr)
 *   z  = σ(W_iz x + b_iz + W_hz h + b_hz)
 *   n  = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))      reset AFTER the product
 *   n  = tanh(W_in x + b_in + W_hn (r ⊙ h) + b_hn)      reset BEFORE the product
 *   h' = (1 − z) ⊙ n + z ⊙ h
 *
 *   logits = W_linear h' + b_linear,   loss = mean of −log softmax(logits)[target]
 * </pre>
 *
 * Tokens are one-hot vectors here, so that a wrong row lookup elsewhere shows. A token of −1 is
 * padding: as an input it counts as token 0, as a target it is left out of the mean.
 *
 * @param reset where the reset gate acts
 * @see <a href="https://arxiv.org/abs/1406.1078">Cho et al. 2014, equations 5 to 8</a>
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
   * One row's step: what went in, what came out, and what lies between.
   *
   * @param operand what W_hn multiplies: h (after) or r ⊙ h (before)
   * @param product W_hn operand + b_hn
   */
  private record Step(
      double[] x,
      double[] h,
      double[] r,
      double[] z,
      double[] n,
      double[] operand,
      double[] product,
      double[] next) {}

  /**
   * States after each step.
   *
   * @param x inputs, [steps][batch][inputSize]
   * @param h0 initial states, [batch][hidden]
   * @return [steps][batch][hidden]
   */
  public double[][][] states(ReferenceParameters parameters, double[][][] x, double[][] h0) {
    return Arrays.stream(forward(parameters, x, h0))
        .map(rows -> Arrays.stream(rows).map(Step::next).toArray(double[][]::new))
        .toArray(double[][][]::new);
  }

  /**
   * States after each token.
   *
   * @param tokens [steps][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   * @return [steps][batch][hidden]
   */
  public double[][][] states(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    return states(parameters, oneHot(tokens, parameters.inputSize()), h0);
  }

  /**
   * Scores of the next token after each token.
   *
   * @param tokens [steps][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   * @return [steps][batch][vocabulary]
   */
  public double[][][] logits(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    return Arrays.stream(states(parameters, tokens, h0))
        .map(rows -> Arrays.stream(rows).map(h -> logits(parameters, h)).toArray(double[][]::new))
        .toArray(double[][][]::new);
  }

  /**
   * Mean cross-entropy in nats over all positions whose target is not padding; 0 if all are.
   *
   * @param tokens inputs are [0, steps), targets are [1, steps]: [steps + 1][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   */
  public double loss(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    int steps = tokens.length - 1;
    double[][][] logits = logits(parameters, Arrays.copyOf(tokens, steps), h0);
    double sum = 0;
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < h0.length; b++) {
        int target = tokens[t + 1][b];
        if (target >= 0) {
          sum += crossEntropy(logits[t][b], target);
        }
      }
    }
    return sum / Math.max(1, targets(tokens));
  }

  /**
   * The loss and its gradients by backpropagation through all steps.
   *
   * @param tokens inputs are [0, steps), targets are [1, steps]: [steps + 1][batch], −1 is padding
   * @param h0 initial states, [batch][hidden]
   */
  public Gradients gradients(ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    int steps = tokens.length - 1;
    int count = Math.max(1, targets(tokens));
    Step[][] forward =
        forward(parameters, oneHot(Arrays.copyOf(tokens, steps), parameters.inputSize()), h0);
    ReferenceParameters gradients =
        ReferenceParameters.zeros(
            parameters.inputSize(), parameters.hidden(), parameters.vocabulary());
    double[][] stateGradient = new double[h0.length][];
    double loss = 0;
    for (int b = 0; b < h0.length; b++) {
      double[] dNext = new double[parameters.hidden()];
      for (int t = steps - 1; t >= 0; t--) {
        int target = tokens[t + 1][b];
        if (target >= 0) {
          double[] next = forward[t][b].next();
          double[] logits = logits(parameters, next);
          loss += crossEntropy(logits, target) / count;
          // d loss / d logits = (softmax(logits) − onehot(target)) / count
          double[] dLogits = new double[logits.length];
          for (int v = 0; v < logits.length; v++) {
            dLogits[v] = (Math.exp(-crossEntropy(logits, v)) - (v == target ? 1 : 0)) / count;
          }
          addOuter(gradients.tensor(LINEAR_WEIGHT), 0, dLogits, next);
          add(gradients.tensor(LINEAR_BIAS), 0, dLogits);
          addTransposed(dNext, parameters.tensor(LINEAR_WEIGHT), 0, dLogits);
        }
        dNext = backward(parameters, forward[t][b], dNext, gradients);
      }
      stateGradient[b] = dNext;
    }
    return new Gradients(loss, gradients, stateGradient);
  }

  private Step[][] forward(ReferenceParameters parameters, double[][][] x, double[][] h0) {
    Step[][] steps = new Step[x.length][h0.length];
    for (int t = 0; t < x.length; t++) {
      for (int b = 0; b < h0.length; b++) {
        double[] h = t == 0 ? h0[b] : steps[t - 1][b].next();
        steps[t][b] = forward(parameters, x[t][b], h);
      }
    }
    return steps;
  }

  private Step forward(ReferenceParameters parameters, double[] x, double[] h) {
    int hidden = parameters.hidden();
    double[] weightHh = parameters.tensor(WEIGHT_HH);
    double[] biasHh = parameters.tensor(BIAS_HH);
    double[] input =
        affine(parameters.tensor(WEIGHT_IH), parameters.tensor(BIAS_IH), 0, 3 * hidden, x);
    double[] recurrent = affine(weightHh, biasHh, 0, 2 * hidden, h);

    double[] r = new double[hidden];
    double[] z = new double[hidden];
    double[] resetState = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      r[j] = sigmoid(input[j] + recurrent[j]);
      z[j] = sigmoid(input[hidden + j] + recurrent[hidden + j]);
      resetState[j] = r[j] * h[j];
    }

    double[] operand = reset == ResetPlacement.AFTER ? h : resetState;
    double[] product = affine(weightHh, biasHh, 2 * hidden, hidden, operand);
    double[] n = new double[hidden];
    double[] next = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double scale = reset == ResetPlacement.AFTER ? r[j] : 1;
      n[j] = Math.tanh(input[2 * hidden + j] + scale * product[j]);
      next[j] = (1 - z[j]) * n[j] + z[j] * h[j];
    }
    return new Step(x, h, r, z, n, operand, product, next);
  }

  /**
   * One step back; a prefix d is the derivative of the loss by what follows it, a_ marks what is
   * inside σ or tanh, p is the product W_hn o + b_hn of the operand o.
   *
   * <pre>
   *   dn = dh' ⊙ (1 − z)       da_n = dn ⊙ (1 − n²)
   *   dz = dh' ⊙ (h − n)       da_z = dz ⊙ z ⊙ (1 − z)
   *                            da_r = dr ⊙ r ⊙ (1 − r)
   *   after:   dp = da_n ⊙ r   do = W_hnᵀ dp   dr = da_n ⊙ p   dh gains do
   *   before:  dp = da_n       do = W_hnᵀ dp   dr = do ⊙ h     dh gains do ⊙ r
   *
   *   dh = dh' ⊙ z + W_hrᵀ da_r + W_hzᵀ da_z + the gain above
   * </pre>
   *
   * @param gradients gains this step's share
   * @return dh, [hidden]
   */
  private double[] backward(
      ReferenceParameters parameters, Step step, double[] dNext, ReferenceParameters gradients) {
    int hidden = parameters.hidden();
    double[] weightHh = parameters.tensor(WEIGHT_HH);
    boolean after = reset == ResetPlacement.AFTER;

    double[] dInput = new double[3 * hidden]; // da_r, da_z, da_n
    double[] dProduct = new double[hidden];
    double[] dh = new double[hidden];
    for (int j = 0; j < hidden; j++) {
      double z = step.z[j];
      double n = step.n[j];
      dInput[hidden + j] = dNext[j] * (step.h[j] - n) * z * (1 - z);
      dInput[2 * hidden + j] = dNext[j] * (1 - z) * (1 - n * n);
      dProduct[j] = dInput[2 * hidden + j] * (after ? step.r[j] : 1);
      dh[j] = dNext[j] * z;
    }

    double[] dOperand = new double[hidden];
    addTransposed(dOperand, weightHh, 2 * hidden, dProduct);
    for (int j = 0; j < hidden; j++) {
      double r = step.r[j];
      double dr = after ? dInput[2 * hidden + j] * step.product[j] : dOperand[j] * step.h[j];
      dInput[j] = dr * r * (1 - r);
      dh[j] += dOperand[j] * (after ? 1 : r);
    }
    double[] dGates = Arrays.copyOf(dInput, 2 * hidden); // da_r, da_z
    addTransposed(dh, weightHh, 0, dGates);

    addOuter(gradients.tensor(WEIGHT_IH), 0, dInput, step.x);
    add(gradients.tensor(BIAS_IH), 0, dInput);
    addOuter(gradients.tensor(WEIGHT_HH), 0, dGates, step.h);
    add(gradients.tensor(BIAS_HH), 0, dGates);
    addOuter(gradients.tensor(WEIGHT_HH), 2 * hidden, dProduct, step.operand);
    add(gradients.tensor(BIAS_HH), 2 * hidden, dProduct);
    return dh;
  }

  private static double[] logits(ReferenceParameters parameters, double[] h) {
    return affine(
        parameters.tensor(LINEAR_WEIGHT),
        parameters.tensor(LINEAR_BIAS),
        0,
        parameters.vocabulary(),
        h);
  }

  /** −log softmax(logits)[target]. */
  private static double crossEntropy(double[] logits, int target) {
    double max = Arrays.stream(logits).max().orElseThrow();
    return Math.log(Arrays.stream(logits).map(l -> Math.exp(l - max)).sum()) + max - logits[target];
  }

  private static int targets(int[][] tokens) {
    return (int)
        Arrays.stream(tokens).skip(1).flatMapToInt(Arrays::stream).filter(t -> t >= 0).count();
  }

  private static double[][][] oneHot(int[][] tokens, int size) {
    double[][][] x = new double[tokens.length][][];
    for (int t = 0; t < tokens.length; t++) {
      x[t] = new double[tokens[t].length][size];
      for (int b = 0; b < tokens[t].length; b++) {
        x[t][b][Math.max(0, tokens[t][b])] = 1;
      }
    }
    return x;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Rows [first, first + rows) of W v + b. */
  private static double[] affine(double[] weight, double[] bias, int first, int rows, double[] v) {
    double[] result = new double[rows];
    for (int i = 0; i < rows; i++) {
      double sum = bias[first + i];
      for (int j = 0; j < v.length; j++) {
        sum += weight[(first + i) * v.length + j] * v[j];
      }
      result[i] = sum;
    }
    return result;
  }

  /** target += Wᵀ v, with the rows of W from {@code first} on. */
  private static void addTransposed(double[] target, double[] weight, int first, double[] v) {
    for (int i = 0; i < v.length; i++) {
      for (int j = 0; j < target.length; j++) {
        target[j] += weight[(first + i) * target.length + j] * v[i];
      }
    }
  }

  /** W += u vᵀ, in the rows of W from {@code first} on. */
  private static void addOuter(double[] weight, int first, double[] u, double[] v) {
    for (int i = 0; i < u.length; i++) {
      for (int j = 0; j < v.length; j++) {
        weight[(first + i) * v.length + j] += u[i] * v[j];
      }
    }
  }

  private static void add(double[] target, int first, double[] v) {
    for (int i = 0; i < v.length; i++) {
      target[first + i] += v[i];
    }
  }
}
