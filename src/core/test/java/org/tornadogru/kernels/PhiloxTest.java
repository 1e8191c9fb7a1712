package org.tornadogru.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhiloxTest {

  /** The known answers that its authors publish with their library, for ten rounds. */
  @ParameterizedTest
  @CsvSource({
    "00000000, 00000000, 00000000, ff1dae59",
    "ffffffff, ffffffff, ffffffff, 2c3f628b",
    "243f6a88, 85a308d3, 13198a2e, dd7ce038"
  })
  void theKnownAnswersComeOut(String low, String high, String key, String word) {
    assertThat(Philox.word(hex(low), hex(high), hex(key))).isEqualTo(hex(word));
  }

  private static int hex(String digits) {
    return Integer.parseUnsignedInt(digits, 16);
  }
}
