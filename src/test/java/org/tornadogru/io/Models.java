package org.tornadogru.io;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.tornadogru.nn.ActivationFunction;
import org.tornadogru.nn.Biases;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.Gating;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.MaskedOutput;
import org.tornadogru.nn.Merge;
import org.tornadogru.nn.ModelWeights;
import org.tornadogru.nn.ResetPlacement;
import org.tornadogru.nn.Tensor;

/** Models with random weights, none of them symmetric. */
final class Models {

  private Models() {}

  /** Every weight is in (−1/2, 1/2) and not 0. */
  static GruModel random(GruConfig config, int outputs, long seed) {
    return random(config, outputs, seed, 0.5);
  }

  /** Every weight is in (−scale, scale) and not 0. */
  static GruModel random(GruConfig config, int outputs, long seed, double scale) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Tensor> tensors = new ArrayList<>();
    for (Tensor tensor : ModelWeights.zeros(config, outputs).tensors()) {
      float[] values = new float[tensor.values().length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-scale, scale);
      }
      tensors.add(new Tensor(tensor.name(), tensor.shape(), values));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("author", "é\n\"");
    return new GruModel(ModelWeights.of(config, outputs, tensors), metadata);
  }

  /** Configurations that reach every constant of every part. */
  static Stream<GruConfig> configs(int count) {
    SplittableRandom random = new SplittableRandom(4);
    return Stream.generate(() -> config(random)).limit(count);
  }

  private static GruConfig config(SplittableRandom random) {
    GruConfig.Builder builder = GruConfig.builder(random.nextInt(1, 8), random.nextInt(1, 20));
    int layers = random.nextInt(1, 4);
    Direction direction = any(Direction.values(), random);
    if (random.nextBoolean()) {
      builder.tokens();
    } else {
      builder.inputDropout(random.nextInt(2) * 0.3f);
    }
    if (layers == 1 && direction == Direction.REVERSE && random.nextBoolean()) {
      builder.keepReversed();
    }
    return builder
        .layers(layers)
        .direction(direction)
        .merge(any(Merge.values(), random))
        .reset(any(ResetPlacement.values(), random))
        .biases(any(Biases.values(), random))
        .gating(any(Gating.values(), random))
        .activations(function(random), function(random))
        .clip(random.nextBoolean() ? 1.5f : Float.POSITIVE_INFINITY)
        .dropout(layers > 1 ? random.nextInt(2) * 0.1f : 0)
        .recurrentDropout(random.nextInt(2) * 0.2f)
        .maskedOutput(any(MaskedOutput.values(), random))
        .build();
  }

  private static ActivationFunction function(SplittableRandom random) {
    ActivationFunction.Kind kind = any(ActivationFunction.Kind.values(), random);
    ActivationFunction usual = ActivationFunction.of(kind);
    return random.nextBoolean() || usual.alpha() == 0
        ? usual
        : new ActivationFunction(kind, 0.3f, usual.beta() == 0 ? 0 : 0.7f);
  }

  static <E> E any(E[] values, SplittableRandom random) {
    return values[random.nextInt(values.length)];
  }
}
