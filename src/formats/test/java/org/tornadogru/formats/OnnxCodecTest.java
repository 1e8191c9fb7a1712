package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.nn.Refusals.assertRefused;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.Gru;
import org.tornadogru.GruOutput;
import org.tornadogru.device.Device;
import org.tornadogru.formats.onnx.OnnxCodec;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Sequences;
import org.tornadogru.oracle.LayerInput;
import org.tornadogru.oracle.LayerLoss;
import org.tornadogru.oracle.LayerOutput;
import org.tornadogru.oracle.OnnxLayer;
import org.tornadogru.oracle.RandomLayer;
import org.tornadogru.oracle.RandomLayers;
import org.tornadogru.oracle.ReferenceLayer;

class OnnxCodecTest {

  private static final FormatProbe PROBE = new FormatProbe(ModelFormat.ONNX);

  static Stream<RandomLayer> layers() {
    return RandomLayers.cases()
        .filter(layer -> layer.config().gating() == Gating.FULL)
        .filter(layer -> layer.config().dense().stream().allMatch(OnnxCodecTest::hasOperator));
  }

  private static boolean hasOperator(Dense dense) {
    return switch (dense.activation().kind()) {
      case AFFINE, SCALED_TANH -> false;
      default -> true;
    };
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void everyConfigurationComesBack(RandomLayer layer) throws IOException {
    PROBE.assertComesBack(Models.of(layer));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void onnxRuntimeReturnsTheSameNumbers(RandomLayer layer) throws IOException, OrtException {
    GruModel model = Models.of(layer);
    LayerInput input = layer.input().withValid(null);
    Map<String, double[]> tensors = ReferenceLayer.byName(model.weights().tensors());
    LayerOutput expected = layer.reference().forward(tensors, input);

    try (OrtSession session = session(ModelFormat.ONNX.bytes(model));
        OnnxTensor x = x(input);
        OrtSession.Result result = session.run(feed(layer, input, x))) {
      assertClose(result, "Y", expected.y());
      states(layer, expected.finalStates(), "Y_h")
          .forEach((name, states) -> assertClose(result, name, states));
      if (model.weights().outputs() > 0) {
        assertClose(
            result, "logits", layer.reference().scores(tensors, input, LayerLoss.Head.EACH_STEP));
      }
    }
  }

  private static Map<String, OnnxTensor> feed(RandomLayer layer, LayerInput input, OnnxTensor x)
      throws OrtException {
    Map<String, OnnxTensor> feed = new HashMap<>();
    feed.put(input.tokens() == null ? "X" : "tokens", x);
    for (var states : states(layer, h0(layer.config(), input), "initial_h").entrySet()) {
      feed.put(
          states.getKey(), OnnxLayer.tensor(OrtEnvironment.getEnvironment(), states.getValue()));
    }
    return feed;
  }

  /** States by their names in the graph: all together, or each layer's where sizes differ. */
  private static Map<String, double[][][]> states(
      RandomLayer layer, double[][][] all, String name) {
    GruConfig config = layer.config();
    if (Set.copyOf(config.hiddenSizes()).size() == 1) {
      return Map.of(name, all);
    }
    int walks = config.direction().walks();
    return IntStream.range(0, config.layers())
        .boxed()
        .collect(
            Collectors.toMap(
                index -> name + "_l" + index,
                index ->
                    OnnxLayer.resized(
                        Arrays.copyOfRange(all, index * walks, (index + 1) * walks),
                        config.hiddenSize(index))));
  }

  private static double[][][] h0(GruConfig config, LayerInput input) {
    return input.h0() == null
        ? new double[config.walks()][input.batch()][config.hiddenSize()]
        : input.h0();
  }

  @Test
  void lengthsAreAnInput() throws IOException, OrtException {
    GruConfig config = GruConfig.builder(2, 3).direction(Direction.BIDIRECTIONAL).build();
    GruModel model = Models.random(config, 0, 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new OnnxCodec(true).write(model, bytes);
    LayerInput input =
        LayerInput.of(new double[][][] {{{0, 1}}, {{1, 0}}, {{2, -1}}, {{3, -2}}})
            .withValid(LayerInput.leading(new int[] {2}, 4));
    LayerOutput expected =
        new ReferenceLayer(config).forward(ReferenceLayer.byName(model.weights().tensors()), input);

    try (OrtSession session = session(bytes.toByteArray());
        OnnxTensor x = x(input);
        OnnxTensor state = state(config, input);
        OnnxTensor lengths =
            OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), new int[] {2});
        OrtSession.Result result =
            session.run(Map.of("X", x, "initial_h", state, "lengths", lengths))) {
      assertClose(result, "Y", expected.y());
      assertClose(result, "Y_h", expected.finalStates());
    }
    assertThat(PROBE.read(bytes.toByteArray()).config()).isEqualTo(config);
  }

  /** A state dictionary, whose file says nothing but names, shapes and values. */
  @Test
  void aPyTorchModelReturnsInOnnxRuntimeWhatItReturnsHere(@TempDir Path directory)
      throws IOException, OrtException {
    GruConfig config = GruConfig.builder(3, 5).layers(2).direction(Direction.BIDIRECTIONAL).build();
    RandomLayer layer = new RandomLayer(1, config, 0, 6, 4, null, null, true);
    assertThat(layer.reference().shapes(0).keySet())
        .contains("weight_ih_l0", "bias_hh_l0_reverse", "weight_hh_l1", "weight_ih_l1_reverse");
    Path pyTorch = directory.resolve("pytorch.safetensors");
    Files.write(
        pyTorch, SafetensorsTest.bytes(new Safetensors(Map.of(), layer.floatTensors(false))));
    GruModel model = ModelFormat.read(pyTorch);
    Path onnx = directory.resolve("model.onnx");
    ModelFormat.write(model, onnx);
    LayerInput input = layer.input();

    try (Gru gru = new Gru(model.weights(), Device.fastest());
        OrtSession session = session(Files.readAllBytes(onnx));
        OnnxTensor x = x(input);
        OnnxTensor state = state(config, input);
        OrtSession.Result result = session.run(Map.of("X", x, "initial_h", state))) {
      GruOutput here =
          gru.forward(Sequences.of(LayerOutput.floats(input.x())), LayerOutput.tensor(input.h0()));
      assertClose(result, "Y", LayerOutput.doubles(here.outputs().to3d()));
      assertClose(result, "Y_h", LayerOutput.doubles(here.finalStates().to3d()));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Gating.class,
      names = {"RESET_ONLY", "UPDATE_ONLY", "NONE"})
  void ablationsAreRefused(Gating gating) {
    GruConfig config = GruConfig.builder(2, 3).gating(gating).build();
    assertRefused(
        () -> ModelFormat.ONNX.bytes(Models.random(config, 0, 1)),
        "can only be kept as .safetensors");
  }

  @Test
  void heldOutputsHaveNoLengths() {
    GruConfig config = GruConfig.builder(2, 3).maskedOutput(MaskedOutput.HOLD).build();
    assertRefused(
        () -> new OnnxCodec(true).write(Models.random(config, 0, 1), new ByteArrayOutputStream()),
        "has no lengths there");
  }

  private static OrtSession session(byte[] model) throws OrtException {
    return OrtEnvironment.getEnvironment().createSession(model);
  }

  private static OnnxTensor x(LayerInput input) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    return input.tokens() == null
        ? OnnxLayer.tensor(environment, input.x())
        : OnnxTensor.createTensor(
            environment,
            Arrays.stream(input.tokens())
                .map(ids -> Arrays.stream(ids).asLongStream().toArray())
                .toArray(long[][]::new));
  }

  private static OnnxTensor state(GruConfig config, LayerInput input) throws OrtException {
    return OnnxLayer.tensor(OrtEnvironment.getEnvironment(), h0(config, input));
  }

  private static void assertClose(OrtSession.Result result, String name, double[][][] expected) {
    LayerOutput.assertEquals(name, OnnxLayer.doubles(result, name), expected, 1e-5);
  }
}
