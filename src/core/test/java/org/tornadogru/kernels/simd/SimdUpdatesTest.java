package org.tornadogru.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tornadogru.kernels.Rates;
import org.tornadogru.kernels.Updates;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Updates with a memory against the annotated loops, over more than one range of parameters. */
@Tag("plain-jvm")
class SimdUpdatesTest {

  private static final int SIZE = 16 * 1001;

  /** What an update takes. */
  private record Arguments(
      FloatArray parameters,
      FloatArray gradient,
      FloatArray memory,
      FloatArray factor,
      FloatArray rates,
      FloatArray decays) {

    static Arguments random(int decays) {
      SplittableRandom random = new SplittableRandom(1);
      FloatArray rates = floats(random, Rates.SIZE, 0.1, 0.9);
      rates.set(Rates.KEEP_SQUARE, 1 - rates.get(Rates.TAKE_SQUARE));
      return new Arguments(
          floats(random, SIZE, -1, 1),
          floats(random, SIZE, -1, 1),
          floats(random, 3 * SIZE, 0.3, 0.5), // no square of a mean is above the mean square
          floats(random, 2, 0.5, 1),
          rates,
          floats(random, decays, 0, 1));
    }

    private static FloatArray floats(SplittableRandom random, int size, double from, double to) {
      FloatArray array = new FloatArray(size);
      for (int i = 0; i < size; i++) {
        array.set(i, (float) random.nextDouble(from, to));
      }
      return array;
    }

    void update(Updates updates, String kind, int stride, int variant) {
      switch (kind) {
        case "momentum" ->
            updates
                .descendWithMomentum()
                .apply(parameters, gradient, memory, factor, rates, decays, SIZE, stride);
        case "adapt" ->
            updates
                .adapt()
                .apply(parameters, gradient, memory, factor, rates, decays, SIZE, stride, variant);
        default ->
            updates
                .scaleByRoot()
                .apply(parameters, gradient, memory, factor, rates, decays, SIZE, stride, variant);
      }
    }

    List<FloatArray> written() {
      return List.of(parameters, memory, factor);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "momentum, 0, 0",
    "momentum, 1, 0",
    "adapt, 0, 0",
    "adapt, 1, 0",
    "adapt, 0, 1",
    "adapt, 1, 1",
    "root, 0, 0",
    "root, 1, 0",
    "root, 0, 1",
    "root, 1, 1"
  })
  void leaveTheSameNumbers(String kind, int stride, int variant) {
    Arguments actual = Arguments.random(stride == 0 ? 1 : SIZE);
    Arguments expected = Arguments.random(stride == 0 ? 1 : SIZE);
    for (int update = 0; update < 3; update++) {
      actual.update(SimdKernels.SIMD.updates(), kind, stride, variant);
      expected.update(Updates.ANNOTATED, kind, stride, variant);
    }
    for (int array = 0; array < 3; array++) {
      FloatArray wanted = expected.written().get(array);
      FloatArray got = actual.written().get(array);
      for (int i = 0; i < wanted.getSize(); i++) {
        float size = Math.max(1, Math.abs(wanted.get(i)));
        assertThat(got.get(i))
            .as("%d[%d]", array, i)
            .isCloseTo(wanted.get(i), within(1e-5f * size));
      }
    }
  }
}
