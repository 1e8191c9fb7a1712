package org.tornadogru.formats.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.Parameter;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;

/**
 * The layers of a file that describes each by itself, made one GRU.
 *
 * @param layers in the order of the data
 */
public record LayerStack(List<Layer> layers) {

  /**
   * How a walk computes.
   *
   * @param clip infinite for none
   */
  public record Cell(
      ResetPlacement reset,
      ActivationFunction gateActivation,
      ActivationFunction candidateActivation,
      float clip) {}

  /**
   * One layer in one direction; its weights are arranged as PyTorch's.
   *
   * @param name what messages call it
   * @param inputWeights [3H][inputs]
   * @param recurrentWeights [3H][H]
   * @param inputBias [3H], or null
   * @param recurrentBias [3H], or null
   * @param initialState [H], or null for zeros
   */
  public record Walk(
      String name,
      boolean reverse,
      Cell cell,
      Tensor inputWeights,
      Tensor recurrentWeights,
      Tensor inputBias,
      Tensor recurrentBias,
      Tensor initialState) {

    public int inputs() {
      return inputWeights.shape().get(1);
    }

    public int hidden() {
      return recurrentWeights.shape().get(1);
    }
  }

  /** One layer. */
  public record Layer(List<Walk> walks, Merge merge) {}

  public LayerStack {
    layers = List.copyOf(layers);
  }

  /**
   * What they are together; inputs are dense.
   *
   * @throws InvalidInputException if they differ in what all layers of a GRU have in common
   */
  public GruConfig config() {
    Direction direction = direction();
    return GruConfig.builder(layers.getFirst().walks.getFirst().inputs(), 1)
        .hiddenSizes(
            layers.stream()
                .map(layer -> common("hidden units", layer.walks, Walk::hidden))
                .toArray(Integer[]::new))
        .direction(direction)
        .merge(merge())
        .reset(common("places of the reset gate", walks(), walk -> walk.cell.reset))
        .biases(biases())
        .activations(
            ofEachWalk(direction, cell -> cell.gateActivation),
            ofEachWalk(direction, cell -> cell.candidateActivation))
        .clip(common("clips", walks(), walk -> walk.cell.clip))
        .build();
  }

  private List<ActivationFunction> ofEachWalk(
      Direction direction, Function<Cell, ActivationFunction> function) {
    return IntStream.range(0, direction.walks())
        .mapToObj(index -> layers.stream().map(layer -> layer.walks.get(index)).toList())
        .map(walks -> common("activations", walks, walk -> function.apply(walk.cell)))
        .toList();
  }

  private static <T> T common(String what, List<Walk> walks, Function<Walk, T> property) {
    Walk first = walks.getFirst();
    T value = property.apply(first);
    for (Walk walk : walks) {
      if (!property.apply(walk).equals(value)) {
        throw new InvalidInputException(
            "the layers %s and %s have different %s, %s and %s: a GRU here has the same in both"
                .formatted(
                    Quoted.of(first.name),
                    Quoted.of(walk.name),
                    what,
                    value,
                    property.apply(walk)));
      }
    }
    return value;
  }

  private Direction direction() {
    Direction first = direction(layers.getFirst());
    for (Layer layer : layers) {
      if (direction(layer) != first) {
        throw new InvalidInputException(
            "the layers %s and %s have different directions, %s and %s: a GRU has the same in all layers"
                .formatted(
                    Quoted.of(layers.getFirst().walks.getFirst().name),
                    Quoted.of(layer.walks.getFirst().name),
                    first,
                    direction(layer)));
      }
    }
    return first;
  }

  private static Direction direction(Layer layer) {
    return layer.walks.size() == 2
        ? Direction.BIDIRECTIONAL
        : layer.walks.getFirst().reverse ? Direction.REVERSE : Direction.FORWARD;
  }

  private Merge merge() {
    Merge first = layers.getFirst().merge;
    for (Layer layer : layers) {
      if (layer.merge != first) {
        throw new InvalidInputException(
            "the layers %s and %s merge their directions by %s and by %s: a GRU does the same in all layers"
                .formatted(
                    Quoted.of(layers.getFirst().walks.getFirst().name),
                    Quoted.of(layer.walks.getFirst().name),
                    first,
                    layer.merge));
      }
    }
    return first;
  }

  private Biases biases() {
    if (walks().stream().anyMatch(walk -> walk.recurrentBias != null)) {
      return Biases.TWO;
    }
    return walks().stream().anyMatch(walk -> walk.inputBias != null) ? Biases.ONE : Biases.NONE;
  }

  private List<Walk> walks() {
    return layers.stream().flatMap(layer -> layer.walks.stream()).toList();
  }

  /** Whether all recurrent biases are zeros or missing, so that one bias vector will do. */
  public boolean needsOneBias() {
    for (Walk walk : walks()) {
      Tensor bias = walk.recurrentBias;
      for (int place = 0; bias != null && place < bias.size(); place++) {
        if (bias.at(place) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The state that all sequences begin at, [L·D][H], H being the widest layer's: zeros behind those
   * of others; empty if it is zeros.
   */
  public Optional<Tensor> initialState() {
    List<Walk> walks = walks();
    int widest = walks.stream().mapToInt(Walk::hidden).max().orElseThrow();
    if (walks.stream().allMatch(walk -> walk.initialState == null)) {
      return Optional.empty();
    }
    return Optional.of(
        Tensor.of(
            "initial_state",
            List.of(walks.size(), widest),
            place -> {
              Walk walk = walks.get(place / widest);
              boolean zero = walk.initialState == null || place % widest >= walk.hidden();
              return zero ? 0 : walk.initialState.at(place % widest);
            }));
  }

  /**
   * PyTorch's tensors; a bias that only some walks have is zero in the others.
   *
   * @param biases what tensors there should be
   */
  public List<Tensor> tensors(Biases biases) {
    List<Tensor> tensors = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      for (Walk walk : layers.get(layer).walks) {
        String suffix = Parameter.suffix(layer, walk.reverse);
        int gates = 3 * walk.hidden();
        tensors.add(walk.inputWeights.named("weight_ih" + suffix));
        tensors.add(walk.recurrentWeights.named("weight_hh" + suffix));
        if (biases != Biases.NONE) {
          tensors.add(bias("bias_ih" + suffix, gates, walk.inputBias));
        }
        if (biases == Biases.TWO) {
          tensors.add(bias("bias_hh" + suffix, gates, walk.recurrentBias));
        }
      }
    }
    return tensors;
  }

  private static Tensor bias(String name, int size, Tensor values) {
    return values == null ? Tensor.of(name, List.of(size), place -> 0) : values.named(name);
  }
}
