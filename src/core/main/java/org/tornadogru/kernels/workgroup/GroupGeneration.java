package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Activation;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link TextGeneration} as one work-group: units and symbols across its work-items.
 * Sampling is sequential: the first item does it, the others wait for the token.
 */
final class GroupGeneration {

  private GroupGeneration() {}

  /** Twin of {@link TextGeneration#write}. */
  static void write(
      KernelContext context,
      IntArray request,
      FloatArray temperature,
      FloatArray table,
      FloatArray parameters,
      FloatArray states,
      IntArray progress,
      FloatArray gates,
      FloatArray scores,
      IntArray sampled,
      int recurrentAt,
      int outputAt,
      int length,
      int vocabulary,
      int symbols,
      int hidden,
      int layers,
      int resetBefore) {
    // [layers + 1][hidden]: the states; what is on its way to become the next one, or r ⊙ h
    float[] local = context.allocateFloatLocalArray((layers + 1) * hidden);
    int item = context.localIdx;
    int items = context.localGroupSizeX;
    int gateSize = hidden * (hidden + 1);
    int bias = hidden * Tiles.LANES;
    int nextAt = layers * hidden;

    float kept = request.get(0) == 1 ? 0f : 1f;
    int firstTurn = request.get(0) == 1 ? 0 : progress.get(1);
    for (int unit = item; unit < nextAt; unit += items) {
      int layer = unit / hidden;
      local[unit] = kept * states.get((layer + (firstTurn & 1)) * hidden + unit);
    }
    // Everybody has read the progress and the states before anybody changes them.
    context.globalBarrier();
    context.localBarrier();
    for (int turn = 0; turn < length; turn++) {
      int turns = firstTurn + turn;
      int read = TextGeneration.read(request, turn, progress);
      for (int layer = 0; layer < layers; layer++) {
        int stateAt = layer * hidden;
        int keptAt = (2 * layer + 1 - (turns & 1)) * hidden;
        int weightsAt = recurrentAt + 6 * layer * gateSize;
        int rowAt = (layer == 0 ? read : vocabulary) * 3 * hidden;
        if (layer > 0) {
          for (int unit = item; unit < hidden; unit += items) {
            int resetAt = weightsAt - 3 * gateSize + Tiles.at(0, unit, hidden + 1);
            int updateAt = resetAt + gateSize;
            int candidateAt = updateAt + gateSize;
            float reset = parameters.get(resetAt + bias);
            float update = parameters.get(updateAt + bias);
            float candidate = parameters.get(candidateAt + bias);
            for (int k = 0; k < hidden; k++) {
              float below = local[stateAt - hidden + k];
              reset += below * parameters.get(resetAt + k * Tiles.LANES);
              update += below * parameters.get(updateAt + k * Tiles.LANES);
              candidate += below * parameters.get(candidateAt + k * Tiles.LANES);
            }
            table.set(rowAt + unit, reset);
            table.set(rowAt + hidden + unit, update);
            table.set(rowAt + 2 * hidden + unit, candidate);
          }
        }
        for (int unit = item; unit < hidden; unit += items) {
          int resetAt = weightsAt + Tiles.at(0, unit, hidden + 1);
          int updateAt = resetAt + gateSize;
          int candidateAt = updateAt + gateSize;
          int tableAt = rowAt + unit;
          float reset = parameters.get(resetAt + bias) + table.get(tableAt);
          float update = parameters.get(updateAt + bias) + table.get(tableAt + hidden);
          float q = parameters.get(candidateAt + bias);
          for (int k = 0; k < hidden; k++) {
            float state = local[stateAt + k];
            reset += state * parameters.get(resetAt + k * Tiles.LANES);
            update += state * parameters.get(updateAt + k * Tiles.LANES);
            if (resetBefore == 0) {
              q += state * parameters.get(candidateAt + k * Tiles.LANES);
            }
          }
          float r = Activation.sigmoid(reset);
          float z = Activation.sigmoid(update);
          if (resetBefore == 1) {
            gates.set(hidden + unit, z);
            local[nextAt + unit] = r * local[stateAt + unit];
          } else {
            float n = Activation.tanh(table.get(tableAt + 2 * hidden) + r * q);
            local[nextAt + unit] = (1f - z) * n + z * local[stateAt + unit];
          }
        }
        context.localBarrier();
        for (int unit = item; unit < hidden; unit += items) {
          float next = local[nextAt + unit];
          if (resetBefore == 1) {
            int candidateAt = weightsAt + 2 * gateSize + Tiles.at(0, unit, hidden + 1);
            float candidate = parameters.get(candidateAt + bias);
            for (int k = 0; k < hidden; k++) {
              candidate += local[nextAt + k] * parameters.get(candidateAt + k * Tiles.LANES);
            }
            float n = Activation.tanh(table.get(rowAt + 2 * hidden + unit) + candidate);
            float z = gates.get(hidden + unit);
            next = (1f - z) * n + z * local[stateAt + unit];
          }
          local[stateAt + unit] = next;
          states.set(keptAt + unit, next);
        }
        context.localBarrier();
      }
      for (int symbol = item; symbol < vocabulary; symbol += items) {
        int weightAt = outputAt + Tiles.at(0, symbol, hidden + 1);
        float sum = parameters.get(weightAt + bias);
        for (int k = 0; k < hidden; k++) {
          sum += local[nextAt - hidden + k] * parameters.get(weightAt + k * Tiles.LANES);
        }
        scores.set(symbol, sum);
      }
      context.globalBarrier();
      if (item == 0) {
        TextGeneration.sample(
            scores, request, temperature, turn, turns, vocabulary, sampled, progress);
      }
      context.globalBarrier();
    }
  }
}
