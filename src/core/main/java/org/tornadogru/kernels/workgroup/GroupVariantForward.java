package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.VariantForward;
import org.tornadogru.kernels.VariantStep;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link VariantForward} as work-groups: rows and units are shared out as in {@link
 * GroupForward}, and what the products multiply, {@code m ⊙ h}, meets in local memory. The gates
 * and slopes of a unit only its own work-item touches.
 */
final class GroupVariantForward {

  private GroupVariantForward() {}

  /** Twin of {@link VariantForward#variantForward}. */
  static Launch launch(String id, VariantForward.Arguments arguments) {
    int hidden = arguments.hidden();
    TaskPackage task =
        new TaskPackage(
            id,
            GroupVariantForward::variantForwardOfGroup,
            new KernelContext(),
            arguments.tokens(),
            arguments.table(),
            arguments.parameters(),
            arguments.initialState(),
            arguments.states(),
            arguments.gates(),
            arguments.slopes(),
            arguments.operands(),
            arguments.multipliers(),
            arguments.functions(),
            arguments.recurrentAt(),
            arguments.steps(),
            arguments.batch(),
            hidden,
            arguments.gateStride(),
            arguments.resetBefore(),
            arguments.gating(),
            arguments.units());
    return GroupRows.launch(task, arguments.batch(), hidden, 2);
  }

