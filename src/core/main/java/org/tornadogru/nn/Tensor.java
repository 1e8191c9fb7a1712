package org.tornadogru.nn;

import java.util.List;

/**
 * A named float32 tensor on the host.
 *
 * @param name PyTorch's name of the parameter
 * @param shape sizes, outermost first; empty for a scalar
 * @param values row-major, as many as the product of the shape
 */
@SuppressWarnings("ArrayRecordComponent") // values are large and handed on, never compared
public record Tensor(String name, List<Integer> shape, float[] values) {

  public Tensor {
    shape = List.copyOf(shape);
    long size = shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (size != values.length) {
      throw new IllegalArgumentException(
          "%s has shape %s but %d values".formatted(name, shape, values.length));
    }
  }
}
