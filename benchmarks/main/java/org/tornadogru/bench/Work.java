package org.tornadogru.bench;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Sequences;
import org.tornadogru.nn.Tensor;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;

/**
 * Something to do that every device and every library does alike. Weights and inputs are the same
 * bits in every process.
 *
 * @param kind what to do
 * @param size what the size is called
 * @param config the model; the reset gate acts after the product, which all libraries have
 * @param shape of a batch; for generation one step of one row
 * @param ragged whether the sequences of a layer have lengths from an eighth of the steps to all
 * @param cores that do it, as part of what it is; 0: as many as the others have
 */
public record Work(
    Kind kind, String size, GruConfig config, SequenceShape shape, boolean ragged, int cores) {

  /** What to do. */
  public enum Kind {
    /** An update of a language model of one layer: forward, backward, clip, descend. */
    TRAINING,
    /** Scores of the next token at each step. */
    INFERENCE,
    /** Text, a token at a time. */
    GENERATION,
    /** The GRU alone on vectors, forward and backward: the gradients of inputs and parameters. */
    LAYER_TRAINING,
    /** The GRU alone on vectors, forward. */
    LAYER_INFERENCE,
    /** A product of two square matrices: what the others could reach, if they were nothing else. */
    PRODUCT;

    /** Whether it is about a layer rather than about a language model. */
    public boolean isOfLayer() {
      return this == LAYER_TRAINING || this == LAYER_INFERENCE;
    }

    boolean trains() {
      return this == TRAINING || this == LAYER_TRAINING;
    }
  }

  private static final long SEED = 20_14;

  /**
   * d2l's learning rate. The clip is lower than d2l's, so that it acts from the first step on, when
   * the answers are compared.
   */
  private static final Optimization SGD = Optimization.sgd(4f, 0.1f);

  /**
   * A training step for the largest GPUs, with 32 times the products of H512, which take annotated
   * loops on a CPU minutes. It is done only by its name.
   */
  private static final Work BIG =
      new Work(Kind.TRAINING, "big", model(128, 512), new SequenceShape(128, 1024));

  private static final int SHORTEST = 8;

  public Work(Kind kind, String size, GruConfig config, SequenceShape shape) {
    this(kind, size, config, shape, false, 0);
  }

  /** The same on so many cores. */
  Work on(int cores) {
    return new Work(kind, size, config, shape, ragged, cores);
  }

  /** Everything that is compared. */
  public static List<Work> all() {
    return Stream.of(languageModels(), layers(), products()).flatMap(Function.identity()).toList();
  }

  private static Stream<Work> languageModels() {
    GruConfig d2l = model(28, 32);
    GruConfig h256 = model(128, 256);
    GruConfig h512 = model(128, 512);
    SequenceShape large = new SequenceShape(32, 1024);
    SequenceShape wide = new SequenceShape(64, 64);
    SequenceShape one = new SequenceShape(1, 1);
    GruConfig words = GruConfig.builder(10_000, 256).tokens().embedding(128).build();
    SequenceShape sentences = new SequenceShape(35, 32);
    return Stream.of(
        new Work(Kind.TRAINING, "small", model(28, 8), new SequenceShape(32, 32)),
        new Work(Kind.TRAINING, "d2l", d2l, large),
        new Work(Kind.TRAINING, "H256", h256, wide),
        new Work(Kind.TRAINING, "H512", h512, wide),
        new Work(Kind.TRAINING, "words", words, sentences),
        new Work(Kind.INFERENCE, "d2l", d2l, large),
        new Work(Kind.INFERENCE, "H256", h256, wide),
        new Work(Kind.INFERENCE, "H512", h512, wide),
        new Work(Kind.INFERENCE, "words", words, sentences),
        new Work(Kind.GENERATION, "H256", h256, one),
        new Work(Kind.GENERATION, "H512", h512, one),
        new Work(Kind.GENERATION, "words", words, one));
  }

  /** What people run beside language models: vectors, and layers of all kinds. */
  private static Stream<Work> layers() {
    SequenceShape wide = new SequenceShape(64, 64);
    SequenceShape frame = new SequenceShape(1, 1);
    GruConfig both =
        GruConfig.builder(128, 256).layers(2).direction(Direction.BIDIRECTIONAL).build();
    GruConfig variant =
        GruConfig.builder(128, 256)
            .activations(
                ActivationFunction.of(ActivationFunction.Kind.HARD_SIGMOID),
                ActivationFunction.of(ActivationFunction.Kind.RELU))
            .build();
    return Stream.concat(
        Stream.of(Kind.LAYER_TRAINING, Kind.LAYER_INFERENCE)
            .flatMap(
                kind ->
                    Stream.of(
                        new Work(kind, "d2l", layer(28, 32), new SequenceShape(32, 1024)),
                        new Work(kind, "H256", layer(128, 256), wide),
                        new Work(kind, "H512", layer(128, 512), wide),
                        new Work(kind, "both-ways", both, wide),
                        new Work(kind, "ragged", both, wide, true, 0),
                        new Work(kind, "variant", variant, wide))),
        Stream.of(
            new Work(Kind.LAYER_INFERENCE, "long", layer(40, 256), new SequenceShape(1000, 1)),
            new Work(Kind.LAYER_INFERENCE, "frame", layer(40, 256), frame),
            new Work(Kind.LAYER_INFERENCE, "frame-H512", layer(40, 512), frame)));
  }

  private static Stream<Work> products() {
    return Stream.of(1024, 2048)
        .map(
            size ->
                new Work(
                    Kind.PRODUCT,
                    Integer.toString(size),
                    layer(size, size),
                    new SequenceShape(1, size)));
  }

  private static GruConfig layer(int inputs, int hidden) {
    return GruConfig.builder(inputs, hidden).build();
  }

  /**
   * The work of a name.
   *
   * @throws InvalidInputException if there is none
   */
  public static Work named(String name) {
    return Stream.of(
            all().stream(), Stream.of(BIG), Dimension.ALL.stream().flatMap(Dimension::works))
        .flatMap(Function.identity())
        .filter(work -> work.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no work called %s: there are %s".formatted(name, names(all()))));
  }

  /**
   * The works in whose names a regular expression is found, such as {@code training}.
   *
   * @param works among these
   * @throws InvalidInputException if there is none
   */
  public static List<Work> matching(String pattern, List<Work> works) {
    Pattern wanted;
    try {
      wanted = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException("--work %s: %s".formatted(pattern, e.getDescription()), e);
    }
    List<Work> found = works.stream().filter(work -> wanted.matcher(work.name()).find()).toList();
    if (found.isEmpty()) {
      throw new InvalidInputException(
          "--work %s matches nothing: there are %s".formatted(pattern, names(works)));
    }
    return found;
  }

  private static String names(List<Work> works) {
    return String.join(", ", works.stream().map(Work::name).toList());
  }

  private static GruConfig model(int vocabulary, int hidden) {
    return GruConfig.ofTokens(vocabulary, hidden, ResetPlacement.AFTER);
  }

  /** For example {@code training-H256}. */
  public String name() {
    String what =
        switch (kind) {
          case TRAINING -> "training";
          case INFERENCE -> "inference";
          case GENERATION -> "generation";
          case LAYER_TRAINING -> "layer-training";
          case LAYER_INFERENCE -> "layer-inference";
          case PRODUCT -> "product";
        };
    return what + "-" + size;
  }

  public Optimization sgd() {
    return SGD;
  }

  /**
   * Floating-point operations of one execution, counting the matrix products only: an input is a
   * row of a table, and the gates are few beside the products. With M = 3H² + H·V multiplications
   * per position (recurrent weights, output layer), and 3H·E more where tokens have vectors of E
   * numbers, each followed by an addition:
   *
   * <pre>
   *   inference, generation   2 · M · T · B
   *   training                3 · 2 · M · T · B     forward, gradient of the inputs, of the weights
   * </pre>
   *
   * Of layers M is all of their weights.
   *
   * @param positions T · B
   */
  public double flops(int positions) {
    double hidden = config.hiddenSize();
    double multiplications =
        switch (kind) {
          case TRAINING, INFERENCE, GENERATION ->
              3 * hidden * (hidden + config.embeddingSize()) + hidden * config.inputSize();
          case LAYER_TRAINING, LAYER_INFERENCE -> matrices();
          case PRODUCT -> hidden * config.inputSize();
        };
    return (kind.trains() ? 3 : 1) * 2 * multiplications * positions;
  }

  /** Weights of the products at one position. */
  private long matrices() {
    return weights().tensors().stream()
        .filter(tensor -> tensor.shape().size() == 2)
        .mapToLong(Tensor::size)
        .sum();
  }

  /** New weights, always the same. */
  public Weights weights() {
    int outputs = kind.isOfLayer() ? 0 : config.inputSize();
    return Weights.initial(config, outputs, Initialization.UNIFORM, SEED);
  }

  /** Vectors for a layer, or a product's left factor, always the same: [steps][batch][inputs]. */
  public Sequences vectors() {
    Sequences vectors = Sequences.of(uniform("x", config.inputSize(), SEED));
    if (!ragged) {
      return vectors;
    }
    SplittableRandom random = new SplittableRandom(SEED);
    int shortest = Math.max(1, shape.steps() / SHORTEST);
    return vectors.withLengths(random.ints(shape.batch(), shortest, shape.steps() + 1).toArray());
  }

  /**
   * The gradient of a layer's outputs, or a product's right factor, always the same:
   * [steps][batch][outputs].
   */
  public Tensor outputGradients() {
    return uniform("dy", config.outputSize(), SEED + 1);
  }

  /** Between -1 and 1. */
  private Tensor uniform(String name, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> dimensions = List.of(shape.steps(), shape.batch(), size);
    return Tensor.of(name, dimensions, _ -> (float) random.nextDouble(-1, 1));
  }

  /** A batch with its targets, always the same: [steps + 1][batch]. */
  public int[] tokens() {
    return tokens(shape.tokens(), SEED);
  }

  /** A batch without its targets: [steps][batch]. */
  public int[] inputs() {
    return tokens(shape.positions(), SEED);
  }

  /** Tokens of which some are far more frequent than others, as in a text. */
  public int[] tokens(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      double u = random.nextDouble();
      tokens[i] = (int) (u * u * config.inputSize());
    }
    return tokens;
  }

  @Override
  public String toString() {
    return name();
  }
}
