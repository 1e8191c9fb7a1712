package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Tiles;
import org.tornadogru.kernels.VariantBackward;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twin of {@link VariantBackward} as work-groups: rows and units are shared out as in {@link
 * GroupForward}, and the gradients of a step's gates meet in local memory. What a unit carries from
 * step to step only its own work-item touches.
 */
final class GroupVariantBackward {

  private GroupVariantBackward() {}

  /** Twin of {@link VariantBackward#variantBackward}. */
  static Launch launch(String id, VariantBackward.Arguments arguments) {
    int hidden = arguments.hidden();
    TaskPackage task =
        new TaskPackage(
            id,
            GroupVariantBackward::variantBackwardOfGroup,
            new KernelContext(),
            arguments.gates(),
            arguments.slopes(),
            arguments.operands(),
            arguments.states(),
            arguments.multipliers(),
            arguments.transposed(),
            arguments.stateGradients(),
            arguments.initialStateGradient(),
            arguments.steps(),
            arguments.batch(),
            hidden,
            arguments.resetBefore());
    return GroupRows.launch(task, arguments.batch(), hidden, 3);
  }

  /** The rows of a group. */
  static void variantBackwardOfGroup(
      KernelContext context,
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray states,
      FloatArray multipliers,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden,
      int resetBefore) {
    // [3][ROWS][hidden]: dar, daz, and dq or, if the reset gate acts before the product, dan;
    // then weights
    float[] local =
        context.allocateFloatLocalArray(3 * GroupRows.ROWS * hidden + GroupRows.weights(hidden));
    float[] sums = new float[GroupRows.ROWS];
    int item = context.localIdx;
    int items = context.localGroupSizeX;
    int firstRow = context.groupIdx * GroupRows.ROWS;
    int updates = GroupRows.ROWS * hidden;
    int candidates = 2 * updates;
    int keeps = GroupRows.keepsWeights(hidden);
    int kept = 3 * updates;

    for (int element = item; element < keeps * 3 * hidden * hidden; element += items) {
      int padding = element / (3 * hidden * Tiles.LANES) * Tiles.LANES;
      local[kept + padding + element] = transposed.get(element);
    }
    for (int unit = item; unit < hidden; unit += items) {
      for (int i = 0; i < GroupRows.ROWS; i++) {
        initialStateGradient.set((firstRow + i) * hidden + unit, 0f);
      }
    }
    for (int reversed = 0; reversed < steps; reversed++) {
      int firstPosition = (steps - 1 - reversed) * batch + firstRow;
      for (int unit = item; unit < hidden; unit += items) {
        for (int i = 0; i < GroupRows.ROWS; i++) {
          int stateAt = (firstPosition + i) * hidden + unit;
          int resetAt = (firstPosition + i) * 4 * hidden + unit;
          int slopeAt = (firstPosition + i) * 3 * hidden + unit;
          int carriedAt = (firstRow + i) * hidden + unit;
          float z = gates.get(resetAt + hidden);
          float n = gates.get(resetAt + 2 * hidden);
          float dh = stateGradients.get(stateAt) + initialStateGradient.get(carriedAt);
          float daz = dh * (states.get(stateAt) - n) * slopes.get(slopeAt + hidden);
          float dan = dh * (1f - z) * slopes.get(slopeAt + 2 * hidden);
          if (resetBefore == 1) {
            local[candidates + i * hidden + unit] = dan;
          } else {
            float dar = dan * gates.get(resetAt + 3 * hidden) * slopes.get(slopeAt);
            float dq = dan * gates.get(resetAt);
            gates.set(resetAt, dar);
            gates.set(resetAt + 3 * hidden, dq);
            local[i * hidden + unit] = dar;
            local[candidates + i * hidden + unit] = dq;
          }
          gates.set(resetAt + hidden, daz);
          gates.set(resetAt + 2 * hidden, dan);
          local[updates + i * hidden + unit] = daz;
          initialStateGradient.set(carriedAt, dh * z);
        }
      }
      context.localBarrier();
      if (resetBefore == 1) {
        for (int unit = item; unit < hidden; unit += items) {
          int weightsAt = Tiles.at(2 * hidden, unit, 3 * hidden);
          int keptAt = kept + unit / Tiles.LANES * Tiles.LANES;
          for (int i = 0; i < GroupRows.ROWS; i++) {
            sums[i] = 0f;
          }
          for (int k = 0; k < hidden; k++) {
            int at = weightsAt + k * Tiles.LANES;
            float weight = keeps == 1 ? local[keptAt + at] : transposed.get(at);
            for (int i = 0; i < GroupRows.ROWS; i++) {
              sums[i] += local[candidates + i * hidden + k] * weight;
            }
          }
          for (int i = 0; i < GroupRows.ROWS; i++) {
            int position = firstPosition + i;
            int resetAt = position * 4 * hidden + unit;
            int carriedAt = (firstRow + i) * hidden + unit;
            float r = gates.get(resetAt);
            float dar =
                sums[i]
                    * operands.get(position * hidden + unit)
                    * slopes.get(position * 3 * hidden + unit);
            gates.set(resetAt, dar);
            local[i * hidden + unit] = dar;
            initialStateGradient.set(
                carriedAt,
                initialStateGradient.get(carriedAt) + multipliers.get(carriedAt) * sums[i] * r);
          }
        }
        context.localBarrier();
      }
      for (int unit = item; unit < hidden; unit += items) {
        int weightsAt = Tiles.at(0, unit, 3 * hidden);
        int keptAt = kept + unit / Tiles.LANES * Tiles.LANES;
        for (int i = 0; i < GroupRows.ROWS; i++) {
          sums[i] = 0f;
        }
        for (int block = 0; block < 3 - resetBefore; block++) {
          int blockAt = block * GroupRows.ROWS * hidden;
          for (int k = 0; k < hidden; k++) {
            int at = weightsAt + (block * hidden + k) * Tiles.LANES;
            float weight = keeps == 1 ? local[keptAt + at] : transposed.get(at);
            for (int i = 0; i < GroupRows.ROWS; i++) {
              sums[i] += local[blockAt + i * hidden + k] * weight;
            }
          }
        }
        for (int i = 0; i < GroupRows.ROWS; i++) {
          int carriedAt = (firstRow + i) * hidden + unit;
          initialStateGradient.set(
              carriedAt,
              initialStateGradient.get(carriedAt) + multipliers.get(carriedAt) * sums[i]);
        }
      }
      context.localBarrier();
    }
  }
}
