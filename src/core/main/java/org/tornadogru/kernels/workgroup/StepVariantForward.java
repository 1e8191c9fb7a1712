package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Recurrence.Steps;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.VariantForward;
import org.tornadogru.kernels.VariantStep;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link VariantForward} in a launch per step, with the products of {@link StepForward}.
 * They are written out, here and there: in a method that is given local memory, TornadoVM's CUDA
 * backend takes addresses in it for indices, and one that has its own is larger than what TornadoVM
 * inlines.
 */
final class StepVariantForward {

  private StepVariantForward() {}

  /** Goes to the first step. */
  static Launch begin(String id, VariantForward.Arguments arguments, IntArray turn, IntArray next) {
    int size = arguments.batch() * arguments.hidden();
    return Launch.loop(
        size,
        new TaskPackage(
            id,
            StepVariantForward::beginVariantForward,
            arguments.tokens(),
            arguments.initialState(),
            arguments.states(),
            arguments.gates(),
            arguments.slopes(),
            arguments.operands(),
            arguments.multipliers(),
            turn,
            next,
            size));
  }

  /**
   * As {@link StepForward#beginForward}.
   *
   * @param slopes what the steps write is not new to them
   * @param operands out, those of the first step
   */
  static void beginVariantForward(
      IntArray tokens,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray multipliers,
      IntArray turn,
      IntArray next,
      int size) {
    for (@Parallel int i = 0; i < size; i++) {
      states.set(i, initialState.get(i));
      operands.set(i, multipliers.get(i) * initialState.get(i));
      if (i == 0) {
        gates.set(0, 0f);
        slopes.set(0, 0f);
        turn.set(0, 0);
        next.set(0, tokens.get(0)); // for the tokens to be uploaded before what is repeated
      }
    }
  }

  /** A step, or a half of it. */
  static Launch step(
      String id, VariantForward.Arguments arguments, int launch, IntArray turn, IntArray next) {
    TaskPackage task =
        new TaskPackage(
            id,
            StepVariantForward::variantForwardStep,
            new KernelContext(),
            arguments.tokens(),
            arguments.table(),
            arguments.parameters(),
            arguments.states(),
            arguments.gates(),
            arguments.slopes(),
            arguments.operands(),
            arguments.multipliers(),
            arguments.functions(),
            turn,
            next,
            arguments.recurrentAt(),
            arguments.steps(),
            arguments.batch(),
            arguments.hidden(),
            arguments.gateStride(),
            Steps.forwardPart(launch, arguments.resetBefore()),
            arguments.gating(),
            arguments.units());
    return StepTile.launch(task, arguments.batch(), arguments.hidden());
  }

  /**
   * One step of {@link VariantForward#variantForward}, or a half of it, as {@link
   * StepForward#forwardStep} takes them. A row that is held has {@code r ⊙ p = 0} from the first
   * half on, since other items read it in the second.
   *
   * @param operands p, of which a row is read and the next one written: of as many rows as states,
   *     or if {@code gateStride} is 0 two by turns
   */
  static void variantForwardStep(
      KernelContext context,
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray states,
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray multipliers,
      FloatArray functions,
      IntArray turn,
      IntArray next,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride,
      int part,
      int gating,
      int units) {
    // [2][CHUNK], then [SLICES][products · BLOCK][BLOCKS]
    float[] local = context.allocateFloatLocalArray(StepForward.LOCAL_FLOATS);
    float[] carried = new float[4 * StepTile.CARRIED];
    float[] sums = new float[StepForward.SUMS];
    int item = context.localIdx;
    int ownSums = StepTile.products(part) * StepTile.BLOCK;
    int turns = turn.get(0);
    int time = part == Steps.WHOLE ? turns : turns / 2;
    if (context.globalIdx == 0) {
      next.set(0, turns + 1);
    }
    if (time < steps) {
      int firstRow = StepTile.firstRow(context.groupIdx, hidden);
      int firstUnit = StepTile.firstUnit(context.groupIdx, hidden);
      int gatesAt = time * gateStride;
      int gateSize = hidden * (hidden + 1);
      int weightsAt = recurrentAt + Tiles.at(0, firstUnit, hidden + 1);
      int operandsAt = (gateStride > 0 ? time : time % 2) * batch * hidden;
      int nextOperandsAt = (gateStride > 0 ? time + 1 : 1 - time % 2) * batch * hidden;
      for (int i = 0; i < ownSums; i++) {
        sums[i] = 0f;
      }
      StepForward.carry(
          operands,
          operandsAt,
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
        int chunk = first / StepTile.DEPTH % 2 * StepForward.CHUNK;
        for (int i = 0; i < StepTile.CARRIED; i++) {
          local[chunk + StepTile.carriedTo(item, i)] = carried[i];
        }
        for (int i = 0; i < StepTile.products(part) * StepTile.CARRIED; i++) {
          local[chunk + StepTile.ROW_CHUNK + i * StepTile.ITEMS + item] =
              carried[StepTile.CARRIED + i];
        }
        context.localBarrier();
        StepForward.carry(
            operands,
            operandsAt,
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
        int position = time * batch + row;
        int token = tokens.get(position);
        int tableAt = (token < 0 ? 0 : token) * 3 * hidden + unit;
        int previousAt = position * hidden + unit;
        int nextAt = previousAt + batch * hidden;
        int operandAt = row * hidden + unit;
        int resetAt = gatesAt + row * 4 * hidden + unit;
        int slopeAt = time * (gateStride / 4 * 3) + row * 3 * hidden + unit;
        float product = parameters.get(biasAt + 2 * gateSize);
        if (part == Steps.CANDIDATE) {
          product += sum0;
        } else {
          VariantStep.gate(
              table.get(tableAt) + parameters.get(biasAt) + sum0,
              functions,
              gating % 2,
              1f,
              gates,
              resetAt,
              slopes,
              slopeAt);
          VariantStep.gate(
              table.get(tableAt + hidden) + parameters.get(biasAt + gateSize) + sum1,
              functions,
              gating / 2,
              0f,
              gates,
              resetAt + hidden,
              slopes,
              slopeAt + hidden);
          float reset = gates.get(resetAt);
          if (part == Steps.GATES) {
            gates.set(
                resetAt + 3 * hidden,
                token < 0 ? 0f : reset * operands.get(operandsAt + operandAt));
          } else {
            float q = product + sum2;
            gates.set(resetAt + 3 * hidden, q);
            product = reset * q;
          }
        }
        if (part != Steps.GATES) {
          VariantStep.candidate(
              table.get(tableAt + 2 * hidden) + product,
              functions,
              gates,
              resetAt + 2 * hidden,
              slopes,
              slopeAt + 2 * hidden,
              unit < units ? 1f : 0f);
          VariantStep.advanceUnit(gates, resetAt, states, previousAt, nextAt, hidden);
          VariantStep.holdUnit(
              token, gates, resetAt, slopes, slopeAt, states, previousAt, nextAt, hidden);
          operands.set(nextOperandsAt + operandAt, multipliers.get(operandAt) * states.get(nextAt));
        }
      }
    }
  }
}
