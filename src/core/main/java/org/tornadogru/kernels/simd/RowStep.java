package org.tornadogru.kernels.simd;

/**
 * A step of a single row, as fast as the weights can be read: each core keeps to its own units,
 * whose weights stay in its cache, and all meet where one needs what another has computed.
 *
 * @param product with the weights of the gates
 * @param gates r, z, n, q
 */
@SuppressWarnings("ArrayRecordComponent") // views of memory, never compared
record RowStep(
    RowProduct product, float[] table, float[] states, float[] gates, boolean resetBefore) {

  /** How many cores share a row of so many units. */
  static int members(int hidden) {
    return RowProduct.members(3 * hidden * hidden);
  }

  /**
   * A core's units of the next state; whoever reads those of others must meet them first.
   *
   * @param inputAt where the row's input products are in the table
   */
  void advance(
      int inputAt,
      int weightsAt,
      int previousAt,
      int nextAt,
      int gatesAt,
      int fromUnit,
      int toUnit,
      Cores.Meeting meeting) {
    int hidden = product.rows();
    int resetAt = gatesAt;
    int updateAt = resetAt + hidden;
    int candidateAt = updateAt + hidden;
    int productAt = candidateAt + hidden;
    int units = toUnit - fromUnit;
    product.columns(states, previousAt, weightsAt, fromUnit, gates, resetAt + fromUnit, units);
    product.columns(
        states, previousAt, weightsAt, hidden + fromUnit, gates, updateAt + fromUnit, units);
    if (!resetBefore) {
      product.columns(
          states, previousAt, weightsAt, 2 * hidden + fromUnit, gates, productAt + fromUnit, units);
    }
    sigmoid(inputAt + fromUnit, resetAt + fromUnit, units);
    sigmoid(inputAt + hidden + fromUnit, updateAt + fromUnit, units);
    if (resetBefore) {
      Gates.reset(
          gates,
          resetAt + fromUnit,
          states,
          previousAt + fromUnit,
          gates,
          productAt + fromUnit,
          units);
      meeting.await();
      product.columns(
          gates, productAt, weightsAt, 2 * hidden + fromUnit, gates, candidateAt + fromUnit, units);
      Gates.tanh(
          table,
          inputAt + 2 * hidden + fromUnit,
          gates,
          candidateAt + fromUnit,
          gates,
          candidateAt + fromUnit,
          units);
    } else {
      Gates.tanh(
          table,
          inputAt + 2 * hidden + fromUnit,
          gates,
          resetAt + fromUnit,
          gates,
          productAt + fromUnit,
          gates,
          candidateAt + fromUnit,
          units);
    }
    Gates.update(
        gates,
        updateAt + fromUnit,
        gates,
        candidateAt + fromUnit,
        states,
        previousAt + fromUnit,
        nextAt + fromUnit,
        units);
  }

  private void sigmoid(int inputAt, int gateAt, int units) {
    Gates.sigmoid(table, inputAt, gates, gateAt, gates, gateAt, units);
  }
}
