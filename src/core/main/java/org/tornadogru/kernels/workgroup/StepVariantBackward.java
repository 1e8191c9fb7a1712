package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Recurrence.Steps;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.VariantBackward;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link VariantBackward} in a launch per step, with the products of {@link StepBackward},
 * written out as in {@link StepVariantForward}.
 */
final class StepVariantBackward {

  private StepVariantBackward() {}

  /** The gradients of the last step's gates. */
  static Launch begin(
      String id, VariantBackward.Arguments arguments, IntArray turn, IntArray next) {
    return Launch.loop(
        arguments.batch(),
        arguments.hidden(),
        new TaskPackage(
            id,
            StepVariantBackward::beginVariantBackward,
            arguments.gates(),
            arguments.slopes(),
            arguments.states(),
            arguments.stateGradients(),
            arguments.initialStateGradient(),
            turn,
            next,
            arguments.steps(),
            arguments.batch(),
            arguments.hidden(),
            Steps.backwardPart(0, arguments.resetBefore())));
  }

  /** As {@link StepBackward#beginBackward}. */
  static void beginVariantBackward(
      FloatArray gates,
      FloatArray slopes,
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
            slopes,
            position * 3 * hidden + unit,
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

  /** A step, or a half of it. */
  static Launch step(
      String id, VariantBackward.Arguments arguments, int launch, IntArray turn, IntArray next) {
    TaskPackage task =
        new TaskPackage(
            id,
            StepVariantBackward::variantBackwardStep,
            new KernelContext(),
            arguments.gates(),
            arguments.slopes(),
            arguments.operands(),
            arguments.states(),
            arguments.multipliers(),
            arguments.transposed(),
            arguments.stateGradients(),
            arguments.initialStateGradient(),
            turn,
            next,
            arguments.steps(),
            arguments.batch(),
            arguments.hidden(),
            Steps.backwardPart(launch, arguments.resetBefore()));
    return StepTile.launch(task, arguments.batch(), arguments.hidden());
  }

  /**
   * One step of {@link VariantBackward#variantBackward}, or a half of it, as {@link
   * StepBackward#backwardStep} takes them.
   */
  static void variantBackwardStep(
      KernelContext context,
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray states,
      FloatArray multipliers,
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
    float[] local = context.allocateFloatLocalArray(StepBackward.LOCAL_FLOATS);
    float[] carried = new float[6 * StepTile.CARRIED];
    float[] sums = new float[StepTile.BLOCK];
    int item = context.localIdx;
    int turns = turn.get(0);
    int products = StepTile.products(part);
    int taken = part == Steps.WHOLE ? turns : turns / 2;
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
      StepBackward.carry(
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
        int chunk = first / StepTile.DEPTH % 2 * StepBackward.CHUNK;
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
        StepBackward.carry(
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
        float carry = multipliers.get(carriedAt) * sum;
        if (part == Steps.CANDIDATE) {
          int position = (time + 1) * batch + row;
          int resetAt = gradientsAt + row * 4 * hidden + unit;
          float r = gates.get(resetAt);
          gates.set(
              resetAt,
              sum
                  * operands.get(position * hidden + unit)
                  * slopes.get(position * 3 * hidden + unit));
          initialStateGradient.set(carriedAt, carriedOn + carry * r);
        } else if (time < 0) {
          initialStateGradient.set(carriedAt, carriedOn + carry);
        } else {
          int position = time * batch + row;
          int stateAt = position * hidden + unit;
          differentiate(
              gates,
              position * 4 * hidden + unit,
              slopes,
              position * 3 * hidden + unit,
              hidden,
              states.get(stateAt),
              carriedOn + carry + stateGradients.get(stateAt),
              initialStateGradient,
              carriedAt,
              part);
        }
      }
    }
  }

  /** As for {@link StepBackward}, of any activation. */
  private static void differentiate(
      FloatArray gates,
      int resetAt,
      FloatArray slopes,
      int slopeAt,
      int hidden,
      float state,
      float dh,
      FloatArray initialStateGradient,
      int carriedAt,
      int part) {
    float z = gates.get(resetAt + hidden);
    float n = gates.get(resetAt + 2 * hidden);
    float dan = dh * (1f - z) * slopes.get(slopeAt + 2 * hidden);
    if (part == Steps.WHOLE) {
      float r = gates.get(resetAt);
      float q = gates.get(resetAt + 3 * hidden);
      gates.set(resetAt, dan * q * slopes.get(slopeAt));
      gates.set(resetAt + 3 * hidden, dan * r);
    }
    gates.set(resetAt + hidden, dh * (state - n) * slopes.get(slopeAt + hidden));
    gates.set(resetAt + 2 * hidden, dan);
    initialStateGradient.set(carriedAt, dh * z);
  }
}