  /**
   * The rows of a group. If the reset gate acts before the recurrent product, the candidate's wants
   * {@code r ⊙ m ⊙ h} of all units, so that a step has two parts.
   */
  static void variantForwardOfGroup(
      KernelContext context,
      IntArray tokens,
      FloatArray table,
      FloatArray parameters,
      FloatArray initialState,
      FloatArray states,
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray multipliers,
      FloatArray functions,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride,
      int resetBefore,
      int gating,
      int units) {
    // [2][ROWS][hidden]: m ⊙ h before and after a step, by turns; or m ⊙ h, r ⊙ m ⊙ h; then weights
    float[] local =
        context.allocateFloatLocalArray(2 * GroupRows.ROWS * hidden + GroupRows.weights(hidden));
    float[] sums = new float[3 * GroupRows.ROWS];
    int item = context.localIdx;
    int items = context.localGroupSizeX;
    int firstRow = context.groupIdx * GroupRows.ROWS;
    int gateSize = hidden * (hidden + 1);
    int half = GroupRows.ROWS * hidden;
    int keeps = GroupRows.keepsWeights(hidden);
    int kept = 2 * half - recurrentAt;

    for (int element = item; element < GroupRows.weights(hidden); element += items) {
      local[2 * half + element] = parameters.get(recurrentAt + element);
    }
    for (int element = item; element < half; element += items) {
      int at = firstRow * hidden + element;
      float state = initialState.get(at);
      local[element] = multipliers.get(at) * state;
      states.set(at, state);
    }
    context.localBarrier();
    for (int time = 0; time < steps; time++) {
      int before = resetBefore == 1 ? 0 : (time & 1) * half;
      int after = half - before;
      for (int unit = item; unit < hidden; unit += items) {
        int weightsAt = recurrentAt + Tiles.at(0, unit, hidden + 1);
        for (int gate = 0; gate < 3 - resetBefore; gate++) {
          float bias = parameters.get(weightsAt + gate * gateSize + hidden * Tiles.LANES);
          for (int i = 0; i < GroupRows.ROWS; i++) {
            sums[gate * GroupRows.ROWS + i] = bias;
          }
        }
        for (int k = 0; k < hidden; k++) {
          for (int gate = 0; gate < 3 - resetBefore; gate++) {
            int weightAt = weightsAt + gate * gateSize + k * Tiles.LANES;
            float weight = keeps == 1 ? local[kept + weightAt] : parameters.get(weightAt);
            for (int i = 0; i < GroupRows.ROWS; i++) {
              sums[gate * GroupRows.ROWS + i] += local[before + i * hidden + k] * weight;
            }
          }
        }
        for (int i = 0; i < GroupRows.ROWS; i++) {
          int row = firstRow + i;
          int position = time * batch + row;
          int token = tokens.get(position);
          int tableAt = (token < 0 ? 0 : token) * 3 * hidden + unit;
          int resetAt = time * gateStride + row * 4 * hidden + unit;
          int slopeAt = time * (gateStride / 4 * 3) + row * 3 * hidden + unit;
          int previousAt = position * hidden + unit;
          int nextAt = previousAt + batch * hidden;
          float operand = local[before + i * hidden + unit];
          operands.set(time * (gateStride / 4) + row * hidden + unit, operand);
          VariantStep.gate(
              table.get(tableAt) + sums[i],
              functions,
              gating % 2,
              1f,
              gates,
              resetAt,
              slopes,
              slopeAt);
          VariantStep.gate(
              table.get(tableAt + hidden) + sums[GroupRows.ROWS + i],
              functions,
              gating / 2,
              0f,
              gates,
              resetAt + hidden,
              slopes,
              slopeAt + hidden);
          float reset = gates.get(resetAt);
          if (resetBefore == 1) {
            gates.set(resetAt + 3 * hidden, reset * operand);
            local[after + i * hidden + unit] = reset * operand;
          } else {
            float product = sums[2 * GroupRows.ROWS + i];
            gates.set(resetAt + 3 * hidden, product);
            VariantStep.candidate(
                table.get(tableAt + 2 * hidden) + reset * product,
                functions,
                gates,
                resetAt + 2 * hidden,
                slopes,
                slopeAt + 2 * hidden,
                unit < units ? 1f : 0f);
            VariantStep.advanceUnit(gates, resetAt, states, previousAt, nextAt, hidden);
            VariantStep.holdUnit(
                token, gates, resetAt, slopes, slopeAt, states, previousAt, nextAt, hidden);
            local[after + i * hidden + unit] =
                multipliers.get(row * hidden + unit) * states.get(nextAt);
          }
        }
      }
      context.localBarrier();
      if (resetBefore == 1) {
        for (int unit = item; unit < hidden; unit += items) {
          int weightsAt = recurrentAt + 2 * gateSize + Tiles.at(0, unit, hidden + 1);
          for (int i = 0; i < GroupRows.ROWS; i++) {
            sums[i] = parameters.get(weightsAt + hidden * Tiles.LANES);
          }
          for (int k = 0; k < hidden; k++) {
            int weightAt = weightsAt + k * Tiles.LANES;
            float weight = keeps == 1 ? local[kept + weightAt] : parameters.get(weightAt);
            for (int i = 0; i < GroupRows.ROWS; i++) {
              sums[i] += local[after + i * hidden + k] * weight;
            }
          }
          for (int i = 0; i < GroupRows.ROWS; i++) {
            int row = firstRow + i;
            int position = time * batch + row;
            int token = tokens.get(position);
            int tableAt = (token < 0 ? 0 : token) * 3 * hidden + unit;
            int resetAt = time * gateStride + row * 4 * hidden + unit;
            int slopeAt = time * (gateStride / 4 * 3) + row * 3 * hidden + unit;
            int previousAt = position * hidden + unit;
            int nextAt = previousAt + batch * hidden;
            VariantStep.candidate(
                table.get(tableAt + 2 * hidden) + sums[i],
                functions,
                gates,
                resetAt + 2 * hidden,
                slopes,
                slopeAt + 2 * hidden,
                unit < units ? 1f : 0f);
            VariantStep.advanceUnit(gates, resetAt, states, previousAt, nextAt, hidden);
            VariantStep.holdUnit(
                token, gates, resetAt, slopes, slopeAt, states, previousAt, nextAt, hidden);
            local[i * hidden + unit] = multipliers.get(row * hidden + unit) * states.get(nextAt);
          }
        }
        context.localBarrier();
      }
    }
  }
}
