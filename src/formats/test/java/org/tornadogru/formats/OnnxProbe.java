package org.tornadogru.formats;

import java.util.Optional;
import org.tornadogru.formats.codec.FileBytes;
import org.tornadogru.formats.codec.ModelSource;
import org.tornadogru.formats.onnx.OnnxCodec;

/** The codec of ONNX without a file around it. */
final class OnnxProbe {

  private OnnxProbe() {}

  static GruModel read(byte[] bytes, ReadOptions options) {
    return new OnnxCodec(false)
        .read(new ModelSource(FileBytes.of(bytes), Optional.empty(), options));
  }
}
