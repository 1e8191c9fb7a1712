package org.tornadogru.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomTexts.Text;
import org.tornadogru.oracle.ReferenceLayer;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Runs the stages of the graphs on this process' default device and brings out what a user's plan
 * leaves there.
 *
 * @param device with the kernels to run
 */
public record DeviceProbe(Device device) {

  /** The sets that run on this process' device; {@code KernelChoiceTest} reports the others. */
  public static List<KernelSet> everyKernelSet() {
    return DeviceTests.withEveryKernelSet().map(device -> Placement.on(device).kernels()).toList();
  }

  Placement placement() {
    return Placement.on(device);
  }

  /** The model with these tensors, a head's among them. */
  public static Weights weights(RandomLayer model, Map<String, double[]> tensors) {
    return Weights.of(model.config(), model.outputs(), model.reference().floatTensors(tensors));
  }

  /** The loss and all gradients of its mean, but for the inputs'. */
  ReferenceLayer.Gradients gradients(Text text) {
    ModelPlan model = plan(text, Optimization.sgd(1, 1));
    ModelStage stage = model.stage();
    PlanGraph graph = new PlanGraph("gradients").uploadOnce(model.residents().parameters());
    FloatArray initialStateGradient = stage.addGradients(graph).initialStateGradient(0, 0);
    FloatArray gradient = stage.gradient();
    graph.download(gradient, initialStateGradient, stage.loss.count);
    writeStates(text.h0()[0], stage.gru.initialState(0, 0));
    model.load(sequences(text), false);
    try (ExecutionPlan plan = new ExecutionPlan(placement(), graph)) {
      plan.execute(0);
    }

    Map<String, double[]> summed =
        ReferenceLayer.byName(
            new Parameters(ModelLayout.of(text.model().config(), text.model().outputs()), gradient)
                .unpack()
                .tensors());
    double[][] initial = readStates(initialStateGradient, text.h0()[0]);
    double targets = stage.loss.count.get(0);
    Stream.concat(summed.values().stream(), Arrays.stream(initial))
        .forEach(sums -> Arrays.setAll(sums, i -> sums[i] / targets));
    return new ReferenceLayer.Gradients(
        stage.loss.meanLoss.get(0), summed, null, new double[][][] {initial});
  }

  /** The scores of the next token after each, [steps][batch][vocabulary]. */
  double[][][] scores(Text text) {
    try (ModelPlan plan = plan(text, null)) {
      writeStates(text.h0()[0], plan.stage().gru.initialState(0, 0));
      plan.load(sequences(text).withoutLast(), false);
      plan.predict();
      return LayerOutput.doubles(plan.outputs().to3d());
    }
  }

  /** A plan for the text as a language model. */
  ModelPlan plan(Text text, Optimization optimizer) {
    Weights weights = weights(text.model(), text.tensors());
    Head head = Head.nextToken(weights.outputs());
    return new ModelPlan(
        weights, sequence(text), new ModelPlan.Use(head, false, false, optimizer), placement());
  }

  public static Sequences sequences(Text text) {
    return Sequences.ofTokens(text.tokens());
  }

  /** What a plan is made for that is to learn the text. */
  public static SequenceShape sequence(Text text) {
    return new SequenceShape(text.model().steps(), text.model().batch());
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
}
