package org.tornadogru.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.kernels.TopK;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Draws are those of the annotated loops, to the symbol. */
@Tag("plain-jvm")
class SamplerTest {

  private static final int DRAWS = 200;

  static Stream<Arguments> scores() {
    SplittableRandom random = new SplittableRandom(5);
    return Stream.of(1, 2, 7, 16, 61, 500)
        .flatMap(
            vocabulary ->
                Stream.of(
                    of("different", vocabulary, _ -> 3 * random.nextGaussian()),
                    of("many alike", vocabulary, _ -> random.nextInt(4)),
                    of("all alike", vocabulary, _ -> 1),
                    of("zeros of both signs", vocabulary, i -> i % 3 == 0 ? -0.0 : 0.0),
                    of("rising", vocabulary, i -> i),
                    of("falling", vocabulary, i -> -i),
                    of("out of reach", vocabulary, i -> i % 2 == 0 ? -1e30 : i),
                    of("impossible", vocabulary, i -> i % 3 == 0 ? i : Double.NEGATIVE_INFINITY),
                    of("none possible", vocabulary, _ -> Double.NEGATIVE_INFINITY),
                    of("infinite", vocabulary, i -> i == 1 ? Double.POSITIVE_INFINITY : i),
                    of("not a number", vocabulary, i -> i == 1 ? Double.NaN : i)));
  }

  private static Arguments of(String name, int vocabulary, IntToDoubleFunction score) {
    FloatArray scores = new FloatArray(vocabulary);
    IntStream.range(0, vocabulary).forEach(i -> scores.set(i, (float) score.applyAsDouble(i)));
    return Arguments.of(name, vocabulary, scores);
  }

  @ParameterizedTest(name = "{0}, {1} symbols")
  @MethodSource("scores")
  void theSameSymbols(String name, int vocabulary, FloatArray scores) {
    for (int topK : new int[] {1, 2, 3, 5, 40, Integer.MAX_VALUE}) {
      Sampler sampler = new Sampler(scores, topK, vocabulary);
      for (float temperature : new float[] {0.1f, 1f, 5f}) {
        for (int draw = 0; draw < DRAWS; draw++) {
          float uniform = draw / (float) DRAWS;
          assertThat(sampler.draw(temperature, uniform))
              .as("top-k %d, temperature %s, at %s", topK, temperature, uniform)
              .isEqualTo(TopK.draw(scores, temperature, topK, uniform, vocabulary));
        }
      }
    }
  }
}
