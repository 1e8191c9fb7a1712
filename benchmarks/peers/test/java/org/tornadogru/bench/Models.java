package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.SgdConfig;
import org.tornadogru.nn.Tensor;
import org.tornadogru.oracle.RandomShapes;
import org.tornadogru.oracle.RandomShapes.Shape;
import org.tornadogru.oracle.ReferenceParameters;

/**
 * Peers that hold a random shape's weights. One thread each: more of them only wait for each other
 * at these sizes.
 */
final class Models {

  private Models() {}

  /** The shapes that LibTorch can do: reset after the product. */
  static Stream<Shape> shapes() {
    return RandomShapes.shapes().filter(shape -> shape.reset() == ResetPlacement.AFTER);
  }

  static LibTorchPeer libTorch(Shape shape, SgdConfig sgd, DataType precision) {
    return new LibTorchPeer(
        config(shape), tensors(shape.parameters()), sequence(shape), sgd, precision, 1);
  }

  static OnnxRuntimePeer onnxRuntime(Shape shape) {
    return new OnnxRuntimePeer(config(shape), tensors(shape.parameters()), sequence(shape), 1);
  }

  /** [steps + 1][batch] in one array. */
  static int[] tokens(Shape shape) {
    return Arrays.stream(shape.tokens()).flatMapToInt(Arrays::stream).toArray();
  }

  /** Checks a continuation of a prompt against the reference, twice: the first leaves no state. */
  static void assertGreedy(Shape shape, GenerationPeer peer) {
    int[] prompt = new SplittableRandom(shape.seed()).ints(9, 0, shape.vocabulary()).toArray();
    int[] first = peer.generate(prompt, 20);
    assertThat(peer.generate(prompt, 20)).containsExactly(first);
    assertThat(Greedy.regret(shape.parameters(), shape.reset(), prompt, first, 1).absolute())
        .isLessThan(1e-6);
  }

  static float[] join(double[][][] values) {
    double[] joined =
        Arrays.stream(values).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream).toArray();
    return Tensors.floats(joined);
  }

  private static GruConfig config(Shape shape) {
    return GruConfig.ofTokens(shape.vocabulary(), shape.hidden(), shape.reset());
  }

  private static SequenceShape sequence(Shape shape) {
    return new SequenceShape(shape.steps(), shape.batch());
  }

  private static List<Tensor> tensors(ReferenceParameters parameters) {
    int gates = 3 * parameters.hidden();
    return List.of(
        tensor(parameters, ReferenceParameters.WEIGHT_IH, gates, parameters.inputSize()),
        tensor(parameters, ReferenceParameters.WEIGHT_HH, gates, parameters.hidden()),
        tensor(parameters, ReferenceParameters.BIAS_IH, gates),
        tensor(parameters, ReferenceParameters.BIAS_HH, gates),
        tensor(
            parameters,
            ReferenceParameters.LINEAR_WEIGHT,
            parameters.vocabulary(),
            parameters.hidden()),
        tensor(parameters, ReferenceParameters.LINEAR_BIAS, parameters.vocabulary()));
  }

  private static Tensor tensor(ReferenceParameters parameters, String name, Integer... shape) {
    return new Tensor(name, List.of(shape), parameters.floats(name));
  }
}
