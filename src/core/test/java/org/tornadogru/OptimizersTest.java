package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Adagrad;
import org.tornadogru.optim.Adam;
import org.tornadogru.optim.Clipping;
import org.tornadogru.optim.NAdam;
import org.tornadogru.optim.Optimization;
import org.tornadogru.optim.RmsProp;
import org.tornadogru.optim.Sgd;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.ReferenceLayer;
import org.tornadogru.oracle.ReferenceOptimizer;

/**
 * Every optimizer, with all that may bound, freeze or average, against the reference in double
 * precision: each goes its own way, by gradients of its own at its own weights.
 */
class OptimizersTest {

  private static final Device DEVICE = Device.fastest();

  /** A device compiles each of these anew, and the formulas are the same from the third on. */
  private static final int UPDATES = DEVICE.isPlainJvm() ? 200 : 6;

  /** Of the largest number of a tensor: what is left of rounding after 200 updates. */
  private static final double CLOSE = 1e-5;

  /**
   * The same where gradients have been rounded too. First updates divide a gradient by its own
   * size, so that one near zero, of which rounding leaves little, moves its weight by a good part
   * of what all move by: 0.005 of Adam and 10 η = 0.005 of RMSProp, at weights of up to 0.24.
   */
  private static final double ROUNDED = 2e-4;

  private static final int SYMBOLS = 6;
  private static final int CLASSES = 3;

  /** Two tiles of hidden features, the second not full. */
  private static final GruConfig ONE_HOT =
      GruConfig.builder(SYMBOLS, 18).tokens().layers(2).build();

  private static final GruConfig TABLE = ONE_HOT.toBuilder().embedding(5).build();
  private static final GruConfig TIED = ONE_HOT.toBuilder().embedding(18).tied().build();

  /** Smooth ones: at a kink, rounding could send a unit the other way. */
  private static final GruConfig DENSE =
      ONE_HOT.toBuilder()
          .dense(
              new Dense(17, ActivationFunction.of(ActivationFunction.Kind.SOFTPLUS)),
              new Dense(7, ActivationFunction.TANH))
          .build();

  /** Three batches that come round. */
  private static final List<Example> EXAMPLES =
      IntStream.range(0, 3).mapToObj(seed -> Example.random(4, 2, seed)).toList();

  /**
   * A batch.
   *
   * @param tokens [T][N]
   * @param classes [N]
   */
  // Arrays as record components: the record carries values and is never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Example(int[][] tokens, int... classes) {

    static Example random(int steps, int rows, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int[][] tokens = new int[steps][];
      Arrays.setAll(tokens, t -> random.ints(rows, 0, SYMBOLS).toArray());
      return new Example(tokens, random.ints(rows, 0, CLASSES).toArray());
    }

    Batch batch() {
      return new Batch(Sequences.ofTokens(tokens), Labels.classes(classes));
    }

