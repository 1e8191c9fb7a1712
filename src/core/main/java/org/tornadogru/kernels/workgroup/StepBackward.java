package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Recurrence.Steps;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link org.tornadogru.kernels.GruBackward} in a launch per step, shared out as in {@link
 * StepForward}. The product that carries a gradient from a step to the one before wants the
 * gradients of all its gates, so a launch has the product of the step that the launch before
 * finished, and then finds the gradients of the gates of its own.
 *
 * <p>A group reads {@code 3 · (rows + units) · hidden} floats of gradients and weights, 384 ·
 * hidden bytes: 25.2 MB a step in 128 groups at 512 units and a batch of 64, where 16 groups of
 * {@link GroupBackward} read 50.3 MB. Beside them a step reads seven floats of each row and unit,
 * and writes five.
 */
final class StepBackward {

  /** Local memory of a chunk of the gradients and of the weights of three gates. */
  static final int CHUNK = 3 * (StepTile.ROW_CHUNK + StepTile.WEIGHT_CHUNK);

  static final int LOCAL_FLOATS = 2 * CHUNK;

  private StepBackward() {}

  /**
   * The gradients of the last step's gates.
   *
   * @param turn out, how many launches there were: none
   * @param next a workspace
   * @param part that comes first
   */
  static void beginBackward(
      FloatArray gates,
      FloatArray states,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      IntArray turn,
      IntArray next,
      int steps,
      int batch,
      int hidden,
      int part) {
    for (@Parallel int row = 0; row < batch; row++) {
      for (@Parallel int unit = 0; unit < hidden; unit++) {
        int position = (steps - 1) * batch + row;
        int stateAt = position * hidden + unit;
        differentiate(
            gates,
            position * 4 * hidden + unit,
            hidden,
            states.get(stateAt),
            stateGradients.get(stateAt),
            initialStateGradient,
            row * hidden + unit,
            part);
        if (row * hidden + unit == 0) {
          turn.set(0, 0);
          next.set(0, 0);
        }
      }
    }
  }

