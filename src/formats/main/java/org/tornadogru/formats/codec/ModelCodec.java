package org.tornadogru.formats.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.InvalidInputException;

/** Models as the bytes of one format. */
public interface ModelCodec {

  /**
   * Reads a model.
   *
   * @throws InvalidInputException if the file is damaged, or the model is none that {@link
   *     org.tornadogru.nn.GruConfig} and {@link org.tornadogru.nn.Usage} describe
   */
  GruModel read(ModelSource source);

  /** What the format would lose of a model, each in a few words; empty if it says all of it. */
  List<String> losses(GruModel model);

  /**
   * Writes a model without what {@link #losses} names.
   *
   * @throws InvalidInputException if the format has nothing that computes alike; nothing is then
   *     written
   */
  void write(GruModel model, OutputStream out) throws IOException;
}
