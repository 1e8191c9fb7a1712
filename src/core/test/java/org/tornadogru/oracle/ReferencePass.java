package org.tornadogru.oracle;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.ResetPlacement;

/** One evaluation of a {@link ReferenceLayer}. Vectors are nodes of the tape. */
final class ReferencePass {
  final Tape tape;
  final GruConfig config;
  final LayerInput input;
  final Map<String, int[]> tensors = new LinkedHashMap<>();
  final int[][][] x;
  final int[][][] h0;
  final int[] zeros;
  final int[] ones;

  final int[][][] finalStates;

  /** r, z, n and h' of every walk, in the order of the input: [L·D][4][T][N][H]. */
  final int[][][][][] gates;

  int[][][][] walks;
  int[][][] y;
  int[][] last;

  ReferencePass(
      GruConfig config, Map<String, double[]> values, LayerInput input, boolean differentiable) {
    tape = new Tape(differentiable);
    this.config = config;
    this.input = input;
    int directions = config.direction().walks();
    values.forEach((name, tensor) -> tensors.put(name, tape.leaves(tensor)));
    zeros = tape.leaves(new double[config.hiddenSize()]);
    ones = tape.leaves(DoubleStream.generate(() -> 1).limit(zeros.length).toArray());
    x = leaves(input.x());
    h0 =
        leaves(
            input.h0() == null
                ? new double[config.walks()][input.batch()][config.hiddenSize()]
                : input.h0());
    finalStates = new int[config.walks()][input.batch()][];
    gates = new int[config.walks()][4][input.steps()][input.batch()][];
    y = droppedInputs(embedded());
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
    int units = config.hiddenSize(config.layers() - 1);
    last = new int[input.batch()][];
    for (int row = 0; row < input.batch(); row++) {
      int n = row;
      last[n] = merge(direction -> Arrays.copyOf(finalStates[first + direction][n], units));
    }
  }

  /** The vectors that one-hot vectors pick: Eᵀ x. */
  int[][][] embedded() {
    if (!config.hasEmbedding()) {
      return x;
    }
    int size = config.embeddingSize();
    int[] table = tensors.get("embedding.weight");
    int[] transposed = new int[table.length];
    Arrays.setAll(transposed, i -> table[i % config.inputSize() * size + i / config.inputSize()]);
    return Arrays.stream(x)
        .map(
            rows ->
                Arrays.stream(rows)
                    .map(row -> tape.product(transposed, 0, size, row))
                    .toArray(int[][]::new))
        .toArray(int[][][]::new);
  }

  int[][][] droppedInputs(int[][][] vectors) {
    int[][][] dropped = new int[input.steps()][input.batch()][];
    for (int t = 0; t < input.steps(); t++) {
      for (int n = 0; n < input.batch(); n++) {
        boolean drops = input.dropout() != null && input.dropout().input() != null;
        dropped[t][n] =
            drops ? tape.scale(input.dropout().input()[n], vectors[t][n]) : vectors[t][n];
      }
    }
    return dropped;
  }

  /** A row's way through the sequence; y holds the layer's inputs. */
  void walk(int layer, int direction, int row) {
    int units = config.hiddenSize(layer);
    int[] none = Arrays.copyOf(zeros, units);
    boolean reverse = config.direction().isReverse(direction);
    String suffix = "_l" + layer + (reverse ? "_reverse" : "");
    int state = layer * config.direction().walks() + direction;
    boolean drops = input.dropout() != null && input.dropout().recurrent() != null;
    double[] multipliers = drops ? input.dropout().recurrent()[state][row] : null;

    int[] h = Arrays.copyOf(h0[state][row], units);
    int[] output = none;
    for (int step = 0; step < input.steps(); step++) {
      int t = reverse ? input.steps() - 1 - step : step;
      int[][] cell = {none, Arrays.copyOf(ones, units), none, h};
      if (input.isValid(t, row)) {
        cell = cell(suffix, direction, y[t][row], h, multipliers);
        h = cell[3];
        output = h;
      } else if (config.maskedOutput() == MaskedOutput.ZERO) {
        output = none;
      }
      walks[direction][config.keepReversed() ? step : t][row] = output;
      for (int gate = 0; gate < cell.length; gate++) {
        gates[state][gate][t][row] = cell[gate];
      }
    }
    finalStates[state][row] = zeros.clone();
    System.arraycopy(h, 0, finalStates[state][row], 0, units);
  }

