package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Activation;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link org.tornadogru.kernels.GruForward} in a launch per step, for many hidden units: a
 * {@link StepTile} of rows and units for each group, of which there are enough to fill a GPU while
 * a group per few rows leaves most of it idle, and the gates at the end of the product.
 *
 * <p>A group reads {@code (rows + 3·units) · hidden} floats of states and weights, 256·hidden bytes
 * in all: 16.8 MB a step at 512 units and a batch of 64, as much as its 128 groups would of L2 in 3
 * µs, where 16 groups of {@link GroupForward} read 50 MB of weights one float after the other.
 */
final class StepForward {

  /** Sums of an item: each element of its block, of each gate. */
  private static final int SUMS = 3 * StepTile.BLOCK;

  /** Local memory of a chunk of the states and of the weights of three gates. */
  private static final int CHUNK = StepTile.ROW_CHUNK + 3 * StepTile.WEIGHT_CHUNK;

  static final int LOCAL_FLOATS = StepTile.ITEMS * SUMS;

  private StepForward() {}

  /**
   * Goes to the first step.
   *
   * @param states out, row 0 is the initial state
   * @param gates what the steps write is not new to them
   * @param turn out, how many steps were taken: none
   * @param next a workspace
   * @param size batch · hidden
   */
  static void beginForward(
      IntArray tokens,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      IntArray turn,
      IntArray next,
      int size) {
    for (@Parallel int i = 0; i < size; i++) {
      states.set(i, initialState.get(i));
      if (i == 0) {
        gates.set(0, 0f);
        turn.set(0, 0);
        next.set(0, tokens.get(0)); // for the tokens to be uploaded before what is repeated
      }
    }
  }

  /**
   * One step of {@link org.tornadogru.kernels.GruForward#forward} with the reset gate after the
   * product; behind the last one nothing.
   *
   * @param turn how many steps were taken
   * @param next out, one more
   * @param states [steps + 1][batch][hidden], of which a row is read and the next one written
   * @param gates out, if {@code gateStride} is not 0
   */
  static void forwardStep(
      KernelContext context,
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray states,
      FloatArray gates,
      IntArray turn,
      IntArray next,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride) {
    // [2][CHUNK], then [SLICES][SUMS][BLOCKS]
    float[] local = context.allocateFloatLocalArray(LOCAL_FLOATS);
    float[] carried = new float[4 * StepTile.CARRIED];
    float[] sums = new float[SUMS];
    int item = context.localIdx;
    int time = turn.get(0);
    if (context.globalIdx == 0) {
      next.set(0, time + 1);
    }
    if (time < steps) {
      int firstRow = StepTile.firstRow(context.groupIdx, hidden);
      int firstUnit = StepTile.firstUnit(context.groupIdx, hidden);
      int statesAt = time * batch * hidden;
      int gateSize = hidden * (hidden + 1);
      int weightsAt = recurrentAt + Tiles.at(0, firstUnit, hidden + 1);
      for (int i = 0; i < SUMS; i++) {
        sums[i] = 0f;
      }
      carry(states, statesAt, parameters, weightsAt, firstRow, batch, 0, hidden, item, carried);
      for (int first = 0; first < hidden; first += StepTile.DEPTH) {
        int chunk = first / StepTile.DEPTH % 2 * CHUNK;
        for (int i = 0; i < StepTile.CARRIED; i++) {
          local[chunk + StepTile.carriedTo(item, i)] = carried[i];
        }
        for (int i = 0; i < 3 * StepTile.CARRIED; i++) {
          local[chunk + StepTile.ROW_CHUNK + i * StepTile.ITEMS + item] =
              carried[StepTile.CARRIED + i];
        }
        context.localBarrier();
        carry(
            states,
            statesAt,
            parameters,
            weightsAt,
            firstRow,
            batch,
            first + StepTile.DEPTH,
            hidden,
            item,
            carried);
        for (int k = 0; k < StepTile.SLICE_DEPTH; k++) {
          int rowAt = chunk + StepTile.blockRow(item) + k * StepTile.ROW_STRIDE;
          int unitAt = chunk + StepTile.ROW_CHUNK + StepTile.blockUnit(item) + k * StepTile.UNITS;
          for (int i = 0; i < SUMS; i++) {
            sums[i] +=
                local[rowAt + i % StepTile.BLOCK / StepTile.BLOCK_UNITS]
                    * local[
                        unitAt
                            + i / StepTile.BLOCK * StepTile.WEIGHT_CHUNK
                            + i % StepTile.BLOCK_UNITS];
          }
        }
      }
      context.localBarrier();
      for (int i = 0; i < SUMS; i++) {
        local[(item / StepTile.BLOCKS * SUMS + i) * StepTile.BLOCKS + item % StepTile.BLOCKS] =
            sums[i];
      }
      context.localBarrier();
      int row = firstRow + StepTile.row(item);
      int unit = firstUnit + StepTile.unit(item);
      if (row < batch) {
        int biasAt = weightsAt + hidden * Tiles.LANES + StepTile.unit(item);
        float reset = parameters.get(biasAt);
        float update = parameters.get(biasAt + gateSize);
        float q = parameters.get(biasAt + 2 * gateSize);
        for (int slice = 0; slice < StepTile.SLICES; slice++) {
          int sumAt = slice * SUMS * StepTile.BLOCKS + item;
          reset += local[sumAt];
          update += local[sumAt + StepTile.ITEMS];
          q += local[sumAt + 2 * StepTile.ITEMS];
        }
        int position = time * batch + row;
        int token = tokens.get(position);
        int tableAt = (token < 0 ? 0 : token) * 3 * hidden + unit;
        float r = Activation.sigmoid(table.get(tableAt) + reset);
        float z = Activation.sigmoid(table.get(tableAt + hidden) + update);
        float n = Activation.tanh(table.get(tableAt + 2 * hidden) + r * q);
        float state = states.get(position * hidden + unit);
        states.set((position + batch) * hidden + unit, (1f - z) * n + z * state);
        if (gateStride > 0) {
          int gatesAt = time * gateStride + row * 4 * hidden + unit;
          gates.set(gatesAt, r);
          gates.set(gatesAt + hidden, z);
          gates.set(gatesAt + 2 * hidden, n);
          gates.set(gatesAt + 3 * hidden, q);
        }
      }
    }
  }

  /** Reads an item's share of the next chunk of the states and of the weights of three gates. */
  private static void carry(
      FloatArray states,
      int statesAt,
      FloatArray parameters,
      int weightsAt,
      int firstRow,
      int batch,
      int first,
      int hidden,
      int item,
      float[] carried) {
    StepTile.carryRows(states, statesAt, hidden, firstRow, batch, first, hidden, item, carried, 0);
    for (int gate = 0; gate < 3; gate++) {
      StepTile.carryWeights(
          parameters,
          weightsAt + gate * hidden * (hidden + 1),
          first,
          hidden,
          item,
          carried,
          (1 + gate) * StepTile.CARRIED);
    }
  }
}
