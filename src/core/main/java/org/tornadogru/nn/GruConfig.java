package org.tornadogru.nn;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a GRU is: its size, its layers, and how each of them works. The defaults are PyTorch's.
 *
 * <pre>{@code
 * GruConfig config =
 *     GruConfig.builder(28, 256).layers(2).direction(Direction.BIDIRECTIONAL).dropout(0.2f).build();
 * }</pre>
 *
 * <pre>
 *   r  = f(W_ir x + b_ir + W_hr h + b_hr)
 *   z  = f(W_iz x + b_iz + W_hz h + b_hz)
 *   n  = g(W_in x + b_in + r ⊙ (W_hn h + b_hn))      reset AFTER the product
 *   n  = g(W_in x + b_in + W_hn (r ⊙ h) + b_hn)      reset BEFORE the product
 *   h' = (1 − z) ⊙ n + z ⊙ h
 * </pre>
 *
 * @param inputSize features of an input, or the number of token ids
 * @param hiddenSizes H of each of the L layers, units of a walk's state; a layer's outputs are the
 *     next one's inputs
 * @param input dense vectors, or token ids
 * @param embeddingSize E, features of the vector that a table has for each token id; 0 for one-hot
 *     tokens, which pick columns of {@code weight_ih_l0}
 * @param tied whether the weight of the output layer is the embedding's table, so that the model
 *     has one matrix for both
 * @param direction how each layer walks through the sequence
 * @param merge what a bidirectional layer makes of its two outputs
 * @param reset where the reset gate acts
 * @param biases which bias vectors there are
 * @param gating which gates act
 * @param gateActivations f of each walk of a layer, σ unless told
 * @param candidateActivations g of each walk of a layer, tanh unless told
 * @param clip arguments of f and g are clipped to [−clip, clip]; infinite for none
 * @param dropout probability that an output between two layers is zeroed in training; the rest is
 *     scaled by {@code 1 / (1 − p)}
 * @param inputDropout the same for the features of the input, one mask for all steps of a sequence
 * @param recurrentDropout the same for the state that the recurrent products see, one mask for all
 *     steps of a sequence
 * @param maskedOutput what stands at steps that a mask leaves out
 * @param keepReversed whether a reverse layer's output stays in the order of its walk, last step
 *     first, as in Keras' {@code go_backwards}; otherwise it is put into the order of the input
 * @param dense hidden layers between the outputs and the linear layer, in their order; without a
 *     linear layer there are none
 * @see <a href="https://arxiv.org/abs/1406.1078">Cho et al. 2014, equations 5 to 8</a>
 */
