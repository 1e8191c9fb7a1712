package org.tornadogru.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;

/**
 * Published known answers for GRU layers, read from the file that the system property {@code
 * conformance.cases} names.
 *
 * @param cases all cases of the file, in its order
 */
// Arrays as record components: these records carry values and are never compared.
@SuppressWarnings("ArrayRecordComponent")
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConformanceCases(List<Case> cases) {
  public static final String PROPERTY = "conformance.cases";

  /**
   * The file's cases; empty if the property is absent or blank.
   *
   * @throws InvalidInputException if the property names a file that cannot be read
   */
  public static Optional<ConformanceCases> load() {
    String file = System.getProperty(PROPERTY, "");
    return file.isBlank() ? Optional.empty() : Optional.of(read(Path.of(file)));
  }

  /**
   * All cases of a file.
   *
   * @throws InvalidInputException if the file is missing or not of the schema
   */
  public static ConformanceCases read(Path file) {
    try {
      return new ObjectMapper().readValue(file.toFile(), ConformanceCases.class);
    } catch (IOException e) {
      throw new InvalidInputException(
          "%s: no conformance cases could be read; check -D%s".formatted(file, PROPERTY), e);
    }
  }

  /** Method source: all cases. Where the file is not at hand, the test is reported as skipped. */
  public static List<Case> published() {
    Optional<ConformanceCases> published = load();
    assumeTrue(published.isPresent(), "no published answers: give their file with -D" + PROPERTY);
    return published.orElseThrow().cases;
  }

  /**
   * One published answer.
   *
   * @param x inputs, [seqLen][batch][inputSize]
   * @param h0 initial states, [numLayers·numDirections][batch][hiddenSize]; null is zero
   * @param direction forward, reverse or bidirectional
   * @param lengths valid steps of each row, [batch]; null is all
   * @param mask true where a step counts, [batch][seqLen]; null is everywhere
   * @param maskMode what a masked step outputs: hold or zero; null without a mask
   * @param activations [f, g] for each direction; null is σ, tanh
   * @param clip bound on what enters an activation; null is none
   * @param statefulCalls how often the layer runs, each time from the state before
   * @param tolerance absolute
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Case(
      String id,
      String source,
      @JsonProperty("reset_after") boolean resetAfter,
      @JsonProperty("gate_order") String gateOrder,
      @JsonProperty("input_size") int inputSize,
      @JsonProperty("hidden_size") int hiddenSize,
      @JsonProperty("num_layers") int numLayers,
      @JsonProperty("num_directions") int numDirections,
      String direction,
      @JsonProperty("merge_mode") String mergeMode,
      @JsonProperty("seq_len") int seqLen,
      int batch,
      List<LayerParameters> params,
      double[][][] x,
      double[][][] h0,
      int[] lengths,
      @JsonProperty("mask_NxT") boolean[][] mask,
      @JsonProperty("mask_mode") String maskMode,
      List<String> activations,
      Double clip,
      @JsonProperty("stateful_calls") int statefulCalls,
      Expected expected,
      @JsonProperty("tol_abs") double tolerance) {

    public ResetPlacement reset() {
      return resetAfter ? ResetPlacement.AFTER : ResetPlacement.BEFORE;
    }

    /** The layer that the case is about. */
    public GruConfig config() {
      if (activations != null) {
        throw new IllegalArgumentException(id + " has other activations: " + activations);
      }
      return GruConfig.builder(inputSize, hiddenSize)
          .layers(numLayers)
          .direction(Direction.valueOf(direction.toUpperCase(Locale.ROOT)))
          .merge(Merge.valueOf(mergeMode.toUpperCase(Locale.ROOT)))
          .reset(reset())
          .maskedOutput("hold".equals(maskMode) ? MaskedOutput.HOLD : MaskedOutput.ZERO)
          .clip(clip == null ? Float.POSITIVE_INFINITY : clip.floatValue())
          .build();
    }

    /** PyTorch's tensors, flat and row-major. */
    public Map<String, double[]> tensors() {
      Map<String, double[]> tensors = new LinkedHashMap<>();
      for (LayerParameters layer : params) {
        boolean reverse = layer.dir == 1 || config().direction() == Direction.REVERSE;
        String suffix = "_l" + layer.layer + (reverse ? "_reverse" : "");
        tensors.put("weight_ih" + suffix, flatten(layer.weightIh));
        tensors.put("weight_hh" + suffix, flatten(layer.weightHh));
        tensors.put("bias_ih" + suffix, layer.biasIh);
        tensors.put("bias_hh" + suffix, layer.biasHh);
      }
      return tensors;
    }

    /** Inputs, mask and initial states. */
    public LayerInput input() {
      LayerInput input = LayerInput.of(x).withState(h0);
      if (lengths != null) {
        return input.withValid(LayerInput.leading(lengths, seqLen));
      }
      if (mask == null) {
        return input;
      }
      boolean[][] valid = new boolean[seqLen][batch];
      for (int t = 0; t < seqLen; t++) {
        for (int n = 0; n < batch; n++) {
          valid[t][n] = mask[n][t];
        }
      }
      return input.withValid(valid);
    }

    /**
     * Compares a layer with every answer the case gives: the outputs, the final states, or what is
     * last.
     *
     * @param layer called as often as the case says, each time with the final states of the call
     *     before
     * @param precision of the arithmetic: some answers have more digits than a float can hold
     * @throws AssertionError if an element is off by more than {@link #tolerance} and precision
     */
    public void assertReproducedBy(Function<LayerInput, LayerOutput> layer, double precision) {
      LayerOutput output = layer.apply(input());
      for (int call = 1; call < statefulCalls; call++) {
        output = layer.apply(input().withState(output.finalStates()));
      }
      assertThat(expected.answers()).as("%s: answers", id).isPositive();
      double margin = Math.max(tolerance, precision);
      if (expected.y != null) {
        assertClose("y", output.y(), expected.y, margin);
      }
      if (expected.finalStates != null) {
        assertClose("h_n", output.finalStates(), expected.finalStates, margin);
      }
      if (expected.last != null) {
        assertClose(
            "last", new double[][][] {output.last()}, new double[][][] {expected.last}, margin);
      }
    }

    private void assertClose(String what, double[][][] actual, double[][][] answer, double margin) {
      assertThat(actual.length).as("%s: %s", id, what).isEqualTo(answer.length);
      for (int i = 0; i < answer.length; i++) {
        assertThat(flatten(actual[i]))
            .as("%s: %s[%d]", id, what, i)
            .containsExactly(flatten(answer[i]), within(margin));
      }
    }

    private static double[] flatten(double[][] rows) {
      return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /**
   * Parameters of one layer in one direction, gates in the order r, z, n.
   *
   * @param dir 0 forward, 1 reverse
   * @param weightIh [3·hiddenSize][inputs of this layer]
   * @param weightHh [3·hiddenSize][hiddenSize]
   * @param biasIh [3·hiddenSize]
   * @param biasHh [3·hiddenSize]
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record LayerParameters(
      int layer,
      int dir,
      @JsonProperty("W_ih") double[][] weightIh,
      @JsonProperty("W_hh") double[][] weightHh,
      @JsonProperty("b_ih") double[] biasIh,
      @JsonProperty("b_hh") double[] biasHh) {}

  /**
   * What was published; the rest is null.
   *
   * @param y outputs, [seqLen][batch][numDirections·hiddenSize]
   * @param finalStates h_n, [numLayers·numDirections][batch][hiddenSize]
   * @param last the merged final states of the last layer, [batch][hiddenSize]
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Expected(
      double[][][] y, @JsonProperty("h_n") double[][][] finalStates, double[][] last) {

    /** How many of the three were published. */
    long answers() {
      return Arrays.asList(y, finalStates, last).stream().filter(a -> a != null).count();
    }
  }
}
