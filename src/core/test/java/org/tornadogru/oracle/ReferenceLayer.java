package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;

/**
 * Every kind of GRU, and a linear layer behind it, in double precision, one vector at a time,
 * written to be read. Gradients come from a {@link Tape}.
 *
 * <pre>
 *   p  = m ⊙ h                                         m: recurrent dropout's multipliers, or 1
 *   r  = f(W_ir x + b_ir + W_hr p + b_hr)
 *   z  = f(W_iz x + b_iz + W_hz p + b_hz)
 *   n  = g(W_in x + b_in + r ⊙ (W_hn p + b_hn))        reset AFTER the product
 *   n  = g(W_in x + b_in + W_hn (r ⊙ p) + b_hn)        reset BEFORE the product
 *   h' = (1 − z) ⊙ n + z ⊙ h
 * </pre>
 *
 * r = 1 and z = 0 where {@link GruConfig#gating} leaves them out. Tensors have PyTorch's names and
 * are flat, row-major; biases that are missing are zeros.
 *
 * @param config which GRU; its dropout probabilities play no part, as the input has the multipliers
 * @see <a href="https://arxiv.org/abs/1406.1078">Cho et al. 2014, equations 5 to 8</a>
 */
public record ReferenceLayer(GruConfig config) {

  /**
   * Gradients of a loss.
   *
   * @param loss the loss
   * @param tensors by each tensor, under the tensor's name
   * @param x by the inputs, [T][N][I]; by the one-hot vectors for token ids
   * @param h0 by the initial states, [L·D][N][H]
   */
  // Arrays as record components: the record carries values and is never compared.
  @SuppressWarnings("ArrayRecordComponent")
  public record Gradients(
      double loss, Map<String, double[]> tensors, double[][][] x, double[][][] h0) {

    /**
     * Asserts that an implementation's gradients are these within {@code tolerance · max(1,
     * |expected|)}.
     *
     * @param what the case, for the message
     * @param actual x may be null, as token ids have no gradient
     */
    public void assertReproducedBy(Object what, Gradients actual, double tolerance) {
      LayerOutput.assertEquals(
          what + ": loss", new double[] {actual.loss}, new double[] {loss}, tolerance);
      assertThat(actual.tensors).as("%s: tensors", what).containsOnlyKeys(tensors.keySet());
      tensors.forEach(
          (name, expected) ->
              LayerOutput.assertEquals(
                  what + ": d " + name, actual.tensors.get(name), expected, tolerance));
      if (actual.x != null) {
        LayerOutput.assertEquals(what + ": dx", actual.x, x, tolerance);
      }
      LayerOutput.assertEquals(what + ": dh0", actual.h0, h0, tolerance);
    }
  }

  /** A float implementation's tensors, or gradients, under their names. */
  public static Map<String, double[]> byName(List<Tensor> tensors) {
    return tensors.stream()
        .collect(
            Collectors.toMap(Tensor::name, tensor -> ReferenceParameters.doubles(tensor.values())));
  }

  /** Outputs and final states. */
  public LayerOutput forward(Map<String, double[]> tensors, LayerInput input) {
    Pass pass = new Pass(config, tensors, input, false);
    return new LayerOutput(
        pass.read(pass.y, pass.tape::value),
        pass.read(pass.finalStates, pass.tape::value),
        pass.read(new int[][][] {pass.last}, pass.tape::value)[0]);
  }

  /** The last layer's outputs before they are merged: [D][T][N][H]. */
  public double[][][][] walkOutputs(Map<String, double[]> tensors, LayerInput input) {
    Pass pass = new Pass(config, tensors, input, false);
    return Arrays.stream(pass.walks)
        .map(walk -> pass.read(walk, pass.tape::value))
        .toArray(double[][][][]::new);
  }

  /** The linear layer's scores, [S][N][outputs]: S is T, or 1 for the last step's. */
  public double[][][] scores(Map<String, double[]> tensors, LayerInput input, LayerLoss.Head head) {
    Pass pass = new Pass(config, tensors, input, false);
    return pass.read(pass.scores(head), pass.tape::value);
  }

  public double loss(Map<String, double[]> tensors, LayerInput input, LayerLoss loss) {
    Pass pass = new Pass(config, tensors, input, false);
    return pass.tape.value(pass.loss(loss));
  }

  public Gradients gradients(Map<String, double[]> tensors, LayerInput input, LayerLoss loss) {
    Pass pass = new Pass(config, tensors, input, true);
    int node = pass.loss(loss);
    double[] gradient = pass.tape.gradient(node);
    Map<String, double[]> byTensor = new LinkedHashMap<>();
    pass.tensors.forEach(
        (name, nodes) ->
            byTensor.put(name, Arrays.stream(nodes).mapToDouble(i -> gradient[i]).toArray()));
    return new Gradients(
        pass.tape.value(node),
        byTensor,
        pass.read(pass.x, i -> gradient[i]),
        pass.read(pass.h0, i -> gradient[i]));
  }

  /** x within [−limit, limit]. */
  private record Clip(double limit) implements Tape.Scalar {
    @Override
    public double value(double x) {
      return Math.clamp(x, -limit, limit);
    }

