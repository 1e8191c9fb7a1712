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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tornadogru.InvalidInputException;
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

  /**
   * Method source: {@link #applicableToSingleLayer}. Where the file is not at hand, the test is
   * reported as skipped.
   */
  public static List<Case> applicable() {
    Optional<ConformanceCases> published = load();
    assumeTrue(published.isPresent(), "no published answers: give their file with -D" + PROPERTY);
    return published.orElseThrow().applicableToSingleLayer();
  }

  /** The cases that {@link Case#singleLayer()} holds for, of either reset placement. */
  public List<Case> applicableToSingleLayer() {
    return cases.stream().filter(Case::singleLayer).toList();
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

    /**
     * Whether one forward layer with σ and tanh answers the case: no lengths, no mask, no clip, one
     * call.
     */
    public boolean singleLayer() {
      return numLayers == 1
          && numDirections == 1
          && direction.equals("forward")
          && lengths == null
          && mask == null
          && activations == null
          && clip == null
          && statefulCalls == 1;
    }

    public ResetPlacement reset() {
      return resetAfter ? ResetPlacement.AFTER : ResetPlacement.BEFORE;
    }

    /** The parameters of the first layer, forward direction; with no linear layer. */
    public ReferenceParameters parameters() {
      LayerParameters layer = params.getFirst();
      ReferenceParameters parameters = ReferenceParameters.zeros(inputSize, hiddenSize, 0);
      Map.of(
              ReferenceParameters.WEIGHT_IH,
              flatten(layer.weightIh),
              ReferenceParameters.WEIGHT_HH,
              flatten(layer.weightHh),
              ReferenceParameters.BIAS_IH,
              layer.biasIh,
              ReferenceParameters.BIAS_HH,
              layer.biasHh)
          .forEach(
              (name, values) ->
                  System.arraycopy(values, 0, parameters.tensor(name), 0, values.length));
      return parameters;
    }

    /** The initial states of the first layer: [batch][hiddenSize]. */
    public double[][] initialState() {
      return h0 == null ? new double[batch][hiddenSize] : h0[0];
    }

    /**
     * Compares with every answer the case gives: all states, the final ones, or both.
     *
     * @param states of a single layer, after each step: [seqLen][batch][hiddenSize]
     * @param precision of the arithmetic: some answers have more digits than a float can hold
     * @throws AssertionError if an element is off by more than {@link #tolerance} and precision
     */
    public void assertReproducedBy(double[][][] states, double precision) {
      double[][] last = states[states.length - 1];
      assertThat(expected.answers()).as("%s: answers", id).isPositive();
      if (expected.y != null) {
        assertThat(states).as("%s: steps", id).hasNumberOfRows(expected.y.length);
        for (int t = 0; t < states.length; t++) {
          assertClose("y[%d]".formatted(t), states[t], expected.y[t], precision);
        }
      }
      if (expected.finalStates != null) {
        assertClose("h_n", last, expected.finalStates[0], precision);
      }
      if (expected.last != null) {
        assertClose("last", last, expected.last, precision);
      }
    }

    private void assertClose(String what, double[][] actual, double[][] answer, double precision) {
      assertThat(flatten(actual))
          .as("%s: %s", id, what)
          .containsExactly(flatten(answer), within(Math.max(tolerance, precision)));
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
   * @param last the output of the last step, [batch][hiddenSize]
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
