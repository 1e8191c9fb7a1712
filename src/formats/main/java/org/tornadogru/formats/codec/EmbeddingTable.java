package org.tornadogru.formats.codec;

import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * A vector for every token, as an embedding layer in front of a GRU has them.
 *
 * @param name what messages call it
 * @param rows [V][E]
 */
public record EmbeddingTable(String name, Tensor rows) {

  /**
   * The GRU of dense inputs with this table in front of it.
   *
   * @throws InvalidInputException if the sizes do not fit
   */
  public GruConfig inFrontOf(GruConfig config) {
    int features = rows.shape().get(1);
    if (features != config.inputSize()) {
      throw new InvalidInputException(
          "%s has vectors of %d features but the GRU takes %d"
              .formatted(Quoted.oneLine(name), features, config.inputSize()));
    }
    return config.toBuilder()
        .set(GruProperty.INPUT_SIZE, rows.shape().getFirst())
        .embedding(features)
        .build();
  }

  /** The same GRU for one-hot tokens, in place of what its inputs were. */
  public static GruConfig ofOneHot(GruConfig config) {
    return config.toBuilder().tokens().usual(GruProperty.INPUT_DROPOUT).build();
  }
}
