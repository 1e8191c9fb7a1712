package org.tornadogru.formats.onnx;

import java.io.IOException;
import java.io.OutputStream;
import org.tornadogru.formats.GruModel;

/** What stands around a model of vectors in its graph. */
public interface OnnxSurroundings {

  /**
   * Adds what makes the model's inputs of those of the graph.
   *
   * @return [T][N][I]
   */
  String inputs(OnnxTerms terms);

  /**
   * Adds what is made of the model's outputs.
   *
   * @param outputs [T][N][O], or [N][O]
   */
  void outputs(OnnxTerms terms, String outputs);

  /**
   * Writes a model with its surroundings.
   *
   * @param lengths whether the graph has an input for the lengths of sequences
   */
  static void write(
      GruModel model, boolean lengths, OnnxSurroundings surroundings, OutputStream out)
      throws IOException {
    new OnnxWriter(model, lengths, surroundings).proto().writeTo(out);
  }
}
