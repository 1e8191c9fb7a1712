package org.tornadogru.bench;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss.WeightedSum;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomLayers;
import org.tornadogru.oracle.ReferenceLayer.Gradients;

/** The reference of every other test, against LibTorch's {@code nn.GRU} in double precision. */
class LibTorchLayerTest {
  private static final double TOLERANCE = 1e-12;

  /**
   * The random layers, with those features only that LibTorch's function has: no activations, clip,
   * masks or merges, reset after the product, and forward or both ways.
   */
  static Stream<RandomLayer> cases() {
    return RandomLayers.cases().map(LibTorchLayerTest::plain);
  }

  private static RandomLayer plain(RandomLayer layer) {
    GruConfig config = layer.config();
    GruConfig plain =
        GruConfig.builder(config.inputSize(), config.hiddenSize())
            .layers(config.layers())
            .direction(
                config.direction() == Direction.FORWARD
                    ? Direction.FORWARD
                    : Direction.BIDIRECTIONAL)
            .biases(config.biases())
            .build();
    return new RandomLayer(
        layer.seed(), plain, 1, layer.steps(), layer.batch(), null, null, layer.hasState());
  }

  @Test
  void stacksInBothDirectionsAndAllBiasesOccur() {
    for (Biases biases : Biases.values()) {
      assertThat(cases())
          .anyMatch(
              layer ->
                  layer.config().layers() == 3
                      && layer.config().direction() == Direction.BIDIRECTIONAL
                      && layer.config().biases() == biases
                      && layer.hasState());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void outputsAndGradientsEqualLibTorch(RandomLayer layer) {
    GruConfig config = layer.config();
    Map<String, double[]> tensors = layer.tensors(false);
    LayerInput input = layer.input();
    WeightedSum loss =
        new WeightedSum(layer.weightedSum().y(), layer.weightedSum().finalStates(), null);
    LayerOutput output = layer.reference().forward(tensors, input);
    Gradients gradients = layer.reference().gradients(tensors, input, loss);

    Engine engine = Engine.getEngine("PyTorch");
    try (NDManager manager = engine.newBaseManager(Device.cpu());
        GradientCollector collector = engine.newGradientCollector()) {
      Map<String, NDArray> parameters = parameters(manager, layer, tensors);
      NDArray x = variable(array(manager, input.x()));
      NDArray h0 =
          variable(
              input.h0() == null
                  ? array(manager, new double[config.walks()][layer.batch()][config.hiddenSize()])
                  : array(manager, input.h0()));
      NDList result =
          x.getNDArrayInternal()
              .gru(
                  x,
                  h0,
                  new NDList(parameters.values()),
                  config.biases() != Biases.NONE,
                  config.layers(),
                  0,
                  true,
                  config.direction() == Direction.BIDIRECTIONAL,
                  false);
      LayerOutput.assertEquals(layer + ": y", rows(result.get(0)), output.y(), TOLERANCE);
      LayerOutput.assertEquals(
          layer + ": h_n", rows(result.get(1)), output.finalStates(), TOLERANCE);

      NDArray sum =
          result
              .get(0)
              .mul(array(manager, loss.y()))
              .sum()
              .add(result.get(1).mul(array(manager, loss.finalStates())).sum());
      collector.backward(sum);
      parameters.keySet().retainAll(tensors.keySet());
      Map<String, double[]> byTensor = new LinkedHashMap<>();
      parameters.forEach(
          (name, parameter) -> byTensor.put(name, parameter.getGradient().toDoubleArray()));
      gradients.assertReproducedBy(
          layer,
          new Gradients(sum.getDouble(), byTensor, rows(x.getGradient()), rows(h0.getGradient())),
          TOLERANCE);
    }
  }

  /** In LibTorch's order, which is that of the names; a second bias that is missing is zero. */
  private static Map<String, NDArray> parameters(
      NDManager manager, RandomLayer layer, Map<String, double[]> tensors) {
    Map<String, NDArray> parameters = new LinkedHashMap<>();
    layer
        .reference()
        .shapes(0)
        .forEach(
            (name, shape) -> {
              Shape dimensions = new Shape(shape.stream().mapToLong(Integer::longValue).toArray());
              parameters.put(name, variable(manager.create(tensors.get(name), dimensions)));
              if (name.startsWith("bias_ih") && layer.config().biases() == Biases.ONE) {
                parameters.put(
                    name.replace("_ih", "_hh"),
                    variable(manager.create(new double[shape.getFirst()], dimensions)));
              }
            });
    return parameters;
  }

  private static NDArray variable(NDArray array) {
    array.setRequiresGradient(true);
    return array;
  }

  private static NDArray array(NDManager manager, double[][][] values) {
    return manager.create(
        flat(values), new Shape(values.length, values[0].length, values[0][0].length));
  }

  private static double[] flat(double[][][] values) {
    return Arrays.stream(values).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream).toArray();
  }

  private static double[][][] rows(NDArray array) {
    Shape shape = array.getShape();
    double[] flat = array.toDoubleArray();
    int columns = (int) shape.get(2);
    double[][][] rows = new double[(int) shape.get(0)][(int) shape.get(1)][];
    int next = 0;
    for (double[][] plane : rows) {
      for (int row = 0; row < plane.length; row++, next += columns) {
        plane[row] = Arrays.copyOfRange(flat, next, next + columns);
      }
    }
    return rows;
  }
}