  /**
   * One step of {@link org.tornadogru.kernels.GruBackward#backward}, or a half of it if the reset
   * gate acts before the product; behind the first one, where the initial state's gradient is
   * complete, nothing.
   *
   * @param turn how many of these were taken
   * @param next out, one more
   * @param part {@link Steps#WHOLE}, or in turn {@link Steps#CANDIDATE} and {@link Steps#GATES}
   */
  static void backwardStep(
      KernelContext context,
      FloatArray gates,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      IntArray turn,
      IntArray next,
      int steps,
      int batch,
      int hidden,
      int part) {
    // [2][CHUNK], then [SLICES][BLOCK][BLOCKS]
    float[] local = context.allocateFloatLocalArray(LOCAL_FLOATS);
    float[] carried = new float[6 * StepTile.CARRIED];
    float[] sums = new float[StepTile.BLOCK];
    int item = context.localIdx;
    int turns = turn.get(0);
    int taken = part == Steps.WHOLE ? turns : turns / 2;
    int products = StepTile.products(part);
    if (context.globalIdx == 0) {
      next.set(0, turns + 1);
    }
    if (taken < steps) {
      int firstRow = StepTile.firstRow(context.groupIdx, hidden);
      int firstUnit = StepTile.firstUnit(context.groupIdx, hidden);
      int time = steps - 2 - taken;
      int gradientsAt = (time + 1) * batch * 4 * hidden;
      int weightsAt = Tiles.at(0, firstUnit, 3 * hidden);
      for (int i = 0; i < StepTile.BLOCK; i++) {
        sums[i] = 0f;
      }
      carry(
          gates,
          gradientsAt,
          transposed,
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
        for (int i = 0; i < products * StepTile.CARRIED; i++) {
          local[
                  chunk
                      + i / StepTile.CARRIED * StepTile.ROW_CHUNK
                      + StepTile.carriedTo(item, i % StepTile.CARRIED)] =
              carried[i];
        }
        for (int i = 0; i < products * StepTile.CARRIED; i++) {
          local[chunk + 3 * StepTile.ROW_CHUNK + i * StepTile.ITEMS + item] =
              carried[3 * StepTile.CARRIED + i];
        }
        context.localBarrier();
        carry(
            gates,
            gradientsAt,
            transposed,
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
          int unitAt =
              chunk + 3 * StepTile.ROW_CHUNK + StepTile.blockUnit(item) + k * StepTile.UNITS;
          for (int i = 0; i < products * StepTile.BLOCK; i++) {
            int gate = i / StepTile.BLOCK;
            sums[i % StepTile.BLOCK] +=
                local[rowAt + gate * StepTile.ROW_CHUNK + i % StepTile.BLOCK / StepTile.BLOCK_UNITS]
                    * local[unitAt + gate * StepTile.WEIGHT_CHUNK + i % StepTile.BLOCK_UNITS];
          }
        }
      }
      context.localBarrier();
      for (int i = 0; i < StepTile.BLOCK; i++) {
        local[
                (item / StepTile.BLOCKS * StepTile.BLOCK + i) * StepTile.BLOCKS
                    + item % StepTile.BLOCKS] =
            sums[i];
      }
      context.localBarrier();
      int row = firstRow + StepTile.row(item);
      int unit = firstUnit + StepTile.unit(item);
      if (row < batch) {
        float sum = 0f;
        for (int slice = 0; slice < StepTile.SLICES; slice++) {
          sum += local[slice * StepTile.ITEMS + item];
        }
        int carriedAt = row * hidden + unit;
        float carriedOn = initialStateGradient.get(carriedAt);
        if (part == Steps.CANDIDATE) {
          int stateAt = ((time + 1) * batch + row) * hidden + unit;
          int resetAt = gradientsAt + row * 4 * hidden + unit;
          float r = gates.get(resetAt);
          gates.set(resetAt, sum * states.get(stateAt) * r * (1f - r));
          initialStateGradient.set(carriedAt, carriedOn + sum * r);
        } else if (time < 0) {
          initialStateGradient.set(carriedAt, carriedOn + sum);
        } else {
          int position = time * batch + row;
          int stateAt = position * hidden + unit;
          differentiate(
              gates,
              position * 4 * hidden + unit,
              hidden,
              states.get(stateAt),
              carriedOn + sum + stateGradients.get(stateAt),
              initialStateGradient,
              carriedAt,
              part);
        }
      }
    }
  }

  /** Reads an item's share of the next chunk of the gradients and weights of its gates. */
  static void carry(
      FloatArray gates,
      int gradientsAt,
      FloatArray transposed,
      int weightsAt,
      int firstRow,
      int batch,
      int first,
      int hidden,
      int part,
      int item,
      float[] carried) {
    for (int i = 0; i < StepTile.products(part); i++) {
      int gate = StepTile.firstGate(part) + i;
      int place = part == Steps.WHOLE ? gate + gate / 2 : gate; // dq is behind dan
      StepTile.carryRows(
          gates,
          gradientsAt + place * hidden,
          4 * hidden,
          firstRow,
          batch,
          first,
          hidden,
          item,
          carried,
          i * StepTile.CARRIED);
      StepTile.carryWeights(
          transposed,
          weightsAt + gate * hidden * Tiles.LANES,
          first,
          hidden,
          item,
          carried,
          (3 + i) * StepTile.CARRIED);
    }
  }

  /**
   * Puts the gradients of a unit's gates in their place, as far as they need no product, and what
   * of dh goes past them.
   */
  private static void differentiate(
      FloatArray gates,
      int at,
      int hidden,
      float state,
      float dh,
      FloatArray initialStateGradient,
      int carriedAt,
      int part) {
    float z = gates.get(at + hidden);
    float n = gates.get(at + 2 * hidden);
    float dan = dh * (1f - z) * (1f - n * n);
    if (part == Steps.WHOLE) {
      float r = gates.get(at);
      float q = gates.get(at + 3 * hidden);
      gates.set(at, dan * q * r * (1f - r));
      gates.set(at + 3 * hidden, dan * r);
    }
    gates.set(at + hidden, dh * (state - n) * z * (1f - z));
    gates.set(at + 2 * hidden, dan);
    initialStateGradient.set(carriedAt, dh * z);
  }
}
