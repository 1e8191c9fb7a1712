package org.tornadogru.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Dense;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ResetPlacement;

/**
 * Layers drawn from the whole product of features, each from a seed that says everything about it;
 * small enough that hundreds run in seconds.
 *
 * <p>As a method source: {@code @MethodSource("org.tornadogru.oracle.RandomLayers#cases")}.
 */
public final class RandomLayers {
  private static final int COUNT = 320;
  private static final int[] SIZES = {1, 2, 3, 5, 7, 16, 17};

  private RandomLayers() {}

  /** All of them, or the one whose seed the property {@code layer.seed} gives. */
  public static Stream<RandomLayer> cases() {
    Long only = Long.getLong("layer.seed");
    return (only == null ? LongStream.range(0, COUNT) : LongStream.of(only))
        .mapToObj(RandomLayers::of);
  }

  /**
   * A few of them that have every feature among them, each chosen for the most that those before it
   * lack.
   */
  public static List<RandomLayer> everyFeature() {
    List<RandomLayer> all =
        cases().filter(layer -> layer.steps() > 1 && layer.batch() > 1).toList();
    Set<String> missing = new HashSet<>();
    all.forEach(layer -> missing.addAll(layer.features()));
    List<RandomLayer> chosen = new ArrayList<>();
    while (!missing.isEmpty()) {
      RandomLayer best =
          all.stream()
              .max(
                  Comparator.comparingLong(
                      layer -> layer.features().stream().filter(missing::contains).count()))
              .orElseThrow();
      missing.removeAll(best.features());
      chosen.add(best);
    }
    return chosen;
  }

  /** The case of a seed. */
  public static RandomLayer of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    GruConfig config = withDense(config(random), new SplittableRandom(seed * 1_000 + 9));
    config = withDifferentParts(config, new SplittableRandom(seed * 1_000 + 10));
    int steps = 1 + random.nextInt(6);
    int batch = 1 + random.nextInt(5);
    int masking = random.nextInt(3);
    int[] lengths = masking == 1 ? random.ints(batch, 0, steps + 1).toArray() : null;
    boolean[][] valid =
        switch (masking) {
          case 0 -> null;
          case 1 -> LayerInput.leading(lengths, steps);
          default -> mask(random, steps, batch);
        };
    int outputs = size(random);
    return new RandomLayer(
        seed,
        config,
        config.tied() ? config.inputSize() : outputs,
        steps,
        batch,
        lengths,
        valid,
        random.nextBoolean());
  }

  private static GruConfig config(SplittableRandom random) {
    GruConfig.Builder builder =
        GruConfig.builder(size(random), size(random))
            .direction(one(random, Direction.values()))
            .merge(one(random, Merge.values()))
            .reset(one(random, ResetPlacement.values()))
            .biases(one(random, Biases.values()))
            .maskedOutput(one(random, MaskedOutput.values()));
    if (random.nextInt(2) == 0) {
      builder.gating(one(random, Gating.values()));
    }
    if (random.nextInt(2) == 0) {
      builder.activations(activation(random), activation(random));
    }
    if (random.nextInt(3) == 0) {
      builder.clip((float) random.nextDouble(0.2, 1.5));
    }
    if (random.nextInt(3) == 0) {
      embed(random, builder.tokens());
    } else if (random.nextInt(3) == 0) {
      builder.inputDropout(0.3f);
    }
    if (random.nextInt(3) == 0) {
      builder.recurrentDropout(0.4f);
    }
    if (random.nextInt(2) == 0) {
      builder.layers(2 + random.nextInt(2));
      if (random.nextInt(2) == 0) {
        builder.dropout(0.25f);
      }
    }
    GruConfig config = builder.build();
    boolean reverses = config.direction() == Direction.REVERSE && config.layers() == 1;
    return reverses && random.nextBoolean() ? builder.keepReversed().build() : config;
  }

  /** Behind a third of them are dense layers; the draws of all else do not depend on it. */
  private static GruConfig withDense(GruConfig config, SplittableRandom random) {
    if (random.nextInt(3) > 0) {
      return config;
    }
    Dense[] layers = new Dense[1 + random.nextInt(2)];
    Arrays.setAll(layers, layer -> new Dense(size(random), activation(random)));
    if (config.tied()) {
      int last = layers.length - 1;
      layers[last] = new Dense(config.embeddingSize(), layers[last].activation());
    }
    return config.toBuilder().dense(layers).build();
  }

  /** Of a third, layers differ in size, and of half the variants, walks in their activations. */
  private static GruConfig withDifferentParts(GruConfig config, SplittableRandom random) {
    GruConfig.Builder builder = config.toBuilder();
    if (random.nextInt(3) == 0) {
      Integer[] sizes = config.hiddenSizes().toArray(Integer[]::new);
      for (int layer = 0; layer < sizes.length - 1; layer++) {
        sizes[layer] = size(random);
      }
      builder.hiddenSizes(sizes);
    }
    boolean variant = !config.isStandardCell() && config.direction() == Direction.BIDIRECTIONAL;
    if (variant && random.nextBoolean()) {
      builder.activations(
          List.of(config.gateActivation(0), activation(random)),
          List.of(config.candidateActivation(0), activation(random)));
    }
    return builder.build();
  }

  /** One-hot tokens, or those of a table, which may be tied to the output layer. */
  private static void embed(SplittableRandom random, GruConfig.Builder builder) {
    switch (random.nextInt(3)) {
      case 0 -> builder.embedding(size(random));
      case 1 -> builder.embedding(builder.build().outputSize()).tied();
      default -> {
        return;
      }
    }
    if (random.nextInt(3) == 0) {
      builder.inputDropout(0.3f);
    }
  }

  /** Any function; α and β differ from the defaults where it has them. */
  private static ActivationFunction activation(SplittableRandom random) {
    ActivationFunction.Kind kind = one(random, ActivationFunction.Kind.values());
    float alpha = (float) random.nextDouble(0.1, 1);
    float beta = (float) random.nextDouble(0.1, 1);
    return switch (kind) {
      case AFFINE, SCALED_TANH, HARD_SIGMOID -> new ActivationFunction(kind, alpha, beta);
      case LEAKY_RELU, THRESHOLDED_RELU, ELU -> new ActivationFunction(kind, alpha, 0);
      case SIGMOID, TANH, RELU, SOFTSIGN, SOFTPLUS -> ActivationFunction.of(kind);
    };
  }

  private static boolean[][] mask(SplittableRandom random, int steps, int batch) {
    boolean[][] valid = new boolean[steps][batch];
    for (boolean[] step : valid) {
      for (int n = 0; n < batch; n++) {
        step[n] = random.nextInt(3) > 0;
      }
    }
    return valid;
  }

  private static int size(SplittableRandom random) {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private static <E> E one(SplittableRandom random, E[] values) {
    return values[random.nextInt(values.length)];
  }
}
