package org.tornadogru.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.kernels.simd.SimdKernels;
import org.tornadogru.kernels.wide.WideKernels;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/** Losses keep the digits that a difference of large or nearly equal numbers would lose. */
@Tag("plain-jvm")
class LossDigitsTest {

  private static final int POSITIONS = 48;
  private static final int CLASSES = 11;

  /** What {@link CrossEntropy#softmax} takes. */
  @FunctionalInterface
  interface Softmax
      extends Task7<FloatArray, IntArray, FloatArray, Integer, Integer, Integer, Integer> {}

  private static FloatArray zeros(int size) {
    FloatArray array = new FloatArray(size);
    array.init(0f);
    return array;
  }

  static Stream<Arguments> softmaxes() {
    Softmax weighted =
        (logits, targets, losses, positions, first, classes, columns) -> {
          FloatArray weights = new FloatArray(columns);
          weights.init(1f);
          FloatArray both = zeros(2 * positions);
          CrossEntropy.weightedSoftmax(
              logits, targets, weights, both, positions, first, classes, columns, 0.1f);
          IntStream.range(0, positions).forEach(i -> losses.set(i, both.get(i)));
        };
    Softmax measured =
        (logits, targets, losses, positions, first, classes, columns) -> {
          FloatArray both = zeros(2 * positions);
          Measures.measureClasses(logits, targets, both, positions, first, classes, columns);
          IntStream.range(0, positions).forEach(i -> losses.set(i, both.get(positions + i)));
        };
    return Stream.of(
        Arguments.of("annotated", of(KernelSet.ANNOTATED)),
        Arguments.of("wide", of(WideKernels.WIDE)),
        Arguments.of("simd", of(SimdKernels.SIMD)),
        Arguments.of("weighted", weighted),
        Arguments.of("measured", measured));
  }

  private static Softmax of(KernelSet kernels) {
    return (logits, targets, losses, positions, first, classes, columns) ->
        PlainLoops.run(
            kernels
                .losses()
                .softmax()
                .launch("softmax", logits, targets, losses, positions, first, classes, columns));
  }

  /** Logits have 10 bits behind the point, which a float still has room for at 8192. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("softmaxes")
  void crossEntropyDoesNotChangeWithWhatIsAddedToAllLogits(String name, Softmax softmax) {
    assertThat(losses(softmax, 8192)).isEqualTo(losses(softmax, 0));
  }

  private static float[] losses(Softmax softmax, int added) {
    int columns = Tiles.padded(CLASSES);
    FloatArray logits = zeros(POSITIONS * columns);
    IntArray targets = new IntArray(POSITIONS);
    for (int position = 0; position < POSITIONS; position++) {
      targets.set(position, position % CLASSES);
      for (int symbol = 0; symbol < CLASSES; symbol++) {
        int value = (position * 7919 + symbol * 104_729) % 8192 - 4096;
        logits.set(position * columns + symbol, added + value / 1024f);
      }
    }
    FloatArray losses = zeros(POSITIONS);
    softmax.apply(logits, targets, losses, POSITIONS, 0, CLASSES, columns);
    return losses.toHeapArray();
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1, 0.3f})
  void binaryCrossEntropyAndItsSlopeAreRightToTheLastDigits(float target) {
    for (int i = -880; i <= 880; i++) {
      float y = i / 10f;
      FloatArray output = FloatArray.fromElements(y);
      FloatArray loss = zeros(1);
      ValueLoss.compare(
          output,
          FloatArray.fromElements(target),
          IntArray.fromElements(1),
          zeros(1),
          loss,
          1,
          1,
          1,
          ValueLoss.BINARY);
      double wrong = 1 - (double) target;
      double expected =
          wrong * StrictMath.log1p(StrictMath.exp(y))
              + target * StrictMath.log1p(StrictMath.exp(-y));
      double up = wrong / (1 + StrictMath.exp(-y));
      double down = target / (1 + StrictMath.exp(y));
      assertThat((double) loss.get(0))
          .as("loss at %s", y)
          .isEqualTo(expected, within(4e-7 * expected + 2e-38));
      assertThat((double) output.get(0))
          .as("slope at %s", y)
          .isEqualTo(up - down, within(4e-7 * (up + down) + 2e-38));
    }
  }
}
