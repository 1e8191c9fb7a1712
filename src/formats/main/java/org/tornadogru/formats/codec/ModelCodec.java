package org.tornadogru.formats.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.InvalidInputException;

/** Models as the bytes of one format. */
public interface ModelCodec {

  /**
   * Reads a model.
   *
   * @param bytes of a whole file, which nobody has checked
   * @throws InvalidInputException if they are damaged, or the model is none that {@link
   *     org.tornadogru.nn.GruConfig} describes
   */
  GruModel read(MemorySegment bytes);

  /**
   * Writes a model.
   *
   * @throws InvalidInputException if the format cannot express it; nothing is then written
   */
  void write(GruModel model, OutputStream out) throws IOException;
}