public record GruConfig(
    int inputSize,
    List<Integer> hiddenSizes,
    InputKind input,
    int embeddingSize,
    boolean tied,
    Direction direction,
    Merge merge,
    ResetPlacement reset,
    Biases biases,
    Gating gating,
    List<ActivationFunction> gateActivations,
    List<ActivationFunction> candidateActivations,
    float clip,
    float dropout,
    float inputDropout,
    float recurrentDropout,
    MaskedOutput maskedOutput,
    boolean keepReversed,
    List<Dense> dense) {

  public GruConfig {
    hiddenSizes = List.copyOf(Objects.requireNonNull(hiddenSizes, "hiddenSizes"));
    if (hiddenSizes.isEmpty()) {
      throw new InvalidInputException("a GRU has at least one layer, not 0");
    }
    int smallest = Collections.min(hiddenSizes);
    if (inputSize < 1 || smallest < 1) {
      throw new InvalidInputException(
          "a GRU needs at least one input and one hidden unit, not %d and %d"
              .formatted(inputSize, smallest));
    }
    gateActivations = List.copyOf(gateActivations);
    candidateActivations = List.copyOf(candidateActivations);
    requireOnePerWalk(direction, gateActivations);
    requireOnePerWalk(direction, candidateActivations);
    if (!(clip > 0)) {
      throw new InvalidInputException(
          "clip bounds the arguments of the activations: it must be positive, not " + clip);
    }
    requireProbability("dropout", dropout);
    requireProbability("input dropout", inputDropout);
    requireProbability("recurrent dropout", recurrentDropout);
    if (dropout > 0 && hiddenSizes.size() == 1) {
      throw new InvalidInputException(
          "dropout %s acts between layers but there is only one: choose more layers, or input dropout"
              .formatted(dropout));
    }
    if (inputDropout > 0 && input == InputKind.TOKENS && embeddingSize == 0) {
      throw new InvalidInputException(
          "input dropout %s acts on features but the inputs are token ids: give them an embedding"
              .formatted(inputDropout));
    }
    requireEmbedding(input, embeddingSize);
    dense = List.copyOf(Objects.requireNonNull(dense, "dense"));
    boolean direct = dense.isEmpty();
    int features =
        direct ? merge.size(hiddenSizes.getLast(), direction.walks()) : dense.getLast().size();
    if (tied && embeddingSize != features) {
      throw new InvalidInputException(
          "an output layer tied to the embedding takes vectors of its size: the embedding size must be %d, as the %s outputs are, not %d"
              .formatted(features, direct ? "GRU's" : "last dense layer's", embeddingSize));
    }
    if (keepReversed && (direction != Direction.REVERSE || hiddenSizes.size() > 1)) {
      throw new InvalidInputException(
          "only a single layer of direction REVERSE can keep its output reversed, not %d of direction %s"
              .formatted(hiddenSizes.size(), direction));
    }
  }

  private static void requireOnePerWalk(Direction direction, List<ActivationFunction> functions) {
    if (functions.size() != direction.walks()) {
      throw new InvalidInputException(
          "a GRU of direction %s has %d activations of a kind, not %d: one for each walk"
              .formatted(direction, direction.walks(), functions.size()));
    }
  }

  private static void requireEmbedding(InputKind input, int size) {
    if (size < 0) {
      throw new InvalidInputException("an embedding size is 0 for none, or positive, not " + size);
    }
    if (size > 0 && input != InputKind.TOKENS) {
      throw new InvalidInputException(
          "an embedding of size %d has vectors for token ids but the inputs are dense"
              .formatted(size));
    }
  }

  private static void requireProbability(String name, float value) {
    if (!(value >= 0 && value < 1)) {
      throw new InvalidInputException(
          "%s is a probability from 0 to below 1, not %s".formatted(name, value));
    }
  }

  /** PyTorch's {@code nn.GRU(inputSize, hiddenSize)}, to be changed. */
  public static Builder builder(int inputSize, int hiddenSize) {
    return new Builder()
        .set(GruProperty.INPUT_SIZE, inputSize)
        .set(GruProperty.HIDDEN_SIZE, List.of(hiddenSize));
  }

  /** One layer over token ids, as in a language model. */
  public static GruConfig ofTokens(int vocabulary, int hiddenSize, ResetPlacement reset) {
    return builder(vocabulary, hiddenSize).tokens().reset(reset).build();
  }

  /** L. */
  public int layers() {
    return hiddenSizes.size();
  }

  /** H of the widest layer, which states of all layers have: {@code [L·D][N][H]}. */
  public int hiddenSize() {
    return Collections.max(hiddenSizes);
  }

  /** H of a layer, layers being counted from 0. */
  public int hiddenSize(int layer) {
    return hiddenSizes.get(layer);
  }

  /** Features of an output: 2H for a bidirectional layer that concatenates, otherwise H. */
  public int outputSize() {
    return outputSize(layers() - 1);
  }

  private int outputSize(int layer) {
    return merge.size(hiddenSize(layer), direction.walks());
  }

  /** f of a walk of a layer: 0 forward, 1 reverse, or 0 alone. */
  public ActivationFunction gateActivation(int walk) {
    return gateActivations.get(walk);
  }

  /** g of a walk of a layer: 0 forward, 1 reverse, or 0 alone. */
  public ActivationFunction candidateActivation(int walk) {
    return candidateActivations.get(walk);
  }

  /**
   * Features of a layer's input, layers being counted from 0: columns of its {@code weight_ih}. The
   * first layer's are the embedding's, if there is one.
   */
  public int inputSize(int layer) {
    return layer > 0 ? outputSize(layer - 1) : hasEmbedding() ? embeddingSize : inputSize;
  }

  /**
   * Features of a dense layer's input, layers being counted from 0: columns of its {@code
   * dense_{k}.weight}. Behind the last one comes the linear layer.
   */
  public int denseInputSize(int layer) {
    return layer == 0 ? outputSize() : dense.get(layer - 1).size();
  }

  /** Features of the linear layer's input: columns of {@code linear.weight}. */
  public int linearInputSize() {
    return denseInputSize(dense.size());
  }

  /** Whether token ids stand for the vectors of a table. */
  public boolean hasEmbedding() {
    return embeddingSize > 0;
  }

  /** Whether token ids stand for one-hot vectors. */
  public boolean isOneHot() {
    return input == InputKind.TOKENS && !hasEmbedding();
  }

  /** L·D: walks in all layers, and rows of the final state. */
  public int walks() {
    return layers() * direction.walks();
  }

  /** Whether both gates act, with σ and tanh and no clip: there are faster kernels for that. */
  public boolean isStandardCell() {
    return gating == Gating.FULL
        && gateActivations.stream().allMatch(ActivationFunction.SIGMOID::equals)
        && candidateActivations.stream().allMatch(ActivationFunction.TANH::equals)
        && Float.isInfinite(clip);
  }

  /** The same, to be changed. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    GruProperty.ALL.forEach(property -> builder.take(property, this));
    return builder;
  }

  /** What is not as usual: {@code GruConfig[input_size=28, hidden_size=256, layers=2]}. */
  @Override
  public String toString() {
    return GruProperty.ALL.stream()
        .filter(property -> !property.isUsual(this))
        .map(property -> property.name() + "=" + property.text(this))
        .collect(Collectors.joining(", ", "GruConfig[", "]"));
  }

  /** A configuration in the making; {@link GruConfig} says what each part means. */
  public static final class Builder {
    private final Map<GruProperty<?>, Object> values = new HashMap<>();

    private Builder() {}

    /** Sets a property. */
    public <T> Builder set(GruProperty<T> property, T value) {
      values.put(property, value);
      return this;
    }

    /** Sets a property to what it is unless told. */
    public Builder usual(GruProperty<?> property) {
      values.remove(property);
      return this;
    }

    private <T> void take(GruProperty<T> property, GruConfig config) {
      set(property, property.of(config));
    }

    @SuppressWarnings("unchecked") // as set() put it there
    private <T> T get(GruProperty<T> property) {
      return (T) values.getOrDefault(property, property.usual());
    }

    /** Inputs are token ids below the input size. */
    public Builder tokens() {
      return set(GruProperty.INPUT, InputKind.TOKENS);
    }

    /**
     * Inputs are token ids that stand for the vectors of a table, as behind {@code nn.Embedding}.
     */
    public Builder embedding(int size) {
      return tokens().set(GruProperty.EMBEDDING_SIZE, size);
    }

    /** The weight of the output layer is the embedding's table. */
    public Builder tied() {
      return set(GruProperty.TIED, true);
    }

    /** Layers of the same size. */
    public Builder layers(int count) {
      return set(GruProperty.LAYERS, count);
    }

    /** A layer of each of these sizes. */
    public Builder hiddenSizes(Integer... sizes) {
      return layers(sizes.length).set(GruProperty.HIDDEN_SIZE, List.of(sizes));
    }

    public Builder direction(Direction value) {
      return set(GruProperty.DIRECTION, value);
    }

    public Builder merge(Merge value) {
      return set(GruProperty.MERGE, value);
    }

    public Builder reset(ResetPlacement value) {
      return set(GruProperty.RESET, value);
    }

    public Builder biases(Biases value) {
      return set(GruProperty.BIASES, value);
    }

    public Builder gating(Gating value) {
      return set(GruProperty.GATING, value);
    }

    /**
     * Other activations, of all walks.
     *
     * @param gates f, of r and z
     * @param candidate g, of n
     */
    public Builder activations(ActivationFunction gates, ActivationFunction candidate) {
      return activations(
          List.of(Objects.requireNonNull(gates, "gates")),
          List.of(Objects.requireNonNull(candidate, "candidate")));
    }

    /**
     * Other activations, of the forward and of the reverse walk.
     *
     * @param gates f, of r and z
     * @param candidate g, of n
     */
    public Builder activations(List<ActivationFunction> gates, List<ActivationFunction> candidate) {
      return set(GruProperty.GATE_ACTIVATION, gates)
          .set(GruProperty.CANDIDATE_ACTIVATION, candidate);
    }

    public Builder clip(float limit) {
      return set(GruProperty.CLIP, limit);
    }

    public Builder dropout(float probability) {
      return set(GruProperty.DROPOUT, probability);
    }

    public Builder inputDropout(float probability) {
      return set(GruProperty.INPUT_DROPOUT, probability);
    }

    public Builder recurrentDropout(float probability) {
      return set(GruProperty.RECURRENT_DROPOUT, probability);
    }

    public Builder maskedOutput(MaskedOutput value) {
      return set(GruProperty.MASKED_OUTPUT, value);
    }

    public Builder keepReversed() {
      return set(GruProperty.KEEP_REVERSED, true);
    }

    /** Hidden layers between the outputs and the linear layer. */
    public Builder dense(Dense... layers) {
      return set(GruProperty.DENSE, List.of(Objects.requireNonNull(layers, "layers")));
    }

    /**
     * The configuration.
     *
     * @throws InvalidInputException if its parts contradict each other
     */
    public GruConfig build() {
      int layers = get(GruProperty.LAYERS);
      int walks = get(GruProperty.DIRECTION).walks();
      return new GruConfig(
          get(GruProperty.INPUT_SIZE),
          forEach("hidden sizes", layers, "layers", get(GruProperty.HIDDEN_SIZE)),
          get(GruProperty.INPUT),
          get(GruProperty.EMBEDDING_SIZE),
          get(GruProperty.TIED),
          get(GruProperty.DIRECTION),
          get(GruProperty.MERGE),
          get(GruProperty.RESET),
          get(GruProperty.BIASES),
          get(GruProperty.GATING),
          forEach("activations", walks, "walks", get(GruProperty.GATE_ACTIVATION)),
          forEach("activations", walks, "walks", get(GruProperty.CANDIDATE_ACTIVATION)),
          get(GruProperty.CLIP),
          get(GruProperty.DROPOUT),
          get(GruProperty.INPUT_DROPOUT),
          get(GruProperty.RECURRENT_DROPOUT),
          get(GruProperty.MASKED_OUTPUT),
          get(GruProperty.KEEP_REVERSED),
          get(GruProperty.DENSE));
    }

    /** One for all, or one for each. */
    private static <T> List<T> forEach(String what, int count, String of, List<T> values) {
      if (values.size() == 1) {
        return Collections.nCopies(Math.max(0, count), values.getFirst());
      }
      if (values.size() != count) {
        throw new InvalidInputException(
            "%d %s for %d %s: give one for all, or one for each"
                .formatted(values.size(), what, count, of));
      }
      return values;
    }
  }
}
