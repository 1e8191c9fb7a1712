package org.tornadogru.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.tornadogru.nn.Refusals;

/** What a codec makes of bytes, whatever they come from. */
record FormatProbe(ModelFormat format) {

  GruModel read(byte[] bytes) {
    return format.parse(bytes);
  }

  /** Asserts that a model is written and read without a loss. */
  void assertComesBack(GruModel model) throws IOException {
    GruModel read = read(format.bytes(model));
    assertThat(read.config()).isEqualTo(model.config());
    assertThat(read.metadata()).isEqualTo(model.metadata());
    assertSameTensors(read, model);
  }

  /** Asserts that bytes are refused in one line. */
  void assertRefused(byte[] bytes, String message) {
    Refusals.assertRefused(() -> read(bytes), message);
  }

  static void assertSameTensors(GruModel actual, GruModel expected) {
    assertThat(actual.weights().tensors())
        .usingRecursiveComparison()
        .isEqualTo(expected.weights().tensors());
  }
}
