package org.tornadogru.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.device.DeviceTests;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.kernels.Philox;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.ActivationFunction.Kind;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.WeightPrecision;
import org.tornadogru.nn.Weights;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss.Head;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomTexts;

/** Text of every cell, in stacks, by every kernel set, against the reference. */
class GenerationPlanTest {

  private static final int LENGTH = 9;
  private static final int TURNS = 3 * LENGTH;

  /** A prompt goes beyond one execution. */
  private static final int PROMPT = LENGTH + 2;

  /** By how much a score is larger than all others if rounding cannot change which one is. */
  private static final double CLEAR = 1e-3;

  /** Of a sum of probabilities. */
  private static final double ROUNDING = 1e-4;

  /** What a case is, and the model. */
  record Model(String name, RandomLayer model) {

    Model(String name, GruConfig.Builder config) {
      this(name, RandomTexts.text(TURNS, 1, config.build(), 31).model());
    }

    GruConfig config() {
      return model.config();
    }

    /** Large enough to matter, and yet rounding does not grow from turn to turn. */
    Map<String, double[]> tensors() {
      return model.tensors(true, 3 / Math.sqrt(config().hiddenSize()));
    }

    Weights weights() {
      return DeviceProbe.weights(model, tensors());
    }

    /** The scores behind each token, [turns][vocabulary]. */
    double[][] scores(int[] tokens) {
      LayerInput input = LayerInput.ofRow(tokens, config().inputSize());
      double[][][] scores = model.reference().scores(tensors(), input, Head.EACH_STEP);
      return Arrays.stream(scores).map(step -> step[0]).toArray(double[][]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Model> models() {
    List<Model> models = new ArrayList<>();
    for (ResetPlacement reset : ResetPlacement.values()) {
      for (int layers = 1; layers <= 3; layers++) {
        models.add(model(layers + " layers", reset, config(13, 17, reset).layers(layers)));
      }
      for (int layers = 1; layers <= 3; layers++) {
        models.add(
            model(
                layers + " layers, a table",
                reset,
                config(13, 17, reset).embedding(5).layers(layers)));
        models.add(
            model(
                layers + " layers, a tied table",
                reset,
                config(29, 17, reset).embedding(17).tied().layers(layers)));
      }
      models.add(model("large layers", reset, config(29, 130, reset).layers(2)));
      for (Gating gating : Gating.values()) {
        models.add(model(gating.name(), reset, config(11, 7, reset).layers(2).gating(gating)));
      }
      for (Biases biases : Biases.values()) {
        models.add(model("biases " + biases, reset, config(7, 16, reset).layers(2).biases(biases)));
      }
      models.add(
          model(
              "a candidate that is not 0 at 0",
              reset,
              config(13, 9, reset)
                  .layers(2)
                  .activations(
                      new ActivationFunction(Kind.HARD_SIGMOID, 0.3f, 0.4f),
                      ActivationFunction.SIGMOID)));
      models.add(
          model(
              "a dense layer that is not 0 at 0",
              reset,
              config(13, 17, reset).dense(new Dense(5, ActivationFunction.of(Kind.SOFTPLUS)))));
      models.add(
          model(
              "dense layers in front of a tied table",
              reset,
              config(29, 9, reset)
                  .layers(3)
                  .embedding(19)
                  .tied()
                  .dense(
                      new Dense(35, new ActivationFunction(Kind.LEAKY_RELU, 0.3f, 0)),
                      new Dense(19, ActivationFunction.TANH))));
      models.add(
          model(
              "layers that narrow, not 0 at 0",
              reset,
              config(13, 9, reset)
                  .hiddenSizes(21, 3, 9)
                  .activations(
                      ActivationFunction.SIGMOID,
                      new ActivationFunction(Kind.AFFINE, 0.5f, 0.4f))));
      models.add(model("layers that widen", reset, config(13, 9, reset).hiddenSizes(3, 17)));
      models.add(
          model(
              "layers that narrow to a tied table",
              reset,
              config(29, 17, reset).hiddenSizes(18, 5).embedding(5).tied()));
      models.add(model("clipped arguments", reset, config(13, 9, reset).layers(3).clip(0.7f)));
      models.add(
          model(
              "dropout, which is for training",
              reset,
              config(13, 9, reset).layers(2).dropout(0.5f).recurrentDropout(0.5f)));
    }
    return models.stream();
  }

  private static GruConfig.Builder config(int vocabulary, int hidden, ResetPlacement reset) {
    return GruConfig.builder(vocabulary, hidden).tokens().reset(reset);
  }

  private static Model model(String name, ResetPlacement reset, GruConfig.Builder config) {
    return new Model("%s, reset %s".formatted(name, reset), config);
  }

  /** A device's own set sees every model, the others some. */
  static Stream<Arguments> setsAndModels() {
    return setsAndModels(device -> true);
  }

  private static Stream<Arguments> setsAndModels(Predicate<Device> sets) {
    return DeviceTests.withEveryKernelSet()
        .filter(sets)
        .flatMap(
            device ->
                models()
                    .filter(model -> isTested(device, model))
                    .map(model -> Arguments.of(Named.of(device.kernels().name(), device), model)));
  }

  private static boolean isTested(Device device, Model model) {
    return DeviceTests.runAll()
        || (device.equals(Device.fastest()) && !DeviceTests.areQuick())
        || (model.config().layers() == 3 && model.config().isStandardCell());
  }

  static Stream<Arguments> twinsAndModels() {
    return setsAndModels(device -> device.kernels() != KernelChoice.ANNOTATED);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndModels")
  void everyTurnDrawsByTheReferencesScores(Device device, Model model) {
    try (GenerationPlan plan = new GenerationPlan(model.weights(), LENGTH, Placement.on(device))) {
      assertSampled(model, write(plan, model, 5, 1.3f, model.config().inputSize(), 8), 1.3f, 8);
      assertLikeliest(model, write(plan, model, 0, 1, 1, 0));
    }
  }

  private static void assertSampled(Model model, Written text, double temperature, int seed) {
    double[][] scores = model.scores(text.read);
    assertThat(Arrays.stream(text.sampled).distinct().count()).isGreaterThan(3);
    for (int turn = 0; turn < TURNS; turn++) {
      double largest = Arrays.stream(scores[turn]).max().orElseThrow();
      double[] weights =
          Arrays.stream(scores[turn])
              .map(score -> Math.exp((score - largest) / temperature))
              .toArray();
      double sum = Arrays.stream(weights).sum();
      int token = text.sampled[turn];
      double before = Arrays.stream(weights, 0, token).sum() / sum;
      assertThat((double) Philox.uniformFloat(turn, 0, seed))
          .as("turn %d, token %d", turn, token)
          .isBetween(before - ROUNDING, before + weights[token] / sum + ROUNDING);
    }
  }

  private static void assertLikeliest(Model model, Written text) {
    double[][] scores = model.scores(text.read);
    int clear = 0;
    for (int turn = 0; turn < TURNS; turn++) {
      double[] ranked = Arrays.stream(scores[turn]).sorted().toArray();
      double largest = ranked[ranked.length - 1];
      if (largest - ranked[ranked.length - 2] > CLEAR) {
        assertThat(scores[turn][text.sampled[turn]]).as("turn %d", turn).isEqualTo(largest);
        clear++;
      }
    }
    assertThat(clear).isGreaterThan(TURNS * 9 / 10);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("twinsAndModels")
  void aSeedGivesTheTextOfTheAnnotatedLoops(Device device, Model model) {
    assertThat(sampled(device, model))
        .isEqualTo(sampled(device.withKernels(KernelChoice.ANNOTATED), model))
        .doesNotHaveDuplicates();
  }

  /** Large layers on devices alone: in work-groups on the plain JVM they take seconds each. */
  static Stream<Model> modelsOfTurns() {
    Stream<Model> some =
        models()
            .filter(model -> model.name().matches("(\\d layers|large layers), reset .*"))
            .filter(model -> !DeviceTests.areQuick() || model.config().layers() == 2)
            .filter(model -> !DeviceTests.runAll() || model.config().hiddenSize() < 100);
    Stream<Model> manySymbols =
        Stream.of(
            model("many symbols", ResetPlacement.AFTER, config(300, 16, ResetPlacement.AFTER)));
    return Stream.concat(some, manySymbols);
  }

  /** For many weights on a GPU. */
  @ParameterizedTest
  @MethodSource("modelsOfTurns")
  void launchesPerTurnWriteTheTextOfTheAnnotatedLoops(Model model) {
    Device device = Device.fastest().withKernels(KernelChoice.WORKGROUP);
    System.setProperty(WalkWay.PROPERTY, "steps");
    try (GenerationPlan plan = new GenerationPlan(model.weights(), LENGTH, Placement.on(device))) {
      assertSampled(model, write(plan, model, 5, 1.3f, model.config().inputSize(), 8), 1.3f, 8);
      assertLikeliest(model, write(plan, model, 0, 1, 1, 0));
      assertThat(sampled(device, model))
          .isEqualTo(sampled(device.withKernels(KernelChoice.ANNOTATED), model));
    } finally {
      System.clearProperty(WalkWay.PROPERTY);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("setsAndModels")
  void roundedWeightsWriteTheTextOfTheModelThatHasThem(Device device, Model model) {
    Placement placement = Placement.on(device);
    Weights rounded = WeightPrecision.BF16.round(model.weights());
    assertThat(
            sampled(
                new GenerationPlan(model.weights(), LENGTH, WeightPrecision.BF16, placement),
                model))
        .isEqualTo(sampled(new GenerationPlan(rounded, LENGTH, placement), model));
  }

  private static List<List<Integer>> sampled(Device device, Model model) {
    return sampled(new GenerationPlan(model.weights(), LENGTH, Placement.on(device)), model);
  }

  /** From all tokens, then from the three likeliest. */
  private static List<List<Integer>> sampled(GenerationPlan opened, Model model) {
    try (GenerationPlan plan = opened) {
      return Stream.of(
              write(plan, model, 1, 0.7f, model.config().inputSize(), 3),
              write(plan, model, 2, 1.5f, 3, 4))
          .map(text -> Arrays.stream(text.sampled).boxed().toList())
          .toList();
    }
  }

  /** What each turn read and sampled, [TURNS]. */
  // Arrays as record components: the record carries values and is never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Written(int[] read, int[] sampled) {}

  private static Written write(
      GenerationPlan plan, Model model, int prompt, float temperature, int topK, int seed) {
    int[] requested = new int[TURNS];
    Arrays.fill(requested, TextGeneration.CONTINUE);
    for (int turn = 0; turn < PROMPT; turn++) {
      requested[turn] = (turn * turn + prompt) % model.config().inputSize();
    }
    int[] sampled = new int[TURNS];
    for (int turn = 0; turn < TURNS; turn += LENGTH) {
      int[] tokens = Arrays.copyOfRange(requested, turn, turn + LENGTH);
      int[] piece = plan.execute(turn == 0, tokens, temperature, topK, seed);
      System.arraycopy(piece, 0, sampled, turn, LENGTH);
    }
    int[] read = requested;
    System.arraycopy(sampled, PROMPT - 1, read, PROMPT, TURNS - PROMPT);
    return new Written(read, sampled);
  }
}
