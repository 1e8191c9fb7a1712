package org.tornadogru.formats.codec;

import java.util.List;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.GruProperty;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * A vector for every token, as an embedding layer in front of a GRU has them. The GRU takes it in:
 * {@code W_ih E} for tokens is {@code W_ih} for their vectors, and a token then picks a column.
 *
 * @param name what messages call it
 * @param rows [V][I]
 */
public record EmbeddingTable(String name, Tensor rows) {

  /** The product may have this many times the values of its factors. */
  private static final int LARGEST_EXPANSION = 64;

  /** V. */
  public int tokens() {
    return rows.shape().get(0);
  }

  private int features() {
    return rows.shape().get(1);
  }

  /** A GRU's tensors, with input weights for tokens in the place of those for vectors. */
  public List<Tensor> foldedInto(List<Tensor> tensors) {
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
    int tokens = tokens();
    int features = features();
    if (weight.shape().get(1) != features) {
      throw new InvalidInputException(
          "%s has vectors of %d features but the GRU takes %d"
              .formatted(Quoted.oneLine(name), features, weight.shape().get(1)));
    }
    long size = (long) gates * tokens;
    long backed = (long) rows.size() + weight.size();
    if (size > LARGEST_EXPANSION * (backed + 1024) || size > Integer.MAX_VALUE / Float.BYTES) {
      throw new InvalidInputException(
          "%s of %d tokens makes %d input weights, too many for a file of %d: give the GRU dense inputs instead"
              .formatted(Quoted.oneLine(name), tokens, size, backed));
    }
    return Tensor.of(
        weight.name(),
        List.of(gates, tokens),
        place -> {
          int weightAt = place / tokens * features;
          int rowAt = place % tokens * features;
          double sum = 0;
          for (int feature = 0; feature < features; feature++) {
            sum += (double) weight.at(weightAt + feature) * rows.at(rowAt + feature);
          }
          return (float) sum;
        });
  }

  /** The same GRU for some number of tokens, in place of what its inputs were. */
  public static GruConfig ofTokens(GruConfig config, int tokens) {
    return config.toBuilder()
        .set(GruProperty.INPUT_SIZE, tokens)
        .tokens()
        .usual(GruProperty.INPUT_DROPOUT)
        .build();
  }
}
