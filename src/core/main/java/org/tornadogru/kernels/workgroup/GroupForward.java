package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Activation;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link org.tornadogru.kernels.GruForward} as work-groups: {@value GroupRows#ROWS} rows of
 * the batch per group, the units of the layer across its work-items, the rows' states in local
 * memory. A barrier ends each step, since every unit wants the states of all others. A weight is
 * read once for all rows of a group, and neighbouring items read neighbouring weights; those of a
 * small layer stay in local memory for all steps, 12·hidden² bytes that a group reads of global
 * memory once, and otherwise at every step.
 */
final class GroupForward {

  private GroupForward() {}

  /**
   * Twin of {@link org.tornadogru.kernels.GruForward#forward}. If the reset gate acts before the
   * recurrent product, the candidate's wants r ⊙ h of all units, so that a step has two parts.
   */
  static void forward(
      KernelContext context,
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
    // [2][ROWS][hidden]: before and after a step, by turns; or states, r ⊙ h; then weights
    float[] local =
        context.allocateFloatLocalArray(2 * GroupRows.ROWS * hidden + GroupRows.weights(hidden));
    int item = context.localIdx;
    int items = context.localGroupSizeX;
    int firstRow = context.groupIdx * GroupRows.ROWS;
    int gateSize = hidden * (hidden + 1);
    int bias = hidden * Tiles.LANES;
    int half = GroupRows.ROWS * hidden;
    int keeps = GroupRows.keepsWeights(hidden);
    int kept = 2 * half - recurrentAt;

    for (int element = item; element < GroupRows.weights(hidden); element += items) {
      local[2 * half + element] = parameters.get(recurrentAt + element);
    }
    for (int element = item; element < half; element += items) {
      float state = initialState.get(firstRow * hidden + element);
      local[element] = state;
      states.set(firstRow * hidden + element, state);
    }
    context.localBarrier();
    for (int time = 0; time < steps; time++) {
      int before = resetBefore == 1 ? 0 : (time & 1) * half;
      int after = half - before;
      for (int unit = item; unit < hidden; unit += items) {
        int resetAt = recurrentAt + Tiles.at(0, unit, hidden + 1);
        int updateAt = resetAt + gateSize;
        int candidateAt = updateAt + gateSize;
        float reset0 = parameters.get(resetAt + bias);
        float reset1 = reset0;
        float reset2 = reset0;
        float reset3 = reset0;
        float update0 = parameters.get(updateAt + bias);
        float update1 = update0;
        float update2 = update0;
        float update3 = update0;
        float q0 = parameters.get(candidateAt + bias);
        float q1 = q0;
        float q2 = q0;
        float q3 = q0;
        for (int k = 0; k < hidden; k++) {
          int resetWeightAt = resetAt + k * Tiles.LANES;
          float resetWeight =
              keeps == 1 ? local[kept + resetWeightAt] : parameters.get(resetWeightAt);
          int updateWeightAt = updateAt + k * Tiles.LANES;
          float updateWeight =
              keeps == 1 ? local[kept + updateWeightAt] : parameters.get(updateWeightAt);
          float state0 = local[before + k];
          float state1 = local[before + hidden + k];
          float state2 = local[before + 2 * hidden + k];
          float state3 = local[before + 3 * hidden + k];
          reset0 += state0 * resetWeight;
          reset1 += state1 * resetWeight;
          reset2 += state2 * resetWeight;
          reset3 += state3 * resetWeight;
          update0 += state0 * updateWeight;
          update1 += state1 * updateWeight;
          update2 += state2 * updateWeight;
          update3 += state3 * updateWeight;
          if (resetBefore == 0) {
            int candidateWeightAt = candidateAt + k * Tiles.LANES;
            float candidateWeight =
                keeps == 1 ? local[kept + candidateWeightAt] : parameters.get(candidateWeightAt);
            q0 += state0 * candidateWeight;
            q1 += state1 * candidateWeight;
            q2 += state2 * candidateWeight;
            q3 += state3 * candidateWeight;
          }
        }
        for (int i = 0; i < GroupRows.ROWS; i++) {
          float reset = GroupRows.pick(i, reset0, reset1, reset2, reset3);
          float update = GroupRows.pick(i, update0, update1, update2, update3);
          int row = firstRow + i;
          int position = time * batch + row;
          int tableAt = tableRow(tokens, position) * 3 * hidden + unit;
          int gatesAt = time * gateStride + row * 4 * hidden + unit;
          float r = Activation.sigmoid(table.get(tableAt) + reset);
          float z = Activation.sigmoid(table.get(tableAt + hidden) + update);
          float state = local[before + i * hidden + unit];
          gates.set(gatesAt, r);
          gates.set(gatesAt + hidden, z);
          if (resetBefore == 1) {
            gates.set(gatesAt + 3 * hidden, r * state);
            local[after + i * hidden + unit] = r * state;
          } else {
            float q = GroupRows.pick(i, q0, q1, q2, q3);
            float n = Activation.tanh(table.get(tableAt + 2 * hidden) + r * q);
            float next = (1f - z) * n + z * state;
            gates.set(gatesAt + 2 * hidden, n);
            gates.set(gatesAt + 3 * hidden, q);
            local[after + i * hidden + unit] = next;
            states.set((position + batch) * hidden + unit, next);
          }
        }
      }
      context.localBarrier();
      if (resetBefore == 1) {
        for (int unit = item; unit < hidden; unit += items) {
          int candidateAt = recurrentAt + 2 * gateSize + Tiles.at(0, unit, hidden + 1);
          float candidate0 = parameters.get(candidateAt + bias);
          float candidate1 = candidate0;
          float candidate2 = candidate0;
          float candidate3 = candidate0;
          for (int k = 0; k < hidden; k++) {
            int weightAt = candidateAt + k * Tiles.LANES;
            float weight = keeps == 1 ? local[kept + weightAt] : parameters.get(weightAt);
            candidate0 += local[after + k] * weight;
            candidate1 += local[after + hidden + k] * weight;
            candidate2 += local[after + 2 * hidden + k] * weight;
            candidate3 += local[after + 3 * hidden + k] * weight;
          }
          for (int i = 0; i < GroupRows.ROWS; i++) {
            float candidate = GroupRows.pick(i, candidate0, candidate1, candidate2, candidate3);
            int row = firstRow + i;
            int position = time * batch + row;
            int tableAt = tableRow(tokens, position) * 3 * hidden + unit;
            int gatesAt = time * gateStride + row * 4 * hidden + unit;
            float z = gates.get(gatesAt + hidden);
            float n = Activation.tanh(table.get(tableAt + 2 * hidden) + candidate);
            float next = (1f - z) * n + z * local[i * hidden + unit];
            gates.set(gatesAt + 2 * hidden, n);
            local[i * hidden + unit] = next;
            states.set((position + batch) * hidden + unit, next);
          }
        }
        context.localBarrier();
      }
    }
  }

  /** Padding reads row 0. */
  private static int tableRow(IntArray tokens, int position) {
    int token = tokens.get(position);
    return token < 0 ? 0 : token;
  }
}
