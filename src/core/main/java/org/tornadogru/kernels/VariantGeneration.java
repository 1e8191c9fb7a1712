package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link TextGeneration} with any cell, as {@link VariantStep} has them. It has no faster twins.
 */
public final class VariantGeneration {

  private VariantGeneration() {}

  /**
   * A task that generates.
   *
   * @param arguments the workspace {@code gates} is [7·hidden]
   * @param functions as for {@link VariantStep}, like those behind it
   */
  public static TaskPackage task(
      String id, TextGeneration.Arguments arguments, FloatArray functions, int gating, int units) {
    return new TaskPackage(
        id,
        VariantGeneration::variantWrite,
        arguments.request(),
        arguments.temperature(),
        arguments.table(),
        arguments.parameters(),
        arguments.states(),
        arguments.progress(),
        arguments.gates(),
        arguments.scores(),
        arguments.sampled(),
        functions,
        arguments.recurrentAt(),
        arguments.outputAt(),
        arguments.length(),
        arguments.vocabulary(),
        arguments.hidden(),
        arguments.layers(),
        arguments.resetBefore(),
        gating,
        units);
  }

  /** Generates {@code length} tokens. */
  public static void variantWrite(
      IntArray request,
      FloatArray temperature,
      FloatArray table,
      FloatArray parameters,
      FloatArray states,
      IntArray progress,
      FloatArray gates,
      FloatArray scores,
      IntArray sampled,
      FloatArray functions,
      int recurrentAt,
      int outputAt,
      int length,
      int vocabulary,
      int hidden,
      int layers,
      int resetBefore,
      int gating,
      int units) {
    for (@Parallel int only = 0; only < 1; only++) {
      int matrix = 3 * hidden * (hidden + 1);
      TextGeneration.restart(request, states, progress, layers, hidden);
      for (int turn = 0; turn < length; turn++) {
        int turns = progress.get(1);
        int before = (turns & 1) * hidden;
        int after = hidden - before;
        int read = TextGeneration.read(request, turn, progress);
        for (int layer = 0; layer < layers; layer++) {
          int stateAt = 2 * layer * hidden;
          int weightsAt = recurrentAt + 2 * layer * matrix;
          int tableAt = (layer == 0 ? read : vocabulary) * 3 * hidden;
          if (layer > 0) {
            LinearLayer.outputs(
                states,
                stateAt - 2 * hidden + after,
                parameters,
                weightsAt - matrix,
                table,
                tableAt,
                hidden,
                3 * hidden);
          }
          VariantStep.gates(
              table,
              tableAt,
              states,
              stateAt + before,
              parameters,
              weightsAt,
              functions,
              gates,
              0,
              gates,
              4 * hidden,
              hidden,
              gating);
          VariantStep.products(
              states, stateAt + before, parameters, weightsAt, gates, 0, hidden, resetBefore);
          VariantStep.candidates(
              table,
              tableAt,
              parameters,
              weightsAt,
              functions,
              gates,
              0,
              gates,
              4 * hidden,
              hidden,
              resetBefore,
              units);
          VariantStep.advance(gates, 0, states, stateAt + before, stateAt + after, hidden);
        }
        LinearLayer.outputs(
            states,
            2 * (layers - 1) * hidden + after,
            parameters,
            outputAt,
            scores,
            0,
            hidden,
            vocabulary);
        TextGeneration.sample(
            scores, request, temperature, turn, turns, vocabulary, sampled, progress);
      }
    }
  }
}
