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
 *
 * <p>The two placements of the reset gate have a method each for a block, with all its arithmetic
 * written out: in one method, or with the repeated parts in methods of their own, the JIT compiler
 * inlines less, and inference of small layers takes up to a fifth longer.
 */
final class SimdForward {

  /** Rows of a block, if there are enough for every core. */
  static final int BLOCK = 4 * Products.ROWS;

  private static final int GATES = 3;
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
      int gateStride) {
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
            gateStride);
    if (batch == 1) {
      forward.one(resetBefore == 1, false);
    } else {
      Cores.ALL.split(
          batch, block(batch), resetBefore == 1 ? forward::blockBefore : forward::blockAfter);
    }
  }

  /** The same of a single row, with weights of which a float holds two, see {@link BrainFloats}. */
  static void forwardFromPairs(
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
    BrainFloats.requireOne(batch);
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
            gateStride)
        .one(resetBefore == 1, true);
  }

  /** A single row, whose units the cores share. */
  private void one(boolean resetBefore, boolean pairs) {
    RowProduct product = new RowProduct(weights, hidden, pairs);
    RowStep step = new RowStep(product, table, states, gates, resetBefore);
    int members = RowStep.members(hidden);
    begin(0, 1);
    Cores.ALL.together(
        members,
        (member, meeting) -> {
          int fromUnit = RowProduct.share(member, members, hidden);
          int toUnit = RowProduct.share(member + 1, members, hidden);
          for (int time = 0; time < steps; time++) {
            int previousAt = statesAt + time * hidden;
            step.advance(
                inputAt(time),
                weightsAt,
                previousAt,
                previousAt + hidden,
                gatesAt + time * gateStride,
                fromUnit,
                toUnit,
                meeting);
            meeting.await();
          }
        });
  }

  /** Rows that a core takes at a time. */
  static int block(int batch) {
    int share = Math.ceilDiv(batch, Cores.ALL.count());
    return Math.min(BLOCK, Math.ceilDiv(share, Products.ROWS) * Products.ROWS);
  }

  private void blockAfter(int fromRow, int toRow, Cores.Workspace workspace) {
    float[] products = workspace.floats(Products.ROWS * GATES * Products.WIDTH);
    begin(fromRow, toRow);
    int tile = (hidden + 1) * Tiles.LANES;
    int gate = hidden * (hidden + 1);
    for (int time = 0; time < steps; time++) {
      for (int unit = 0; unit < hidden; unit += Products.WIDTH) {
        int tiles = Math.min(Products.TILES, (hidden - unit) / Tiles.LANES);
        int weightAt = weightsAt + unit * (hidden + 1);
        for (int row = fromRow; row < toRow; row += Products.ROWS) {
          int previousAt = statesAt + (time * batch + row) * hidden;
          for (int g = 0; g < GATES; g++) {
            Products.affine(
                states,
                previousAt,
                hidden,
                weights,
                weightAt + g * gate,
                tile,
                hidden,
                products,
                g * Products.WIDTH,
                GATES * Products.WIDTH,
                tiles,
                Products.ROWS);
          }
          for (int i = 0; i < Products.ROWS; i++) {
            gatesAfter(
                products, i * GATES * Products.WIDTH, time, row + i, unit, tiles * Tiles.LANES);
          }
        }
      }
    }
  }

  /** In the place of the products, or of the gates if they are kept. */
  private void gatesAfter(float[] products, int at, int time, int row, int unit, int width) {
    int position = time * batch + row;
    int inputAt = inputAt(position) + unit;
    int previousAt = statesAt + position * hidden + unit;
    boolean keep = gateStride != 0;
    float[] to = keep ? gates : products;
    int resetAt = keep ? gatesAt + time * gateStride + row * 4 * hidden + unit : at;
    int pitch = keep ? hidden : Products.WIDTH;
    int updateAt = resetAt + pitch;
    int candidateAt = updateAt + pitch;
    int productAt = at + 2 * Products.WIDTH;
    for (int g = 0; g < 2; g++) {
      Gates.sigmoid(
          table,
          inputAt + g * hidden,
          products,
          at + g * Products.WIDTH,
          to,
          resetAt + g * pitch,
          width);
    }
    if (keep) {
      System.arraycopy(products, productAt, gates, candidateAt + hidden, width);
    }
    Gates.tanh(
        table, inputAt + 2 * hidden, to, resetAt, products, productAt, to, candidateAt, width);
    Gates.update(
        to, updateAt, to, candidateAt, states, previousAt, previousAt + batch * hidden, width);
  }

  private void blockBefore(int fromRow, int toRow, Cores.Workspace workspace) {
    float[] products = workspace.floats(Products.ROWS * GATES * Products.WIDTH);
    begin(fromRow, toRow);
    int tile = (hidden + 1) * Tiles.LANES;
    int gate = hidden * (hidden + 1);
    for (int time = 0; time < steps; time++) {
      for (int unit = 0; unit < hidden; unit += Products.WIDTH) {
        int tiles = Math.min(Products.TILES, (hidden - unit) / Tiles.LANES);
        int weightAt = weightsAt + unit * (hidden + 1);
        for (int row = fromRow; row < toRow; row += Products.ROWS) {
          int previousAt = statesAt + (time * batch + row) * hidden;
          for (int g = 0; g < 2; g++) {
            Products.affine(
                states,
                previousAt,
                hidden,
                weights,
                weightAt + g * gate,
                tile,
                hidden,
                products,
                g * Products.WIDTH,
                2 * Products.WIDTH,
                tiles,
                Products.ROWS);
          }
          for (int i = 0; i < Products.ROWS; i++) {
            gatesBefore(products, i * 2 * Products.WIDTH, time, row + i, unit, tiles * Tiles.LANES);
          }
        }
      }
      for (int unit = 0; unit < hidden; unit += Products.WIDTH) {
        int tiles = Math.min(Products.TILES, (hidden - unit) / Tiles.LANES);
        int weightAt = weightsAt + 2 * gate + unit * (hidden + 1);
        for (int row = fromRow; row < toRow; row += Products.ROWS) {
          int productAt = gatesAt + time * gateStride + (row * 4 + 3) * hidden;
          Products.affine(
              gates,
              productAt,
              4 * hidden,
              weights,
              weightAt,
              tile,
              hidden,
              products,
              0,
              Products.WIDTH,
              tiles,
              Products.ROWS);
          for (int i = 0; i < Products.ROWS; i++) {
            candidateBefore(products, i * Products.WIDTH, time, row + i, unit, tiles * Tiles.LANES);
          }
        }
      }
    }
  }

  private void gatesBefore(float[] products, int at, int time, int row, int unit, int width) {
    int position = time * batch + row;
    int inputAt = inputAt(position) + unit;
    int gateAt = gatesAt + time * gateStride + row * 4 * hidden + unit;
    for (int g = 0; g < 2; g++) {
      Gates.sigmoid(
          table,
          inputAt + g * hidden,
          products,
          at + g * Products.WIDTH,
          gates,
          gateAt + g * hidden,
          width);
    }
    Gates.reset(
        gates,
        gateAt,
        states,
        statesAt + position * hidden + unit,
        gates,
        gateAt + 3 * hidden,
        width);
  }

  private void candidateBefore(float[] products, int at, int time, int row, int unit, int width) {
    int position = time * batch + row;
    int inputAt = inputAt(position) + 2 * hidden + unit;
    int previousAt = statesAt + position * hidden + unit;
    int updateAt = gatesAt + time * gateStride + (row * 4 + 1) * hidden + unit;
    int candidateAt = updateAt + hidden;
    Gates.tanh(table, inputAt, products, at, gates, candidateAt, width);
    Gates.update(
        gates,
        updateAt,
        gates,
        candidateAt,
        states,
        previousAt,
        previousAt + batch * hidden,
        width);
  }

  private void begin(int fromRow, int toRow) {
    System.arraycopy(
        initial,
        initialAt + fromRow * hidden,
        states,
        statesAt + fromRow * hidden,
        (toRow - fromRow) * hidden);
  }

  private int inputAt(int position) {
    return tableAt + Math.max(0, tokens.get(position)) * 3 * hidden;
  }
}
