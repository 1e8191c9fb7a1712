package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Activation;
import org.tornadogru.kernels.Recurrence.Steps;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link org.tornadogru.kernels.GruForward} in a launch per step, for many hidden units: a
 * {@link StepTile} of rows and units for each group, with the gates at the end of the product. A
 * group per few rows would leave most of a GPU idle.
 *
 * <p>A group reads {@code (rows + 3 · units) · hidden} floats of states and weights, 256 · hidden
 * bytes: 16.8 MB a step in 128 groups at 512 units and a batch of 64, where 16 groups of {@link
 * GroupForward} read 50.3 MB. Beside them a step reads five floats of each row and unit, and writes
 * five. An item has 24 sums in registers, and of local memory reads 10 floats for 24
 * multiplications.
 */
final class StepForward {

  /** Sums of an item: each element of its block, of each gate. */
  static final int SUMS = 3 * StepTile.BLOCK;

  /** Local memory of a chunk of the states and of the weights of three gates. */
  static final int CHUNK = StepTile.ROW_CHUNK + 3 * StepTile.WEIGHT_CHUNK;

  static final int LOCAL_FLOATS = StepTile.ITEMS * SUMS;

  private StepForward() {}

  /**
   * Goes to the first step.
   *
   * @param states out, row 0 is the initial state
   * @param gates what the steps write is not new to them
   * @param turn out, how many launches there were: none
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
   * One step of {@link org.tornadogru.kernels.GruForward#forward}, or a half of it if the reset
   * gate acts before the product; behind the last one nothing.
   *
   * @param turn how many of these were taken
   * @param next out, one more
   * @param states [steps + 1][batch][hidden], of which a row is read and the next one written
   * @param gates out; of a whole step if {@code gateStride} is not 0
   * @param part {@link Steps#WHOLE}, or in turn {@link Steps#GATES} and {@link Steps#CANDIDATE}
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
      int gateStride,
      int part) {
    // [2][CHUNK], then [SLICES][products · BLOCK][BLOCKS]
    float[] local = context.allocateFloatLocalArray(LOCAL_FLOATS);
    float[] carried = new float[4 * StepTile.CARRIED];
    float[] sums = new float[SUMS];
    int item = context.localIdx;
    int turns = turn.get(0);
    int time = part == Steps.WHOLE ? turns : turns / 2;
    int ownSums = StepTile.products(part) * StepTile.BLOCK;
    if (context.globalIdx == 0) {
      next.set(0, turns + 1);
    }
    if (time < steps) {
      int firstRow = StepTile.firstRow(context.groupIdx, hidden);
      int firstUnit = StepTile.firstUnit(context.groupIdx, hidden);
      int statesAt = time * batch * hidden;
      int gatesAt = time * gateStride;
      int gateSize = hidden * (hidden + 1);
      int weightsAt = recurrentAt + Tiles.at(0, firstUnit, hidden + 1);
      for (int i = 0; i < ownSums; i++) {
        sums[i] = 0f;
      }
      carry(
          states,
          statesAt,
          gates,
          gatesAt,
          parameters,
          weightsAt,
          firstRow,
          batch,
          0,
          hidden,
          part,
          item,
          carried);
      for (int first = 0; first < hidden; first += StepTile.DEPTH) {
        int chunk = first / StepTile.DEPTH % 2 * CHUNK;
        for (int i = 0; i < StepTile.CARRIED; i++) {
          local[chunk + StepTile.carriedTo(item, i)] = carried[i];
        }
        for (int i = 0; i < StepTile.products(part) * StepTile.CARRIED; i++) {
          local[chunk + StepTile.ROW_CHUNK + i * StepTile.ITEMS + item] =
              carried[StepTile.CARRIED + i];
        }
        context.localBarrier();
        carry(
            states,
            statesAt,
            gates,
            gatesAt,
            parameters,
            weightsAt,
            firstRow,
            batch,
            first + StepTile.DEPTH,
            hidden,
            part,
            item,
            carried);
        for (int k = 0; k < StepTile.SLICE_DEPTH; k++) {
          int rowAt = chunk + StepTile.blockRow(item) + k * StepTile.ROW_STRIDE;
          int unitAt = chunk + StepTile.ROW_CHUNK + StepTile.blockUnit(item) + k * StepTile.UNITS;
          for (int i = 0; i < ownSums; i++) {
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
      for (int i = 0; i < ownSums; i++) {
        local[(item / StepTile.BLOCKS * ownSums + i) * StepTile.BLOCKS + item % StepTile.BLOCKS] =
            sums[i];
      }
      context.localBarrier();
      int row = firstRow + StepTile.row(item);
      int unit = firstUnit + StepTile.unit(item);
      if (row < batch) {
        float sum0 = 0f;
        float sum1 = 0f;
        float sum2 = 0f;
        for (int slice = 0; slice < StepTile.SLICES; slice++) {
          int sumAt = slice * ownSums * StepTile.BLOCKS + item;
          sum0 += local[sumAt];
          if (part != Steps.CANDIDATE) {
            sum1 += local[sumAt + StepTile.ITEMS];
          }
          if (part == Steps.WHOLE) {
            sum2 += local[sumAt + 2 * StepTile.ITEMS];
          }
        }
        int biasAt = weightsAt + hidden * Tiles.LANES + StepTile.unit(item);
        float candidateBias = parameters.get(biasAt + 2 * gateSize);
        int position = time * batch + row;
        int token = tokens.get(position);
        int tableAt = (token < 0 ? 0 : token) * 3 * hidden + unit;
        float candidate = table.get(tableAt + 2 * hidden);
        float state = states.get(position * hidden + unit);
        int resetAt = gatesAt + row * 4 * hidden + unit;
        int nextAt = (position + batch) * hidden + unit;
        if (part == Steps.CANDIDATE) {
          float z = gates.get(resetAt + hidden);
          float n = Activation.tanh(candidate + candidateBias + sum0);
          gates.set(resetAt + 2 * hidden, n);
          states.set(nextAt, (1f - z) * n + z * state);
        } else {
          float r = Activation.sigmoid(table.get(tableAt) + parameters.get(biasAt) + sum0);
          float z =
              Activation.sigmoid(
                  table.get(tableAt + hidden) + parameters.get(biasAt + gateSize) + sum1);
          if (part == Steps.GATES) {
            gates.set(resetAt, r);
            gates.set(resetAt + hidden, z);
            gates.set(resetAt + 3 * hidden, r * state);
          } else {
            float q = candidateBias + sum2;
            float n = Activation.tanh(candidate + r * q);
            states.set(nextAt, (1f - z) * n + z * state);
            if (gateStride > 0) {
              gates.set(resetAt, r);
              gates.set(resetAt + hidden, z);
              gates.set(resetAt + 2 * hidden, n);
              gates.set(resetAt + 3 * hidden, q);
            }
          }
        }
      }
    }
  }

  /**
   * Reads an item's share of the next chunk: of what the products multiply, and of the weights of
   * their gates.
   *
   * @param operands at {@code operandsAt} [batch][hidden], h if nothing is dropped
   */
  static void carry(
      FloatArray operands,
      int operandsAt,
      FloatArray gates,
      int gatesAt,
      FloatArray parameters,
      int weightsAt,
      int firstRow,
      int batch,
      int first,
      int hidden,
      int part,
      int item,
      float[] carried) {
    if (part == Steps.CANDIDATE) {
      StepTile.carryRows(
          gates,
          gatesAt + 3 * hidden,
          4 * hidden,
          firstRow,
          batch,
          first,
          hidden,
          item,
          carried,
          0);
    } else {
      StepTile.carryRows(
          operands, operandsAt, hidden, firstRow, batch, first, hidden, item, carried, 0);
    }
    for (int i = 0; i < StepTile.products(part); i++) {
      StepTile.carryWeights(
          parameters,
          weightsAt + (StepTile.firstGate(part) + i) * hidden * (hidden + 1),
          first,
          hidden,
          item,
          carried,
          (1 + i) * StepTile.CARRIED);
    }
  }
}
