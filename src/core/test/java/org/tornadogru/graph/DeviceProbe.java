package org.tornadogru.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.ReferenceGru.Gradients;
import org.tornadogru.oracle.ReferenceParameters;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Runs the stages of the graphs on this process' default device and brings out what a user's plan
 * leaves there.
 *
 * @param kernels the twins to run
 */
public record DeviceProbe(KernelSet kernels) {

  /** The sets that run on this process' device; {@code KernelChoiceTest} reports the others. */
  public static List<KernelSet> everyKernelSet() {
    return DeviceTests.withEveryKernelSet().map(device -> Placement.on(device).kernels()).toList();
  }

  /** The loss and all gradients of its mean. */
  Gradients gradients(
      ResetPlacement reset, ReferenceParameters parameters, int[][] tokens, double[][] h0) {
    return gradients(kernels, reset, parameters, tokens, h0);
  }

  private static Gradients gradients(
      KernelSet kernels,
      ResetPlacement reset,
      ReferenceParameters parameters,
      int[][] tokens,
      double[][] h0) {
    Weights weights = weights(reset, parameters);
    SequenceShape sequence = new SequenceShape(tokens.length - 1, h0.length);
    DeviceShape shape = new DeviceShape(sequence, kernels);
    LanguageModelStages stages = new LanguageModelStages(weights.layout(), shape);
    LanguageModelStages.Backward backward = stages.backward();
    FloatArray gradient = backward.gradients.gradient;
    FloatArray initialStateGradient = backward.gruBackward.initialStateGradient(0, 0);
    FloatArray view = weights.parameters();
    PlanGraph graph = new PlanGraph("gradients").uploadOnce(view);
    stages.addLoss(graph, view, true);
    backward.addTo(graph, view);
    graph.download(gradient, initialStateGradient, stages.loss.count);
    writeStates(h0, stages.gru.initialState(0, 0));
    stages.load(flat(tokens));
    try (ExecutionPlan plan = new ExecutionPlan(new Placement(Device.fastest(), kernels), graph)) {
      plan.execute(0);
    }

    double targets = stages.loss.count.get(0);
    ReferenceParameters summed = parameters(new Weights(weights.layout(), gradient));
    summed.tensors().values().forEach(tensor -> divide(tensor, targets));
    double[][] initial = readStates(initialStateGradient, h0);
    Arrays.stream(initial).forEach(row -> divide(row, targets));
    return new Gradients(stages.loss.meanLoss.get(0), summed, initial);
  }

  /**
   * The state after each step, for dense inputs: every input vector becomes a symbol of its own,
   * and the output layer the identity.
   *
   * @param x [steps][batch][inputSize]
   * @return [steps][batch][hidden]
   */
  double[][][] states(
      ResetPlacement reset, ReferenceParameters parameters, double[][][] x, double[][] h0) {
    int steps = x.length;
    int batch = h0.length;
    int hidden = parameters.hidden();
    int symbols = Math.max(steps * batch, hidden);
    ReferenceParameters model = ReferenceParameters.zeros(symbols, hidden, symbols);
    copy(parameters, model, ReferenceParameters.WEIGHT_HH);
    copy(parameters, model, ReferenceParameters.BIAS_IH);
    copy(parameters, model, ReferenceParameters.BIAS_HH);
    for (int unit = 0; unit < hidden; unit++) {
      model.tensor(ReferenceParameters.LINEAR_WEIGHT)[unit * hidden + unit] = 1;
    }
    double[] products = model.tensor(ReferenceParameters.WEIGHT_IH);
    double[] weights = parameters.tensor(ReferenceParameters.WEIGHT_IH);
    int inputs = parameters.inputSize();
    int[][] tokens = new int[steps][batch];
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < batch; b++) {
        int symbol = t * batch + b;
        tokens[t][b] = symbol;
        for (int column = 0; column < 3 * hidden; column++) {
          for (int i = 0; i < inputs; i++) {
            products[column * symbols + symbol] += weights[column * inputs + i] * x[t][b][i];
          }
        }
      }
    }
    float[] logits = logits(kernels, reset, model, tokens, h0);
    double[][][] states = new double[steps][batch][hidden];
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < batch; b++) {
        for (int unit = 0; unit < hidden; unit++) {
          states[t][b][unit] = logits[(t * batch + b) * symbols + unit];
        }
      }
    }
    return states;
  }

  private static float[] logits(
      KernelSet kernels,
      ResetPlacement reset,
      ReferenceParameters model,
      int[][] tokens,
      double[][] h0) {
    Weights weights = weights(reset, model);
    SequenceShape sequence = new SequenceShape(tokens.length, h0.length);
    try (InferencePlan plan =
        new InferencePlan(weights, sequence, new Placement(Device.fastest(), kernels))) {
      writeStates(h0, plan.initialState());
      plan.run(flat(tokens));
      return plan.logits();
    }
  }

  /** The same parameters as a model of ours. */
  public static Weights weights(ResetPlacement reset, ReferenceParameters parameters) {
    GruConfig config = GruConfig.ofTokens(parameters.inputSize(), parameters.hidden(), reset);
    List<Tensor> tensors =
        Weights.zeros(config, config.inputSize()).tensors().stream()
            .map(
                tensor ->
                    new Tensor(tensor.name(), tensor.shape(), parameters.floats(tensor.name())))
            .toList();
    return Weights.of(config, config.inputSize(), tensors);
  }

  /** A model of ours as the reference sees it. */
  static ReferenceParameters parameters(Weights weights) {
    Map<String, float[]> tensors =
        weights.tensors().stream().collect(Collectors.toMap(Tensor::name, Tensor::values));
    int symbols = weights.config().inputSize();
    return ReferenceParameters.ofFloats(symbols, weights.config().hiddenSize(), symbols, tensors);
  }

  static int[] flat(int[][] tokens) {
    return Arrays.stream(tokens).flatMapToInt(Arrays::stream).toArray();
  }

  private static void writeStates(double[][] states, FloatArray array) {
    int stride = stride(states);
    for (int row = 0; row < states.length; row++) {
      for (int unit = 0; unit < states[row].length; unit++) {
        array.set(row * stride + unit, (float) states[row][unit]);
      }
    }
  }

  private static double[][] readStates(FloatArray array, double[][] like) {
    int stride = stride(like);
    return IntStream.range(0, like.length)
        .mapToObj(
            row ->
                IntStream.range(0, like[row].length)
                    .mapToDouble(unit -> array.get(row * stride + unit))
                    .toArray())
        .toArray(double[][]::new);
  }

  private static int stride(double[][] states) {
    return Tiles.padded(states[0].length);
  }

  private static void divide(double[] values, double divisor) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= divisor;
    }
  }

  private static void copy(ReferenceParameters from, ReferenceParameters to, String name) {
    System.arraycopy(from.tensor(name), 0, to.tensor(name), 0, from.tensor(name).length);
  }
}
