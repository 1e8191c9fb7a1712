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
      int resetBefore) {
    // [2][hidden]: the state; what is on its way to become the next one, or r ⊙ h
    float[] local = context.allocateFloatLocalArray(2 * hidden);
    int item = context.localIdx;
    int items = context.localGroupSizeX;
    int gateSize = hidden * (hidden + 1);
    int bias = hidden * Tiles.LANES;

    float kept = request.get(0) == 1 ? 0f : 1f;
    int firstTurn = request.get(0) == 1 ? 0 : progress.get(1);
    for (int unit = item; unit < hidden; unit += items) {
      local[unit] = kept * states.get((firstTurn & 1) * hidden + unit);
    }
    // Everybody has read the progress and the states before anybody changes them.
    context.globalBarrier();
    context.localBarrier();
    for (int turn = 0; turn < length; turn++) {
      int turns = firstTurn + turn;
      int nextAt = (1 - (turns & 1)) * hidden;
      int requested = request.get(TextGeneration.HEADER + turn);
      int read = requested == TextGeneration.CONTINUE ? progress.get(0) : requested;
      for (int unit = item; unit < hidden; unit += items) {
        int resetAt = recurrentAt + Tiles.at(0, unit, hidden + 1);
        int updateAt = resetAt + gateSize;
        int candidateAt = updateAt + gateSize;
        int tableAt = read * 3 * hidden + unit;
        float reset = parameters.get(resetAt + bias) + table.get(tableAt);
        float update = parameters.get(updateAt + bias) + table.get(tableAt + hidden);
        float q = parameters.get(candidateAt + bias);
        for (int k = 0; k < hidden; k++) {
          float state = local[k];
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
          local[hidden + unit] = r * local[unit];
        } else {
          float n = Activation.tanh(table.get(tableAt + 2 * hidden) + r * q);
          local[hidden + unit] = (1f - z) * n + z * local[unit];
        }
      }
      context.localBarrier();
      for (int unit = item; unit < hidden; unit += items) {
        float next = local[hidden + unit];
        if (resetBefore == 1) {
          int candidateAt = recurrentAt + 2 * gateSize + Tiles.at(0, unit, hidden + 1);
          float candidate = parameters.get(candidateAt + bias);
          for (int k = 0; k < hidden; k++) {
            candidate += local[hidden + k] * parameters.get(candidateAt + k * Tiles.LANES);
          }
          float n = Activation.tanh(table.get((read * 3 + 2) * hidden + unit) + candidate);
          float z = gates.get(hidden + unit);
          next = (1f - z) * n + z * local[unit];
        }
        local[unit] = next;
        states.set(nextAt + unit, next);
      }
      context.localBarrier();
      for (int symbol = item; symbol < vocabulary; symbol += items) {
        int weightAt = outputAt + Tiles.at(0, symbol, hidden + 1);
        float sum = parameters.get(weightAt + bias);
        for (int k = 0; k < hidden; k++) {
          sum += local[k] * parameters.get(weightAt + k * Tiles.LANES);
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
