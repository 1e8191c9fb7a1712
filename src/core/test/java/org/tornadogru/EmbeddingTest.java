package org.tornadogru;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.FiniteDifferences;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.ReferenceLayer;

/** A table of vectors in front of a GRU. */
class EmbeddingTest {

  private static final Device DEVICE = Device.fastest();
  private static final int SYMBOLS = 6;
  private static final int[][] TOKENS = {{0, 3, 5}, {2, 1, 1}, {4, 4, 0}, {1, 0, 2}};
  private static final int[] LENGTHS = {4, 2, 3};
  private static final Optimization SGD = Optimization.sgd(1, 1e6f);

  private static Map<String, Tensor> named(Weights weights) {
    return weights.tensors().stream().collect(Collectors.toMap(Tensor::name, Function.identity()));
  }

  /** One-hot vectors are the rows of the identity. */
  @ParameterizedTest
  @MethodSource("directions")
  void theIdentityIsWhatOneHotTokensAre(Direction direction) {
    GruConfig oneHot =
        GruConfig.builder(SYMBOLS, 5).tokens().direction(direction).layers(2).build();
    GruConfig table = oneHot.toBuilder().embedding(SYMBOLS).build();
    Weights weights = Weights.initial(oneHot, 3, Initialization.UNIFORM, 4);
    Tensor identity =
        Tensor.of(
            "embedding.weight",
            List.of(SYMBOLS, SYMBOLS),
            place -> place / SYMBOLS == place % SYMBOLS ? 1 : 0);
    Weights same =
        Weights.of(
            table, 3, Stream.concat(Stream.of(identity), weights.tensors().stream()).toList());
    Sequences tokens = Sequences.ofTokens(TOKENS).withLengths(LENGTHS);
    Labels labels = Labels.classes(2, 0, 1);
    try (SequenceModel expected = new SequenceModel(weights, Head.classifyLast(3), SGD, DEVICE);
        SequenceModel model =
            new SequenceModel(same, Head.classifyLast(3), SGD.freeze("embedding.weight"), DEVICE)) {
      assertThat(model.predict(tokens).values())
          .containsExactly(expected.predict(tokens).values(), within(1e-6f));
      assertThat(model.train(tokens, labels))
          .isCloseTo(expected.train(tokens, labels), within(1e-6f));
      Map<String, Tensor> trained = named(model.weights());
      assertThat(trained.get("embedding.weight")).isEqualTo(identity);
      for (Tensor tensor : expected.weights().tensors()) {
        assertThat(trained.get(tensor.name()).values())
            .as(tensor.name())
            .containsExactly(tensor.values(), within(1e-6f));
      }
    }
  }

  static Direction[] directions() {
    return Direction.values();
  }

  static Stream<GruConfig> tables() {
    GruConfig.Builder builder =
        GruConfig.builder(SYMBOLS, 5).direction(Direction.BIDIRECTIONAL).embedding(4);
    return Stream.of(
        builder.build(),
        builder.layers(2).build(),
        builder.layers(1).embedding(10).tied().build(),
        builder.direction(Direction.FORWARD).embedding(5).build());
  }

  /** The gradient of the table, without calculus and without the reference's tape. */
  @ParameterizedTest
  @MethodSource("tables")
  void theGradientOfTheTableIsTheSlopeOfTheLoss(GruConfig config) {
    int[][] classes = {{2, 0, 1}, {4, 3, 5}, {0, -1, 1}, {3, -1, -1}};
    Weights weights = Weights.initial(config, SYMBOLS, Initialization.UNIFORM, 5);
    Map<String, double[]> tensors = ReferenceLayer.byName(weights.tensors());
    LayerInput input =
        LayerInput.ofTokens(TOKENS, SYMBOLS).withValid(LayerInput.leading(LENGTHS, 4));
    LayerLoss loss =
        new LayerLoss.CrossEntropy(LayerLoss.Head.EACH_STEP, classes, Loss.crossEntropy());
    double[] expected =
        FiniteDifferences.gradient(
            () -> new ReferenceLayer(config).loss(tensors, input, loss),
            tensors.get("embedding.weight"));
    try (SequenceModel model =
        new SequenceModel(weights, Head.classifyEachStep(SYMBOLS), SGD, DEVICE)) {
      model.train(Sequences.ofTokens(TOKENS).withLengths(LENGTHS), Labels.classesOfSteps(classes));
      LayerOutput.assertEquals(
          config.toString(),
          LayerOutput.doubles(named(model.gradients()).get("embedding.weight").values()),
          expected,
          1e-5);
    }
  }

  /** What a mask leaves out is not looked up. */
  @ParameterizedTest
  @MethodSource("tables")
  void maskedTokensMayBeAnything(GruConfig config) {
    int[][] beyond = {{0, 3, 5}, {2, 1, 1}, {4, 999_999, 0}, {1, -7, 12345}};
    Weights weights = Weights.initial(config, 0, Initialization.UNIFORM, 5);
    try (Gru gru = new Gru(weights, DEVICE)) {
      GruOutput expected = gru.forward(Sequences.ofTokens(TOKENS).withLengths(LENGTHS));
      GruOutput output = gru.forward(Sequences.ofTokens(beyond).withLengths(LENGTHS));
      assertThat(output.outputs()).isEqualTo(expected.outputs());
      assertThat(output.finalStates()).isEqualTo(expected.finalStates());
    }
  }

  @Test
  void aStreamOfTokensIsTheSequence() {
    GruConfig config = GruConfig.builder(SYMBOLS, 5).embedding(3).layers(2).build();
    Weights weights = Weights.initial(config, 0, Initialization.UNIFORM, 5);
    try (Gru gru = new Gru(weights, DEVICE);
        GruStream stream = new GruStream(weights, 3, DEVICE)) {
      float[][][] expected = gru.forward(Sequences.ofTokens(TOKENS)).outputs().to3d();
      for (int step = 0; step < TOKENS.length; step++) {
        assertThat(stream.step(TOKENS[step]).to2d()).isDeepEqualTo(expected[step]);
      }
    }
  }
}
