package org.tornadogru.kernels.simd;

import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link org.tornadogru.kernels.GruForward}, which has the arguments.
 *
 * <p>Rows of the batch are independent, so each core takes a block of them through the whole
 * sequence without waiting for the others. Within a step the units are the outer loop: a tile of
 * weights, read once from a far cache, serves every row of the block, whose states stay near.
 */
final class SimdForward {

  /** Rows of a block, if there are enough for every core. */
  static final int BLOCK = 4 * Products.ROWS;

  private static final int GATES = 3;
  private static final int WIDTH = Products.TILES * Tiles.LANES;

  private final IntArray tokens;
  private final float[] table;
  private final int tableAt;
  private final float[] weights;
  private final int weightsAt;
  private final float[] initial;
  private final int initialAt;
  private final float[] states;
  private final int statesAt;
  private final float[] gates;
  private final int gatesAt;
  private final int steps;
  private final int batch;
  private final int hidden;
  private final int gateStride;
  private final boolean resetBefore;

  private SimdForward(
      IntArray tokens,
      Floats table,
      Floats parameters,
      Floats initialState,
      Floats states,
      Floats gates,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride,
      int resetBefore) {
    this.tokens = tokens;
    this.table = table.array();
    tableAt = table.at();
    weights = parameters.array();
    weightsAt = parameters.at() + recurrentAt;
    initial = initialState.array();
    initialAt = initialState.at();
    this.states = states.array();
    statesAt = states.at();
    this.gates = gates.array();
    gatesAt = gates.at();
    this.steps = steps;
    this.batch = batch;
    this.hidden = hidden;
    this.gateStride = gateStride;
    this.resetBefore = resetBefore == 1;
  }

  static void forward(
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride,
      int resetBefore) {
    SimdForward forward =
        new SimdForward(
            tokens,
            Floats.of(table),
            Floats.of(parameters),
            Floats.of(initialState),
            Floats.of(states),
            Floats.of(gates),
            recurrentAt,
            steps,
            batch,
            hidden,
            gateStride,
            resetBefore);
    Cores.ALL.split(batch, block(batch), forward::block);
  }

  /** Rows that a core takes at a time. */
  static int block(int batch) {
    int share = Math.ceilDiv(batch, Cores.ALL.count());
    return Math.min(BLOCK, Math.ceilDiv(share, Products.ROWS) * Products.ROWS);
  }

  private void block(int fromRow, int toRow, Cores.Workspace workspace) {
    float[] products = workspace.floats(Products.ROWS * GATES * WIDTH);
    int ofStates = resetBefore ? GATES - 1 : GATES;
    begin(fromRow, toRow);
    for (int time = 0; time < steps; time++) {
      for (int unit = 0; unit < hidden; unit += WIDTH) {
        int width = Math.min(WIDTH, hidden - unit);
        for (int row = fromRow; row < toRow; row += Products.ROWS) {
          multiply(states, stateAt(time, row), hidden, 0, ofStates, unit, products);
          for (int i = 0; i < Products.ROWS; i++) {
            if (resetBefore) {
              gatesBefore(products, i * ofStates * WIDTH, time, row + i, unit, width);
            } else {
              gatesAfter(products, i * ofStates * WIDTH, time, row + i, unit, width);
            }
          }
        }
      }
      if (resetBefore) {
        candidates(fromRow, toRow, time, products);
      }
    }
  }

  /** The second half of a step whose reset gate acts before the recurrent product. */
  private void candidates(int fromRow, int toRow, int time, float[] products) {
    for (int unit = 0; unit < hidden; unit += WIDTH) {
      int width = Math.min(WIDTH, hidden - unit);
      for (int row = fromRow; row < toRow; row += Products.ROWS) {
        int productAt = gateAt(time, row) + 3 * hidden;
        multiply(gates, productAt, 4 * hidden, GATES - 1, 1, unit, products);
        for (int i = 0; i < Products.ROWS; i++) {
          candidateBefore(products, i * WIDTH, time, row + i, unit, width);
        }
      }
    }
  }

  /**
   * Products of a block of rows with some gates' weights, bias included.
   *
   * @param x row i is [hidden] at {@code xAt + i · xStride}
   * @param products out, [ROWS][count][WIDTH]
   */
  private void multiply(
      float[] x, int xAt, int xStride, int firstGate, int count, int unit, float[] products) {
    for (int g = 0; g < count; g++) {
      Products.affine(
          x,
          xAt,
          xStride,
          weights,
          weightsAt + ((firstGate + g) * hidden + unit) * (hidden + 1),
          (hidden + 1) * Tiles.LANES,
          hidden,
          products,
          g * WIDTH,
          count * WIDTH,
          Math.min(Products.TILES, (hidden - unit) / Tiles.LANES));
    }
  }

  /** In the place of the products, or of the gates if they are kept. */
  private void gatesAfter(float[] products, int at, int time, int row, int unit, int width) {
    int inputAt = inputAt(time, row) + unit;
    int previousAt = stateAt(time, row) + unit;
    int nextAt = previousAt + batch * hidden;
    boolean keep = gateStride != 0;
    float[] to = keep ? gates : products;
    int resetAt = keep ? gateAt(time, row) + unit : at;
    int pitch = keep ? hidden : WIDTH;
    int updateAt = resetAt + pitch;
    int candidateAt = updateAt + pitch;
    int productAt = at + 2 * WIDTH;
    for (int g = 0; g < 2; g++) {
      Gates.sigmoid(
          table, inputAt + g * hidden, products, at + g * WIDTH, to, resetAt + g * pitch, width);
    }
    if (keep) {
      System.arraycopy(products, productAt, gates, candidateAt + hidden, width);
    }
    Gates.tanh(
        table, inputAt + 2 * hidden, to, resetAt, products, productAt, to, candidateAt, width);
    Gates.update(to, updateAt, to, candidateAt, states, previousAt, nextAt, width);
  }

  private void gatesBefore(float[] products, int at, int time, int row, int unit, int width) {
    int inputAt = inputAt(time, row) + unit;
    int gateAt = gateAt(time, row) + unit;
    for (int g = 0; g < 2; g++) {
      Gates.sigmoid(
          table, inputAt + g * hidden, products, at + g * WIDTH, gates, gateAt + g * hidden, width);
    }
    int productAt = gateAt + 3 * hidden;
    Gates.reset(gates, gateAt, states, stateAt(time, row) + unit, gates, productAt, width);
  }

  private void candidateBefore(float[] products, int at, int time, int row, int unit, int width) {
    int inputAt = inputAt(time, row) + 2 * hidden + unit;
    int previousAt = stateAt(time, row) + unit;
    int nextAt = previousAt + batch * hidden;
    int updateAt = gateAt(time, row) + hidden + unit;
    int candidateAt = updateAt + hidden;
    Gates.tanh(table, inputAt, products, at, gates, candidateAt, width);
    Gates.update(gates, updateAt, gates, candidateAt, states, previousAt, nextAt, width);
  }

  private void begin(int fromRow, int toRow) {
    System.arraycopy(
        initial,
        initialAt + fromRow * hidden,
        states,
        statesAt + fromRow * hidden,
        (toRow - fromRow) * hidden);
  }

  private int inputAt(int time, int row) {
    return tableAt + Math.max(0, tokens.get(time * batch + row)) * 3 * hidden;
  }

  private int stateAt(int time, int row) {
    return statesAt + (time * batch + row) * hidden;
  }

  private int gateAt(int time, int row) {
    return gatesAt + time * gateStride + row * 4 * hidden;
  }
}