    ReferenceLayer.Gradients gradients(GruConfig config, Map<String, double[]> tensors) {
      return new ReferenceLayer(config)
          .gradients(
              tensors,
              LayerInput.ofTokens(tokens, SYMBOLS),
              new LayerLoss.CrossEntropy(
                  LayerLoss.Head.LAST, new int[][] {classes}, Loss.crossEntropy()));
    }
  }

  static List<Optimization> optimizations() {
    Clipping norm = Clipping.norm(0.5f);
    return List.of(
        Optimization.of(new Sgd(0.1f)),
        Optimization.of(new Sgd(0.1f)).clip(norm).average(0.9f),
        Optimization.of(new Sgd(0.1f)).clip(Clipping.tensorNorm(0.1f)).freeze("bias_hh_l0"),
        Optimization.of(new Sgd(0.1f)).clip(Clipping.value(0.01f)).freeze("weight_hh_l1"),
        Optimization.of(new Sgd(0.1f).withWeightDecay(0.1f)).withoutBiasDecay(),
        Optimization.of(new Sgd(0.05f).withMomentum(0.9f)).clip(norm),
        Optimization.of(new Sgd(0.05f, 0.9f, 0.3f, false, 0.01f)),
        Optimization.of(new Sgd(0.02f).withNesterov(0.9f).withWeightDecay(0.02f)),
        Optimization.of(new Adam(0.005f)),
        Optimization.of(new Adam(0.005f).withWeightDecay(0.01f)).clip(norm).withoutBiasDecay(),
        Optimization.of(new Adam(0.005f).withBetas(0.8f, 0.95f).withAmsgrad()),
        Optimization.of(Adam.decoupled(0.005f, 0.5f)).clip(norm).withoutBiasDecay(),
        Optimization.of(Adam.decoupled(0.005f, 0.5f).withAmsgrad())
            .freeze("weight_ih_l0", "linear.bias")
            .average(0.95f),
        Optimization.of(new Adam(0.005f)).clip(Clipping.tensorNorm(0.05f)),
        Optimization.of(new Adam(0.005f)).clip(Clipping.value(0.01f)),
        Optimization.of(new NAdam(0.005f)),
        Optimization.of(new NAdam(0.005f, 0.8f, 0.95f, 1e-6f, 0.1f, 0.2f, true)).clip(norm),
        Optimization.of(new NAdam(0.005f).withWeightDecay(0.01f)).withoutBiasDecay(),
        Optimization.of(new RmsProp(0.0005f)),
        Optimization.of(new RmsProp(0.0005f).withMomentum(0.9f).withWeightDecay(0.01f)),
        Optimization.of(new RmsProp(0.0005f, 0.9f, 1e-3f, 0.5f, true, 0)).average(0.9f),
        Optimization.of(new Adagrad(0.02f)),
        Optimization.of(new Adagrad(0.05f, 0.01f, 0.1f, 1e-10f, 0.1f)).freeze("linear.weight"));
  }

  static List<Optimization> optimizationsOfTables() {
    return List.of(
        Optimization.of(new Sgd(0.1f).withWeightDecay(0.1f)).clip(Clipping.tensorNorm(0.1f)),
        Optimization.of(new Adam(0.005f)),
        Optimization.of(new Adam(0.005f)).clip(Clipping.norm(0.5f)).average(0.9f),
        Optimization.of(Adam.decoupled(0.005f, 0.5f)).withoutBiasDecay(),
        Optimization.of(new Adam(0.005f)).freeze("embedding.weight"));
  }

  static List<Optimization> optimizationsOfDenseLayers() {
    return List.of(
        Optimization.of(new Sgd(0.1f).withWeightDecay(0.1f))
            .clip(Clipping.tensorNorm(0.1f))
            .withoutBiasDecay(),
        Optimization.of(new Sgd(0.1f)).clip(Clipping.norm(0.1f)).average(0.9f),
        Optimization.of(Adam.decoupled(0.005f, 0.5f)).withoutBiasDecay(),
        Optimization.of(new Adam(0.005f)).freeze("dense_0.weight", "dense_1.bias"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizationsOfDenseLayers")
  void denseLayersGoTheWayOfTheReference(Optimization optimization) {
    assertGoesTheWayOfTheReference(DENSE, CLASSES, optimization);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizations")
  void everyParameterGoesTheWayOfTheReference(Optimization optimization) {
    assertGoesTheWayOfTheReference(ONE_HOT, CLASSES, optimization);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizationsOfTables")
  void aTableGoesTheWayOfTheReference(Optimization optimization) {
    assertGoesTheWayOfTheReference(TABLE, CLASSES, optimization);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("optimizationsOfTables")
  void aTableThatIsTheOutputLayersTooGoesTheWayOfTheReference(Optimization optimization) {
    assertGoesTheWayOfTheReference(TIED, SYMBOLS, optimization);
  }

  private static void assertGoesTheWayOfTheReference(
      GruConfig config, int outputs, Optimization optimization) {
    Weights weights = Weights.initial(config, outputs, Initialization.UNIFORM, 3);
    Map<String, double[]> expected = ReferenceLayer.byName(weights.tensors());
    Map<String, double[]> expectedOfItsGradients = expected;
    ReferenceOptimizer reference = new ReferenceOptimizer(optimization);
    ReferenceOptimizer ofItsGradients = new ReferenceOptimizer(optimization);
    try (SequenceModel model =
        new SequenceModel(weights, Head.classifyLast(outputs), optimization, DEVICE)) {
      for (int update = 0; update < UPDATES; update++) {
        Example example = EXAMPLES.get(update % EXAMPLES.size());
        if (update == UPDATES / 2) {
          double rate = model.learningRate() / 2;
          model.learningRate(rate);
          reference.learningRate(rate);
          ofItsGradients.learningRate(rate);
        }
        model.train(example.batch());
        expected = reference.step(expected, example.gradients(config, expected).tensors());
        expectedOfItsGradients =
            ofItsGradients.step(
                expectedOfItsGradients, ReferenceLayer.byName(model.gradients().tensors()));
      }
      assertThat(reference.clipped()).isEqualTo(optimization.clipping().acts());
      assertClose(model.weights(), expected, ROUNDED);
      assertClose(model.weights(), expectedOfItsGradients, CLOSE);
      if (optimization.averaging() > 0) {
        assertClose(model.averages(), reference.averages(), ROUNDED);
        assertClose(model.averages(), ofItsGradients.averages(), CLOSE);
      }
      for (Tensor before : weights.tensors()) {
        boolean same = model.weights().tensors().contains(before);
        assertThat(same).as(before.name()).isEqualTo(optimization.frozen().contains(before.name()));
      }
    }
  }

  private static void assertClose(
      Weights actual, Map<String, double[]> expected, double tolerance) {
    for (Tensor tensor : actual.tensors()) {
      double[] wanted = expected.get(tensor.name());
      double scale = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
      double worst =
          IntStream.range(0, wanted.length)
              .mapToDouble(i -> Math.abs(tensor.at(i) - wanted[i]))
              .max()
              .orElseThrow();
      assertThat(worst / scale).as(tensor.name()).isLessThan(tolerance);
    }
  }
}
