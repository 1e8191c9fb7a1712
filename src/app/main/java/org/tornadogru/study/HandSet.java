package org.tornadogru.study;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.tornadogru.Gru;
import org.tornadogru.GruOutput;
import org.tornadogru.device.Device;
import org.tornadogru.nn.Gates;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;

/**
 * A GRU of one unit whose weights are set by hand, so that its state at all t > t′ says what came
 * in at t′ and nothing else. A second input, 1 at t′ and otherwise 0, shuts both gates: with {@code
 * r = z = 0} the new state is {@code tanh(x)}, whatever was before; otherwise {@code z = 1} keeps
 * it.
 *
 * @param at t′
 * @param inputs x of sequences that have the one at t′ in common, [N][T]
 * @param states h' of each, [N][T]
 * @param reset r, which is the same in all of them, [T]
 * @param update z, likewise
 */
public record HandSet(
    int at,
    List<List<Float>> inputs,
    List<List<Float>> states,
    List<Float> reset,
    List<Float> update) {

  /** How far a gate's argument is from 0: a sigmoid of it is as good as 0 or 1. */
  public static final float SATURATION = 20;

  private static final int SEQUENCES = 3;
  private static final int STEPS = 20;
  private static final int AT = 6;

  private static final GruConfig CONFIG = GruConfig.builder(2, 1).build();

  public HandSet {
    inputs = List.copyOf(inputs);
    states = List.copyOf(states);
    reset = List.copyOf(reset);
    update = List.copyOf(update);
  }

  /** The weights: inputs are x and the mark of t′, gates r, z, n. */
  public static Weights weights() {
    float open = SATURATION;
    return Weights.of(
        CONFIG,
        0,
        List.of(
            new Tensor(
                "weight_ih_l0", List.of(3, 2), new float[] {0, -2 * open, 0, -2 * open, 1, 0}),
            new Tensor("weight_hh_l0", List.of(3, 1), new float[] {0, 0, 1}),
            new Tensor("bias_ih_l0", List.of(3), new float[] {open, open, 0}),
            new Tensor("bias_hh_l0", List.of(3), new float[3])));
  }

  /** Runs it over random inputs. */
  public static HandSet run(Device device) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(2);
    float[][][] x = new float[STEPS][SEQUENCES][2];
    for (float[][] step : x) {
      for (float[] input : step) {
        input[0] = random.nextFloat(-1, 1);
      }
    }
    for (float[] input : x[AT]) {
      input[0] = x[AT][0][0];
      input[1] = 1;
    }
    try (Gru gru = new Gru(weights(), device)) {
      GruOutput output = gru.forwardWithGates(Sequences.of(x), null);
      Gates gates = output.gates().getFirst();
      List<List<Float>> inputs = new ArrayList<>();
      List<List<Float>> states = new ArrayList<>();
      for (int row = 0; row < SEQUENCES; row++) {
        int sequence = row;
        inputs.add(IntStream.range(0, STEPS).mapToObj(step -> x[step][sequence][0]).toList());
        states.add(ofSequence(gates.states(), row));
      }
      return new HandSet(
          AT, inputs, states, ofSequence(gates.reset(), 0), ofSequence(gates.update(), 0));
    }
  }

  private static List<Float> ofSequence(Tensor values, int row) {
    return IntStream.range(0, STEPS).mapToObj(step -> values.get(step, row, 0)).toList();
  }

  /** How far any state from t′ on is at most from the hyperbolic tangent of the input at t′. */
  public double error() {
    double error = 0;
    for (int row = 0; row < inputs.size(); row++) {
      double expected = Math.tanh(inputs.get(row).get(at));
      for (float state : states.get(row).subList(at, states.get(row).size())) {
        error = Math.max(error, Math.abs(state - expected));
      }
    }
    return error;
  }

  /**
   * What gates that are not quite shut or open let through at most: no state changes by more than 2
   * in a step, of which they let {@code σ(−saturation)}.
   */
  public double bound() {
    return 2 * inputs.getFirst().size() / (1 + Math.exp(SATURATION));
  }
}
