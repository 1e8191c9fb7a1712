package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.LinearLayer;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.VariantGeneration;
import org.tornadogru.kernels.VariantStep;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link VariantGeneration} as one work-group, shared out as in {@link GroupGeneration};
 * what other work-items want passes through global memory.
 */
final class GroupVariantGeneration {

  private GroupVariantGeneration() {}

  /** Twin of {@link VariantGeneration#variantWrite}. */
  static Launch launch(
      String id,
      TextGeneration.Arguments arguments,
      IntArray sizes,
      FloatArray functions,
      int gating) {
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupVariantGeneration::variantWriteOfGroup,
            new KernelContext(),
            arguments.request(),
            arguments.temperature(),
            arguments.table(),
            arguments.parameters(),
            arguments.states(),
            arguments.progress(),
            arguments.gates(),
            arguments.scores(),
            arguments.sampled(),
            sizes,
            functions,
            arguments.recurrentAt(),
            arguments.outputAt(),
            arguments.length(),
            arguments.vocabulary(),
            arguments.hidden(),
            arguments.layers(),
            arguments.resetBefore(),
            gating),
        1,
        1,
        Math.min(arguments.hidden(), GroupRows.LARGEST_GROUP),
        0);
  }

  static void variantWriteOfGroup(
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
      IntArray sizes,
      FloatArray functions,
      int recurrentAt,
      int outputAt,
      int length,
      int vocabulary,
      int hidden,
      int layers,
      int resetBefore,
      int gating) {
    int item = context.localIdx;
    int items = context.localGroupSizeX;
    int matrix = 3 * hidden * (hidden + 1);
    int unitsAt = VariantGeneration.HEAD + sizes.get(0) * VariantGeneration.HEAD_OF_LAYER;

    int restarts = request.get(0);
    int firstTurn = restarts == 1 ? 0 : progress.get(1);
    // Everybody has read the progress before anybody changes it.
    context.globalBarrier();
    if (restarts == 1) {
      for (int element = item; element < layers * 2 * hidden; element += items) {
        states.set(element, 0f);
      }
    }
    context.globalBarrier();
    for (int turn = 0; turn < length; turn++) {
      int turns = firstTurn + turn;
      int before = (turns & 1) * hidden;
      int after = hidden - before;
      int read = TextGeneration.read(request, turn, progress);
      for (int layer = 0; layer < layers; layer++) {
        int stateAt = 2 * layer * hidden;
        int weightsAt = recurrentAt + 2 * layer * matrix;
        int tableAt = (layer == 0 ? read : vocabulary) * 3 * hidden;
        for (int unit = item; unit < hidden; unit += items) {
          if (layer > 0) {
            for (int column = unit; column < 3 * hidden; column += hidden) {
              table.set(
                  tableAt + column,
                  LinearLayer.output(
                      states,
                      stateAt - 2 * hidden + after,
                      parameters,
                      weightsAt - matrix,
                      column,
                      hidden));
            }
          }
          for (int gate = 0; gate < 2; gate++) {
            int column = gate * hidden + unit;
            VariantStep.gate(
                table.get(tableAt + column)
                    + LinearLayer.output(
                        states, stateAt + before, parameters, weightsAt, column, hidden),
                functions,
                gate == 0 ? gating % 2 : gating / 2,
                gate == 0 ? 1f : 0f,
                gates,
                column,
                gates,
                4 * hidden + column);
          }
          float product =
              resetBefore == 1
                  ? gates.get(unit) * states.get(stateAt + before + unit)
                  : LinearLayer.output(
                      states, stateAt + before, parameters, weightsAt, 2 * hidden + unit, hidden);
          gates.set(3 * hidden + unit, product);
        }
        context.globalBarrier();
        for (int unit = item; unit < hidden; unit += items) {
          float product =
              resetBefore == 1
                  ? LinearLayer.output(
                      gates, 3 * hidden, parameters, weightsAt, 2 * hidden + unit, hidden)
                  : gates.get(unit) * gates.get(3 * hidden + unit);
          VariantStep.candidate(
              table.get(tableAt + 2 * hidden + unit) + product,
              functions,
              gates,
              2 * hidden + unit,
              gates,
              6 * hidden + unit,
              unit < sizes.get(unitsAt + layer) ? 1f : 0f);
          VariantStep.advanceUnit(
              gates, unit, states, stateAt + before + unit, stateAt + after + unit, hidden);
        }
        context.globalBarrier();
      }
      for (int unit = item; unit < hidden; unit += items) {
        gates.set(7 * hidden + unit, states.get(2 * (layers - 1) * hidden + after + unit));
      }
      context.globalBarrier();
      for (int layer = 0; layer < sizes.get(0); layer++) {
        int columnsAt = VariantGeneration.HEAD + layer * VariantGeneration.HEAD_OF_LAYER + 3;
        for (int column = item; column < sizes.get(columnsAt); column += items) {
          VariantGeneration.dense(gates, parameters, sizes, functions, layer, column);
        }
        context.globalBarrier();
      }
      for (int symbol = item; symbol < vocabulary; symbol += items) {
        scores.set(
            symbol,
            LinearLayer.output(gates, sizes.get(1), parameters, outputAt, symbol, sizes.get(2)));
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
