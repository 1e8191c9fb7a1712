package org.tornadogru.oracle;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Parameters of a single-layer GRU language model in PyTorch's names and layout, gates in the order
 * r, z, n, in double precision.
 *
 * <pre>
 *   weight_ih_l0   [3·hidden][inputSize]      bias_ih_l0   [3·hidden]
 *   weight_hh_l0   [3·hidden][hidden]         bias_hh_l0   [3·hidden]
 *   linear.weight  [vocabulary][hidden]       linear.bias  [vocabulary]
 * </pre>
 *
 * The tensors are flat, row-major and mutable, so that a test can perturb one element. Gradients
 * have the same names and shapes and are held in the same type.
 *
 * @param inputSize values per input vector; equals {@code vocabulary} when inputs are tokens
 * @param hidden units of the layer
 * @param vocabulary outputs of the linear layer; 0 for a layer without one
 * @param tensors the six tensors by name, in the order of {@link #NAMES}
 */
public record ReferenceParameters(
    int inputSize, int hidden, int vocabulary, SequencedMap<String, double[]> tensors) {

  public static final String WEIGHT_IH = "weight_ih_l0";
  public static final String WEIGHT_HH = "weight_hh_l0";
  public static final String BIAS_IH = "bias_ih_l0";
  public static final String BIAS_HH = "bias_hh_l0";
  public static final String LINEAR_WEIGHT = "linear.weight";
  public static final String LINEAR_BIAS = "linear.bias";

  /** All tensors, in the order PyTorch lists them. */
  public static final List<String> NAMES =
      List.of(WEIGHT_IH, WEIGHT_HH, BIAS_IH, BIAS_HH, LINEAR_WEIGHT, LINEAR_BIAS);

  /**
   * Parameters that share the given arrays.
   *
   * @throws IllegalArgumentException if a tensor is missing or has the wrong number of elements
   */
  public ReferenceParameters {
    for (String name : NAMES) {
      int expected = size(name, inputSize, hidden, vocabulary);
      double[] tensor = tensors.get(name);
      if (tensor == null || tensor.length != expected) {
        throw new IllegalArgumentException(
            "%s has %s elements: expected %d"
                .formatted(name, tensor == null ? "no" : tensor.length, expected));
      }
    }
    tensors = Collections.unmodifiableSequencedMap(tensors);
  }

  /**
   * Uniform in (−scale, scale), biases included. Every value is exactly representable as a float: a
   * float implementation starts from the very same numbers.
   */
  public static ReferenceParameters random(
      int inputSize, int hidden, int vocabulary, long seed, double scale) {
    SplittableRandom random = new SplittableRandom(seed);
    return create(
        inputSize,
        hidden,
        vocabulary,
        name ->
            random
                .doubles(size(name, inputSize, hidden, vocabulary), -scale, scale)
                .map(value -> (float) value)
                .toArray());
  }

  public static ReferenceParameters zeros(int inputSize, int hidden, int vocabulary) {
    return create(
        inputSize,
        hidden,
        vocabulary,
        name -> new double[size(name, inputSize, hidden, vocabulary)]);
  }

  /** The parameters or gradients of a float implementation, by name; each flat and row-major. */
  public static ReferenceParameters ofFloats(
      int inputSize, int hidden, int vocabulary, Map<String, float[]> tensors) {
    return create(inputSize, hidden, vocabulary, name -> doubles(tensors.get(name)));
  }

  /** The tensor itself, not a copy: flat, row-major. */
  public double[] tensor(String name) {
    double[] tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(name + " is not one of " + NAMES);
    }
    return tensor;
  }

  /** A tensor for a float implementation: flat, row-major. */
  public float[] floats(String name) {
    return floats(tensor(name));
  }

  /** Rounds each value, for a float implementation. */
  public static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  public ReferenceParameters copy() {
    return create(inputSize, hidden, vocabulary, name -> tensor(name).clone());
  }

  /** Others of the same shape, which share the given arrays: gradients, for instance. */
  ReferenceParameters withTensors(Map<String, double[]> others) {
    return create(inputSize, hidden, vocabulary, others::get);
  }

  private static ReferenceParameters create(
      int inputSize, int hidden, int vocabulary, Function<String, double[]> tensor) {
    SequencedMap<String, double[]> tensors = new LinkedHashMap<>();
    NAMES.forEach(name -> tensors.put(name, tensor.apply(name)));
    return new ReferenceParameters(inputSize, hidden, vocabulary, tensors);
  }

  private static int size(String name, int inputSize, int hidden, int vocabulary) {
    return switch (name) {
      case WEIGHT_IH -> 3 * hidden * inputSize;
      case WEIGHT_HH -> 3 * hidden * hidden;
      case BIAS_IH, BIAS_HH -> 3 * hidden;
      case LINEAR_WEIGHT -> vocabulary * hidden;
      case LINEAR_BIAS -> vocabulary;
      default -> throw new IllegalArgumentException(name + " is not one of " + NAMES);
    };
  }

  static double[] doubles(float[] floats) {
    double[] doubles = new double[floats.length];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = floats[i];
    }
    return doubles;
  }
}
