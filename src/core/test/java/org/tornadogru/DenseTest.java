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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Loss;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;
import org.tornadogru.oracle.FiniteDifferences;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.ReferenceLayer;

/** Dense layers between a GRU and its linear layer. */
class DenseTest {

  private static final Device DEVICE = Device.fastest();
  private static final int SYMBOLS = 6;
  private static final int[][] TOKENS = {{0, 3, 5}, {2, 1, 1}, {4, 4, 0}, {1, 0, 2}};
  private static final int[] LENGTHS = {4, 2, 3};
  private static final Optimization SGD = Optimization.sgd(1, 1e6f);

  private static Map<String, Tensor> named(Weights weights) {
    return weights.tensors().stream().collect(Collectors.toMap(Tensor::name, Function.identity()));
  }

  private static GruConfig.Builder gru(Direction direction) {
    return GruConfig.builder(SYMBOLS, 5).tokens().direction(direction);
  }

  /** As many layers as wanted that leave vectors as they are. */
  @ParameterizedTest
  @EnumSource
  void theIdentityChangesNothing(Direction direction) {
    GruConfig plain = gru(direction).build();
    int size = plain.outputSize();
    Dense identity = new Dense(size, ActivationFunction.of(Kind.AFFINE));
    GruConfig config = plain.toBuilder().dense(identity, identity).build();
    Weights weights = Weights.initial(plain, 3, Initialization.UNIFORM, 4);
    Stream<Tensor> layers =
        Stream.of("dense_0", "dense_1")
            .flatMap(
                name ->
                    Stream.of(
                        Tensor.of(
                            name + ".weight",
                            List.of(size, size),
                            at -> at / size == at % size ? 1 : 0),
                        Tensor.of(name + ".bias", List.of(size), at -> 0)));
    Weights same =
        Weights.of(config, 3, Stream.concat(weights.tensors().stream(), layers).toList());
    Sequences tokens = Sequences.ofTokens(TOKENS).withLengths(LENGTHS);
    Labels labels = Labels.classes(2, 0, 1);
    String[] frozen = {"dense_0.weight", "dense_0.bias", "dense_1.weight", "dense_1.bias"};
    try (SequenceModel expected = new SequenceModel(weights, Head.classifyLast(3), SGD, DEVICE);
        SequenceModel model =
            new SequenceModel(same, Head.classifyLast(3), SGD.freeze(frozen), DEVICE)) {
      assertThat(model.predict(tokens).values())
          .containsExactly(expected.predict(tokens).values(), within(1e-6f));
      assertThat(model.train(tokens, labels))
          .isCloseTo(expected.train(tokens, labels), within(1e-6f));
      Map<String, Tensor> trained = named(model.weights());
      for (Tensor tensor : expected.weights().tensors()) {
        assertThat(trained.get(tensor.name()).values())
            .as(tensor.name())
            .containsExactly(tensor.values(), within(1e-6f));
      }
    }
  }

  static Stream<GruConfig> heads() {
    Dense softplus = new Dense(17, ActivationFunction.of(Kind.SOFTPLUS));
    Dense tanh = new Dense(4, ActivationFunction.TANH);
    return Stream.of(
        gru(Direction.FORWARD).dense(tanh).build(),
        gru(Direction.BIDIRECTIONAL).dense(softplus, tanh).build(),
        gru(Direction.FORWARD).maskedOutput(MaskedOutput.HOLD).dense(tanh, softplus).build(),
        gru(Direction.BIDIRECTIONAL).embedding(4).tied().dense(softplus, tanh).build());
  }

  /** Without calculus and without the reference's tape, of padding and of steps without labels. */
  @ParameterizedTest
  @MethodSource("heads")
  void gradientsAreTheSlopesOfTheLoss(GruConfig config) {
    int[][] classes = {{2, 0, 1}, {4, 3, 5}, {0, -1, 1}, {-1, -1, -1}};
    Weights weights = Weights.initial(config, SYMBOLS, Initialization.UNIFORM, 5);
    Map<String, double[]> tensors = ReferenceLayer.byName(weights.tensors());
    LayerInput input =
        LayerInput.ofTokens(TOKENS, SYMBOLS).withValid(LayerInput.leading(LENGTHS, 4));
    LayerLoss loss =
        new LayerLoss.CrossEntropy(LayerLoss.Head.EACH_STEP, classes, Loss.crossEntropy());
    try (SequenceModel model =
        new SequenceModel(weights, Head.classifyEachStep(SYMBOLS), SGD, DEVICE)) {
      model.train(Sequences.ofTokens(TOKENS).withLengths(LENGTHS), Labels.classesOfSteps(classes));
      for (Tensor gradient : model.gradients().tensors()) {
        LayerOutput.assertEquals(
            gradient.name(),
            LayerOutput.doubles(gradient.values()),
            FiniteDifferences.gradient(
                () -> new ReferenceLayer(config).loss(tensors, input, loss),
                tensors.get(gradient.name())),
            1e-5);
      }
    }
  }

  @Test
  void aStreamAndAPredictorHaveThem() {
    GruConfig config =
        gru(Direction.FORWARD).dense(new Dense(3, ActivationFunction.of(Kind.ELU))).build();
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 5);
    Head head = Head.predictEachStep(2);
    double[][][] expected =
        new ReferenceLayer(config)
            .scores(
                ReferenceLayer.byName(weights.tensors()),
                LayerInput.ofTokens(TOKENS, SYMBOLS),
                LayerLoss.Head.EACH_STEP);
    try (Predictor predictor = new Predictor(weights, head, DEVICE);
        GruStream stream = new GruStream(weights, head, 3, DEVICE)) {
      Tensor predicted = predictor.predict(Sequences.ofTokens(TOKENS));
      LayerOutput.assertEquals("predicted", LayerOutput.doubles(predicted.to3d()), expected, 1e-6);
      for (int step = 0; step < TOKENS.length; step++) {
        float[][][] outputs = {stream.step(TOKENS[step]).to2d()};
        LayerOutput.assertEquals(
            "step " + step, LayerOutput.doubles(outputs), new double[][][] {expected[step]}, 1e-6);
      }
    }
  }

  @Test
  void aGruAloneGoesWithoutThem() {
    GruConfig plain = gru(Direction.FORWARD).build();
    GruConfig config = plain.toBuilder().dense(new Dense(3, ActivationFunction.TANH)).build();
    Weights weights = Weights.initial(config, 2, Initialization.UNIFORM, 5);
    Weights alone = Weights.of(plain, 0, weights.withoutLinearLayer().tensors());
    try (Gru gru = new Gru(weights, DEVICE);
        Gru expected = new Gru(alone, DEVICE)) {
      Sequences tokens = Sequences.ofTokens(TOKENS);
      assertThat(gru.forward(tokens).outputs()).isEqualTo(expected.forward(tokens).outputs());
    }
  }
}
