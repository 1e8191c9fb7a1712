package org.tornadogru.formats;

import java.util.List;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * A vector for every token, as an embedding layer in front of a GRU has them. The GRU takes it in:
 * {@code W_ih E} for tokens is {@code W_ih} for their vectors, and a token then picks a column.
 *
 * @param name what messages call it
 * @param tokens V
 * @param features I
 * @param rows [V][I]
 */
@SuppressWarnings("ArrayRecordComponent") // large, handed on, never compared
record EmbeddingTable(String name, int tokens, int features, float[] rows) {

  /** The product may have this many times the values of its factors. */
  private static final int LARGEST_EXPANSION = 64;

  /** A GRU's tensors, with input weights for tokens in the place of those for vectors. */
  List<Tensor> foldedInto(List<Tensor> tensors) {
    return tensors.stream()
        .map(tensor -> tensor.name().startsWith("weight_ih_l0") ? foldedInto(tensor) : tensor)
        .toList();
  }

  /**
   * The input weights for tokens.
   *
   * @param weight {@code weight_ih_l0}, [3H, I]
   * @return [3H, V]
   * @throws InvalidInputException if the sizes do not fit
   */
  private Tensor foldedInto(Tensor weight) {
    int gates = weight.shape().getFirst();
    if (weight.shape().get(1) != features) {
      throw new InvalidInputException(
          "%s has vectors of %d features but the GRU takes %d"
              .formatted(Quoted.oneLine(name), features, weight.shape().get(1)));
    }
    long size = (long) gates * tokens;
    long backed = (long) rows.length + weight.values().length;
    if (size > LARGEST_EXPANSION * (backed + 1024) || size > Integer.MAX_VALUE / Float.BYTES) {
      throw new InvalidInputException(
          "%s of %d tokens makes %d input weights, too many for a file of %d: give the GRU dense inputs instead"
              .formatted(Quoted.oneLine(name), tokens, size, backed));
    }
    float[] folded = new float[(int) size];
    for (int gate = 0; gate < gates; gate++) {
      for (int token = 0; token < tokens; token++) {
        double sum = 0;
        for (int feature = 0; feature < features; feature++) {
          sum +=
              (double) weight.values()[gate * features + feature]
                  * rows[token * features + feature];
        }
        folded[gate * tokens + token] = (float) sum;
      }
    }
    return new Tensor(weight.name(), List.of(gates, tokens), folded);
  }
}