    @Override
    public double slope(double x) {
      return Math.abs(x) < limit ? 1 : 0;
    }
  }

  /** One evaluation. Vectors are nodes of the tape. */
  private static final class Pass {
    final Tape tape;
    final GruConfig config;
    final LayerInput input;
    final Map<String, int[]> tensors = new LinkedHashMap<>();
    final int[][][] x;
    final int[][][] h0;
    final int[] zeros;

    final int[][][] finalStates;
    int[][][][] walks;
    int[][][] y;
    int[][] last;

    Pass(GruConfig config, Map<String, double[]> values, LayerInput input, boolean differentiable) {
      tape = new Tape(differentiable);
      this.config = config;
      this.input = input;
      int directions = config.direction().walks();
      values.forEach((name, tensor) -> tensors.put(name, tape.leaves(tensor)));
      zeros = tape.leaves(new double[config.hiddenSize()]);
      x = leaves(input.x());
      h0 =
          leaves(
              input.h0() == null
                  ? new double[config.walks()][input.batch()][config.hiddenSize()]
                  : input.h0());
      finalStates = new int[config.walks()][input.batch()][];
      y = droppedInputs();
      for (int layer = 0; layer < config.layers(); layer++) {
        walks = new int[directions][input.steps()][input.batch()][];
        for (int direction = 0; direction < directions; direction++) {
          for (int row = 0; row < input.batch(); row++) {
            walk(layer, direction, row);
          }
        }
        mergeWalks(layer);
      }
      int first = config.walks() - directions;
      last = new int[input.batch()][];
      for (int row = 0; row < input.batch(); row++) {
        int n = row;
        last[n] = merge(direction -> finalStates[first + direction][n]);
      }
    }

    int[][][] droppedInputs() {
      int[][][] dropped = new int[input.steps()][input.batch()][];
      for (int t = 0; t < input.steps(); t++) {
        for (int n = 0; n < input.batch(); n++) {
          boolean drops = input.dropout() != null && input.dropout().input() != null;
          dropped[t][n] = drops ? tape.scale(input.dropout().input()[n], x[t][n]) : x[t][n];
        }
      }
      return dropped;
    }

    /** A row's way through the sequence; y holds the layer's inputs. */
    void walk(int layer, int direction, int row) {
      boolean reverse = config.direction().isReverse(direction);
      String suffix = "_l" + layer + (reverse ? "_reverse" : "");
      int state = layer * config.direction().walks() + direction;
      boolean drops = input.dropout() != null && input.dropout().recurrent() != null;
      double[] multipliers = drops ? input.dropout().recurrent()[state][row] : null;

      int[] h = h0[state][row];
      int[] output = zeros;
      for (int step = 0; step < input.steps(); step++) {
        int t = reverse ? input.steps() - 1 - step : step;
        if (input.isValid(t, row)) {
          h = cell(suffix, y[t][row], h, multipliers);
          output = h;
        } else if (config.maskedOutput() == MaskedOutput.ZERO) {
          output = zeros;
        }
        walks[direction][config.keepReversed() ? step : t][row] = output;
      }
      finalStates[state][row] = h;
    }

    int[] cell(String suffix, int[] input, int[] h, double[] multipliers) {
      int[] p = multipliers == null ? h : tape.scale(multipliers, h);
      int[] r =
          config.gating().resets()
              ? gate(config.gateActivation(), input(0, suffix, input), recurrent(0, suffix, p))
              : tape.leaves(filled(1));
      int[] z =
          config.gating().updates()
              ? gate(config.gateActivation(), input(1, suffix, input), recurrent(1, suffix, p))
              : zeros;
      int[] product =
          config.reset() == ResetPlacement.AFTER
              ? tape.multiply(r, recurrent(2, suffix, p))
              : recurrent(2, suffix, tape.multiply(r, p));
      int[] n = gate(config.candidateActivation(), input(2, suffix, input), product);
      return tape.add(
          tape.multiply(tape.subtract(tape.leaves(filled(1)), z), n), tape.multiply(z, h));
    }

    int[] gate(ActivationFunction function, int[] fromInput, int[] fromState) {
      int[] argument = tape.add(fromInput, fromState);
      if (!Float.isInfinite(config.clip())) {
        argument = tape.map(new Clip(config.clip()), argument);
      }
      return tape.map(new ReferenceActivation(function), argument);
    }

    /** W_i x + b_i of a gate: 0 for r, 1 for z, 2 for n. */
    int[] input(int gate, String suffix, int[] v) {
      return affine("weight_ih" + suffix, "bias_ih" + suffix, gate, v);
    }

    /** W_h v + b_h of a gate. */
    int[] recurrent(int gate, String suffix, int[] v) {
      return affine("weight_hh" + suffix, "bias_hh" + suffix, gate, v);
    }

    int[] affine(String weight, String bias, int gate, int[] v) {
      int hidden = config.hiddenSize();
      int from = gate * hidden;
      int[] product = tape.product(tensors.get(weight), from, hidden, v);
      int[] biases = tensors.get(bias);
      return biases == null
          ? product
          : tape.add(product, Arrays.copyOfRange(biases, from, from + hidden));
    }

