package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.ReferenceLayer;

/**
 * What fills up batches does not reach what is learned: here a state that goes on without inputs
 * grows with every step, and soon outgrows a float.
 */
class PaddingTest {

  private static final int HIDDEN = 5;
  private static final int STEPS = 120;
  private static final int BATCH = 3;
  private static final double CLOSE = 1e-4;

  /** z is 1 for an input of 1, and the state held; for an input of 0, z is 0 and n = g(3 + 9h). */
  private static double weight(String name, int at) {
    int columns = name.startsWith("weight_hh") ? HIDDEN : name.startsWith("weight_ih") ? 2 : 1;
    int gate = at / columns / HIDDEN;
    int unit = at / columns % HIDDEN;
    int column = at % columns;
    return switch (name.substring(0, 9)) {
      case "weight_ih" -> column == 0 && gate == 1 ? 40 : 0.1 * (column - gate);
      case "weight_hh" -> gate == 2 && column == unit ? 9 : gate == 0 ? 0.01 * column : 0;
      case "bias_ih_l" -> gate == 1 ? -20 : gate == 2 ? 3 : 0.5;
      default -> 0.1;
    };
  }

  private static GruConfig.Builder cell(Kind kind) {
    return GruConfig.builder(2, HIDDEN)
        .activations(ActivationFunction.SIGMOID, ActivationFunction.of(kind));
  }

  static Stream<Arguments> setsAndCells() {
    return Stream.of(Kind.RELU, Kind.AFFINE, Kind.LEAKY_RELU, Kind.ELU, Kind.SOFTPLUS)
        .flatMap(
            kind ->
                Stream.of(
                    layer(cell(kind).build(), null),
                    layer(cell(kind).reset(ResetPlacement.BEFORE).build(), 4, 0, 2),
                    layer(cell(kind).direction(Direction.BIDIRECTIONAL).build(), 4, 0, 2)))
        .flatMap(
            layer ->
                DeviceTests.withEveryKernelSet()
                    .filter(device -> !DeviceTests.areQuick() || device.equals(Device.fastest()))
                    .map(
                        device ->
                            Arguments.of(
                                Named.of(device.kernels().name(), new LayerProbe(device)), layer)));
  }

  private static RandomLayer layer(GruConfig config, int... lengths) {
    boolean[][] valid = lengths == null ? null : new boolean[STEPS][BATCH];
    for (int step = 0; valid != null && step < STEPS; step++) {
      for (int row = 0; row < BATCH; row++) {
        valid[step][row] = step < lengths[row];
      }
    }
    return new RandomLayer(1, config, 0, STEPS, BATCH, lengths, valid, false);
  }

  @ParameterizedTest
  @MethodSource("setsAndCells")
  void gradientsAreThoseOfTheStepsThatCount(LayerProbe probe, RandomLayer layer) {
    Map<String, double[]> tensors = layer.tensors(false);
    tensors.forEach((name, values) -> Arrays.setAll(values, at -> weight(name, at)));
    double[][][] x = new double[STEPS][BATCH][2];
    for (int step = 0; step < STEPS; step++) {
      for (int row = 0; row < BATCH; row++) {
        x[step][row] = new double[] {1, (step * BATCH + row) % 7 / 7.0};
      }
    }
    LayerInput input = LayerInput.of(x).withValid(layer.valid());
    LayerLoss.WeightedSum loss = layer.weightedSum();
    ReferenceLayer.Gradients expected =
        layer
            .reference()
            .gradients(
                tensors, input, new LayerLoss.WeightedSum(loss.y(), loss.finalStates(), null));
    List<Tensor> floats = layer.reference().floatTensors(tensors);
    expected.assertReproducedBy(layer, probe.gradients(layer.config(), floats, input, loss), CLOSE);
  }

  /** Rows of text that have ended, in two layers: the same update as without the long padding. */
  @ParameterizedTest
  @CsvSource({
    "RELU, 0, 0",
    "AFFINE, 4, 0",
    "LEAKY_RELU, 0, 0",
    "ELU, 4, 0",
    "SOFTPLUS, 0, 0",
    "RELU, 4, 0",
    "RELU, 0, 1",
    "AFFINE, 4, 2",
    "SOFTPLUS, 0, 2"
  })
  void endedRowsOfTokensDoNotReachTheUpdate(Kind kind, int embedding, int layers) {
    int symbols = 6;
    Dense dense = new Dense(7, ActivationFunction.of(kind));
    GruConfig config =
        GruConfig.builder(symbols, HIDDEN)
            .tokens()
            .embedding(embedding)
            .layers(2)
            .activations(ActivationFunction.SIGMOID, ActivationFunction.of(kind))
            .set(GruProperty.DENSE, Collections.nCopies(layers, dense))
            .build();
    Weights drawn = Weights.initial(config, symbols, Initialization.UNIFORM, 2);
    List<Tensor> growing =
        drawn.tensors().stream()
            .map(
                tensor ->
                    tensor.name().startsWith("weight_hh")
                        ? Tensor.of(
                            tensor.name(), tensor.shape(), at -> (float) weight(tensor.name(), at))
                        : tensor)
            .toList();
    Weights weights = Weights.of(config, symbols, growing);
    Weights expected = trained(weights, 4);
    Weights actual = trained(weights, STEPS);
    for (int index = 0; index < expected.tensors().size(); index++) {
      Tensor tensor = expected.tensors().get(index);
      for (int at = 0; at < tensor.size(); at++) {
        assertThat(actual.tensors().get(index).at(at))
            .as("%s [%d]", tensor.name(), at)
            .isCloseTo(tensor.at(at), within(1e-6f));
      }
    }
  }

  private static Weights trained(Weights weights, int steps) {
    int[] tokens = new int[steps * BATCH];
    Arrays.fill(tokens, Sequences.PADDING);
    for (int at = 0; at < 3 * BATCH; at++) {
      tokens[at] = at % BATCH == 1 && at > BATCH ? Sequences.PADDING : at * at % 6;
    }
    Head head = Head.nextToken(weights.outputs());
    try (SequenceModel model =
        new SequenceModel(weights, head, Optimization.sgd(0.1f, 1), Device.fastest())) {
      model.train(Sequences.ofTokens(BATCH, tokens));
      return model.weights();
    }
  }
}
