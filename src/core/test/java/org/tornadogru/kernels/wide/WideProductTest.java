package org.tornadogru.kernels.wide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** The product of all wide kernels, of which a machine takes one of two forms. */
@Tag("plain-jvm")
class WideProductTest {

  private static final int DEPTH = 13;
  private static final int STRIDE = 3;
  private static final int STEP = 31;

  /** The same bits: a machine's registers do not change what is learned. */
  @Test
  void eightSumsAreTwiceFour() {
    FloatArray x = random(1 + STRIDE * WideProduct.ROWS + STEP * DEPTH);
    FloatArray w = random(Tiles.LANES * (2 + 2 * DEPTH));
    FloatArray eight = random(Tiles.LANES * (1 + 2 * WideProduct.ROWS));
    FloatArray four = FloatArray.fromArray(eight.toHeapArray());
    FloatArray chosen = FloatArray.fromArray(eight.toHeapArray());

    WideProduct.addEight(x, 1, STRIDE, STEP, w, 2, 2, DEPTH, eight, 1, 2);
    WideProduct.addFour(x, 1, STRIDE, STEP, w, 2, 2, DEPTH, four, 1, 2);
    WideProduct.addFour(x, 1 + 4 * STRIDE, STRIDE, STEP, w, 2, 2, DEPTH, four, 9, 2);
    WideProduct.addStrided(x, 1, STRIDE, STEP, w, 2, 2, DEPTH, chosen, 1, 2);

    assertThat(four.toHeapArray()).isEqualTo(eight.toHeapArray());
    assertThat(chosen.toHeapArray()).isEqualTo(eight.toHeapArray());
  }

  private static FloatArray random(int size) {
    SplittableRandom random = new SplittableRandom(size);
    FloatArray array = new FloatArray(size);
    for (int i = 0; i < size; i++) {
      array.set(i, random.nextInt(-8, 9)); // sums are exact
    }
    return array;
  }
}