    /** The layer's outputs, and dropout before the next layer. */
    void mergeWalks(int layer) {
      boolean drops =
          input.dropout() != null
              && input.dropout().between() != null
              && layer < config.layers() - 1;
      y = new int[input.steps()][input.batch()][];
      for (int step = 0; step < input.steps(); step++) {
        for (int row = 0; row < input.batch(); row++) {
          int t = step;
          int n = row;
          int[] merged = merge(direction -> walks[direction][t][n]);
          y[t][n] = drops ? tape.scale(input.dropout().between()[layer][t][n], merged) : merged;
        }
      }
    }

    int[] merge(IntFunction<int[]> ofDirection) {
      int[] forward = ofDirection.apply(0);
      if (config.direction().walks() == 1) {
        return forward;
      }
      int[] reverse = ofDirection.apply(1);
      return switch (config.merge()) {
        case CONCAT -> Stream.of(forward, reverse).flatMapToInt(Arrays::stream).toArray();
        case SUM -> tape.add(forward, reverse);
        case AVERAGE -> tape.combine(forward, 0.5, reverse, 0.5);
        case MULTIPLY -> tape.multiply(forward, reverse);
      };
    }

    // ---- Heads and losses ----

    int[][][] scores(LayerLoss.Head head) {
      int[][][] features = head == LayerLoss.Head.LAST ? new int[][][] {last} : y;
      return Arrays.stream(features)
          .map(rows -> Arrays.stream(rows).map(this::linear).toArray(int[][]::new))
          .toArray(int[][][]::new);
    }

    int[] linear(int[] features) {
      int[] weight = tensors.get("linear.weight");
      int[] product = tape.product(weight, 0, weight.length / features.length, features);
      int[] bias = tensors.get("linear.bias");
      return bias == null ? product : tape.add(product, bias);
    }

    int loss(LayerLoss loss) {
      return switch (loss) {
        case LayerLoss.WeightedSum sum -> weightedSum(sum);
        case LayerLoss.CrossEntropy entropy -> mean(crossEntropies(entropy));
        case LayerLoss.MeanSquaredError error -> mean(squaredErrors(error));
      };
    }

    int weightedSum(LayerLoss.WeightedSum sum) {
      double[][][] ofLast = sum.last() == null ? null : new double[][][] {sum.last()};
      int[] parts = {
        weightedSum(sum.y(), y),
        weightedSum(sum.finalStates(), finalStates),
        weightedSum(ofLast, new int[][][] {last})
      };
      return tape.sum(new double[] {1, 1, 1}, parts);
    }

    int weightedSum(double[][][] weights, int[][][] nodes) {
      return weights == null
          ? zeros[0]
          : tape.sum(
              Arrays.stream(weights)
                  .flatMap(Arrays::stream)
                  .flatMapToDouble(Arrays::stream)
                  .toArray(),
              Arrays.stream(nodes).flatMap(Arrays::stream).flatMapToInt(Arrays::stream).toArray());
    }

    int[] crossEntropies(LayerLoss.CrossEntropy loss) {
      int[][][] scores = scores(loss.head());
      IntStream.Builder losses = IntStream.builder();
      for (int s = 0; s < scores.length; s++) {
        for (int n = 0; n < scores[s].length; n++) {
          int target = loss.targets()[s][n];
          if (target >= 0) {
            int[] both = {tape.logSumExp(scores[s][n]), scores[s][n][target]};
            losses.add(tape.sum(new double[] {1, -1}, both));
          }
        }
      }
      return losses.build().toArray();
    }

    int[] squaredErrors(LayerLoss.MeanSquaredError loss) {
      int[][][] scores = scores(loss.head());
      IntStream.Builder errors = IntStream.builder();
      for (int s = 0; s < scores.length; s++) {
        for (int n = 0; n < scores[s].length; n++) {
          if (loss.counted() == null || loss.counted()[s][n]) {
            int[] error = tape.subtract(scores[s][n], tape.leaves(loss.targets()[s][n]));
            Arrays.stream(tape.multiply(error, error)).forEach(errors::add);
          }
        }
      }
      return errors.build().toArray();
    }

    int mean(int[] nodes) {
      double[] weights = new double[nodes.length];
      Arrays.fill(weights, 1.0 / nodes.length);
      return tape.sum(weights, nodes);
    }

    // ---- Arrays ----

    int[][][] leaves(double[][][] values) {
      return Arrays.stream(values)
          .map(rows -> Arrays.stream(rows).map(tape::leaves).toArray(int[][]::new))
          .toArray(int[][][]::new);
    }

    double[] filled(double value) {
      double[] vector = new double[config.hiddenSize()];
      Arrays.fill(vector, value);
      return vector;
    }

    double[][][] read(int[][][] nodes, IntToDoubleFunction value) {
      return Arrays.stream(nodes)
          .map(
              rows ->
                  Arrays.stream(rows)
                      .map(row -> Arrays.stream(row).mapToDouble(value).toArray())
                      .toArray(double[][]::new))
          .toArray(double[][][]::new);
    }
  }
}
