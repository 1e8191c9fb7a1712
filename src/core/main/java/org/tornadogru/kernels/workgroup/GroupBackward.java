package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twin of {@link org.tornadogru.kernels.GruBackward} as work-groups: rows and units are shared out
 * as in {@link GroupForward}, and the gradients of a step's gates meet in local memory. What a unit
 * carries from step to step only its own work-item touches.
 */
final class GroupBackward {

  private GroupBackward() {}

  /** Twin of {@link org.tornadogru.kernels.GruBackward#backward}. */
  static void backward(
      KernelContext context,
      FloatArray gates,
      FloatArray states,
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
          int gatesAt = (firstPosition + i) * 4 * hidden + unit;
          int carriedAt = (firstRow + i) * hidden + unit;
          float z = gates.get(gatesAt + hidden);
          float n = gates.get(gatesAt + 2 * hidden);
          float dh = stateGradients.get(stateAt) + initialStateGradient.get(carriedAt);
          float daz = dh * (states.get(stateAt) - n) * z * (1f - z);
          float dan = dh * (1f - z) * (1f - n * n);
          if (resetBefore == 1) {
            local[candidates + i * hidden + unit] = dan;
          } else {
            float r = gates.get(gatesAt);
            float q = gates.get(gatesAt + 3 * hidden);
            float dar = dan * q * r * (1f - r);
            float dq = dan * r;
            gates.set(gatesAt, dar);
            gates.set(gatesAt + 3 * hidden, dq);
            local[i * hidden + unit] = dar;
            local[candidates + i * hidden + unit] = dq;
          }
          gates.set(gatesAt + hidden, daz);
          gates.set(gatesAt + 2 * hidden, dan);
          local[updates + i * hidden + unit] = daz;
          initialStateGradient.set(carriedAt, dh * z);
        }
      }
      context.localBarrier();
      if (resetBefore == 1) {
        for (int unit = item; unit < hidden; unit += items) {
          int weightAt = Tiles.at(2 * hidden, unit, 3 * hidden);
          int keptAt = kept + unit / Tiles.LANES * Tiles.LANES;
          float dq0 = 0f;
          float dq1 = 0f;
          float dq2 = 0f;
          float dq3 = 0f;
          for (int k = 0; k < hidden; k++) {
            int at = weightAt + k * Tiles.LANES;
            float weight = keeps == 1 ? local[keptAt + at] : transposed.get(at);
            dq0 += local[candidates + k] * weight;
            dq1 += local[candidates + hidden + k] * weight;
            dq2 += local[candidates + 2 * hidden + k] * weight;
            dq3 += local[candidates + 3 * hidden + k] * weight;
          }
          for (int i = 0; i < GroupRows.ROWS; i++) {
            float dq = GroupRows.pick(i, dq0, dq1, dq2, dq3);
            int gatesAt = (firstPosition + i) * 4 * hidden + unit;
            int carriedAt = (firstRow + i) * hidden + unit;
            float r = gates.get(gatesAt);
            float dar = dq * states.get((firstPosition + i) * hidden + unit) * r * (1f - r);
            gates.set(gatesAt, dar);
            local[i * hidden + unit] = dar;
            initialStateGradient.set(carriedAt, initialStateGradient.get(carriedAt) + dq * r);
          }
        }
        context.localBarrier();
      }
      for (int unit = item; unit < hidden; unit += items) {
        int weightAt = Tiles.at(0, unit, 3 * hidden);
        int keptAt = kept + unit / Tiles.LANES * Tiles.LANES;
        float sum0 = 0f;
        float sum1 = 0f;
        float sum2 = 0f;
        float sum3 = 0f;
        for (int block = 0; block < 3 - resetBefore; block++) {
          int blockAt = block * GroupRows.ROWS * hidden;
          for (int k = 0; k < hidden; k++) {
            int at = weightAt + (block * hidden + k) * Tiles.LANES;
            float weight = keeps == 1 ? local[keptAt + at] : transposed.get(at);
            sum0 += local[blockAt + k] * weight;
            sum1 += local[blockAt + hidden + k] * weight;
            sum2 += local[blockAt + 2 * hidden + k] * weight;
            sum3 += local[blockAt + 3 * hidden + k] * weight;
          }
        }
        addToRows(initialStateGradient, firstRow * hidden + unit, hidden, sum0, sum1, sum2, sum3);
      }
      context.localBarrier();
    }
  }

  /** Adds one value to each of {@value GroupRows#ROWS} rows. */
  private static void addToRows(
      FloatArray array,
      int at,
      int stride,
      float value0,
      float value1,
      float value2,
      float value3) {
    array.set(at, array.get(at) + value0);
    array.set(at + stride, array.get(at + stride) + value1);
    array.set(at + 2 * stride, array.get(at + 2 * stride) + value2);
    array.set(at + 3 * stride, array.get(at + 3 * stride) + value3);
  }
}
