package org.tornadogru.bench;

import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.SequenceShape;
import org.tornadogru.nn.Weights;
import org.tornadogru.optim.Optimization;

/**
 * Something to do that every device and every library does alike. Weights and tokens are the same
 * bits in every process.
 *
 * @param kind what to do
 * @param size what the size is called
 * @param config the model; the reset gate acts after the product, which all libraries have
 * @param shape of a batch; for generation one step of one row
 */
public record Work(Kind kind, String size, GruConfig config, SequenceShape shape) {

  /** What to do. */
  public enum Kind {
    TRAINING,
    INFERENCE,
    GENERATION
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

  /** Everything that is compared. */
  public static List<Work> all() {
    GruConfig d2l = model(28, 32);
    GruConfig h256 = model(128, 256);
    GruConfig h512 = model(128, 512);
    SequenceShape large = new SequenceShape(32, 1024);
    SequenceShape wide = new SequenceShape(64, 64);
    SequenceShape one = new SequenceShape(1, 1);
    return List.of(
        new Work(Kind.TRAINING, "d2l", d2l, large),
        new Work(Kind.TRAINING, "H256", h256, wide),
        new Work(Kind.TRAINING, "H512", h512, wide),
        new Work(Kind.INFERENCE, "d2l", d2l, large),
        new Work(Kind.INFERENCE, "H256", h256, wide),
        new Work(Kind.INFERENCE, "H512", h512, wide),
        new Work(Kind.GENERATION, "H256", h256, one),
        new Work(Kind.GENERATION, "H512", h512, one));
  }

  /**
   * The work of a name.
   *
   * @throws InvalidInputException if there is none
   */
  public static Work named(String name) {
    return Stream.concat(all().stream(), Stream.of(BIG))
        .filter(work -> work.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "there is no work called %s: there are %s".formatted(name, names())));
  }

  /**
   * The works in whose names a regular expression is found, such as {@code training}.
   *
   * @throws InvalidInputException if there is none
   */
  public static List<Work> matching(String pattern) {
    Pattern wanted;
    try {
      wanted = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException("--work %s: %s".formatted(pattern, e.getDescription()), e);
    }
    List<Work> works = all().stream().filter(work -> wanted.matcher(work.name()).find()).toList();
    if (works.isEmpty()) {
      throw new InvalidInputException(
          "--work %s matches nothing: there are %s".formatted(pattern, names()));
    }
    return works;
  }

  /** All names, for messages. */
  public static String names() {
    return String.join(", ", all().stream().map(Work::name).toList());
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
        };
    return what + "-" + size;
  }

  public Optimization sgd() {
    return SGD;
  }

  /**
   * Floating-point operations of one execution, counting the matrix products only: an input is a
   * row of a table, and the gates are few beside the products. With M = 3H² + H·V multiplications
   * per position (recurrent weights, output layer), each followed by an addition:
   *
   * <pre>
   *   inference, generation   2 · M · T · B
   *   training                3 · 2 · M · T · B     forward, gradient of the inputs, of the weights
   * </pre>
   *
   * @param positions T · B
   */
  public double flops(int positions) {
    double hidden = config.hiddenSize();
    double multiplications = 3 * hidden * hidden + hidden * config.inputSize();
    return (kind == Kind.TRAINING ? 3 : 1) * 2 * multiplications * positions;
  }

  /** New weights, always the same. */
  public Weights weights() {
    return Weights.initial(config, config.inputSize(), Initialization.UNIFORM, SEED);
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