  /** r, z, n and h'. */
  int[][] cell(String suffix, int direction, int[] input, int[] h, double[] multipliers) {
    ActivationFunction f = config.gateActivation(direction);
    int[] ones = Arrays.copyOf(this.ones, h.length);
    int[] p = multipliers == null ? h : tape.scale(multipliers, h);
    int[] r =
        config.gating().resets() ? gate(f, input(0, suffix, input), recurrent(0, suffix, p)) : ones;
    int[] z =
        config.gating().updates()
            ? gate(f, input(1, suffix, input), recurrent(1, suffix, p))
            : Arrays.copyOf(zeros, h.length);
    int[] product =
        config.reset() == ResetPlacement.AFTER
            ? tape.multiply(r, recurrent(2, suffix, p))
            : recurrent(2, suffix, tape.multiply(r, p));
    int[] n = gate(config.candidateActivation(direction), input(2, suffix, input), product);
    int[] next = tape.add(tape.multiply(tape.subtract(ones, z), n), tape.multiply(z, h));
    return new int[][] {r, z, n, next};
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
    int hidden = tensors.get(weight).length / v.length / 3;
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
        input.dropout() != null && input.dropout().between() != null && layer < config.layers() - 1;
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
        .map(rows -> Arrays.stream(rows).map(this::score).toArray(int[][]::new))
        .toArray(int[][][]::new);
  }

  int[] score(int[] features) {
    int[] values = features;
    for (int layer = 0; layer < config.dense().size(); layer++) {
      ActivationFunction f = config.dense().get(layer).activation();
      String name = "dense_" + layer;
      values = tape.map(new ReferenceActivation(f), linear(name + ".weight", name, values));
    }
    return linear(config.tied() ? "embedding.weight" : "linear.weight", "linear", values);
  }

  int[] linear(String weightName, String name, int[] features) {
    int[] weight = tensors.get(weightName);
    int[] product = tape.product(weight, 0, weight.length / features.length, features);
    int[] bias = tensors.get(name + ".bias");
    return bias == null ? product : tape.add(product, bias);
  }

  int loss(LayerLoss loss) {
    return switch (loss) {
      case LayerLoss.WeightedSum sum -> weightedSum(sum);
      case LayerLoss.CrossEntropy entropy -> crossEntropy(entropy);
      case LayerLoss.OfValues values -> mean(lossesOf(values));
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

  /** Σ w[target] (1 − ε) loss(target) + ε / C Σ_c w[c] loss(c), over Σ w[target]. */
  int crossEntropy(LayerLoss.CrossEntropy loss) {
    int[][][] scores = scores(loss.head());
    double smoothing = loss.loss().labelSmoothing();
    IntStream.Builder losses = IntStream.builder();
    double divisor = 0;
    for (int s = 0; s < scores.length; s++) {
      for (int n = 0; n < scores[s].length; n++) {
        int target = loss.targets()[s][n];
        if (target >= 0) {
          int classes = scores[s][n].length;
          divisor += weight(loss, target);
          int[] ofClasses = new int[classes];
          double[] shares = new double[classes];
          for (int c = 0; c < classes; c++) {
            int[] both = {tape.logSumExp(scores[s][n]), scores[s][n][c]};
            ofClasses[c] = tape.sum(new double[] {1, -1}, both);
            shares[c] = weight(loss, c) * smoothing / classes;
          }
          shares[target] += weight(loss, target) * (1 - smoothing);
          losses.add(tape.sum(shares, ofClasses));
        }
      }
    }
    return sum(1 / divisor, losses.build().toArray());
  }

  private static double weight(LayerLoss.CrossEntropy loss, int target) {
    List<Float> weights = loss.loss().classWeights();
    return weights.isEmpty() ? 1 : weights.get(target);
  }

  int[] lossesOf(LayerLoss.OfValues loss) {
    int[][][] scores = scores(loss.head());
    IntStream.Builder losses = IntStream.builder();
    for (int s = 0; s < scores.length; s++) {
      for (int n = 0; n < scores[s].length; n++) {
        if (loss.counted() == null || loss.counted()[s][n]) {
          for (int j = 0; j < scores[s][n].length; j++) {
            Tape.Scalar f = new ReferenceValueLoss(loss.loss(), j, loss.targets()[s][n][j]);
            losses.add(tape.map(f, new int[] {scores[s][n][j]})[0]);
          }
        }
      }
    }
    return losses.build().toArray();
  }

  int mean(int[] nodes) {
    return sum(1.0 / nodes.length, nodes);
  }

  int sum(double factor, int[] nodes) {
    double[] weights = new double[nodes.length];
    Arrays.fill(weights, factor);
    return tape.sum(weights, nodes);
  }

  // ---- Arrays ----

  int[][][] leaves(double[][][] values) {
    return Arrays.stream(values)
        .map(rows -> Arrays.stream(rows).map(tape::leaves).toArray(int[][]::new))
        .toArray(int[][][]::new);
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
}
