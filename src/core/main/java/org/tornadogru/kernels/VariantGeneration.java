package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link TextGeneration} with any cell, as {@link VariantStep} has them, and with dense layers
 * before the scores.
 */
public final class VariantGeneration {

  /**
   * Ints of {@link #variantWrite}'s {@code sizes} for the scores, and then for each dense layer.
   */
  public static final int HEAD = 3;

  public static final int HEAD_OF_LAYER = 6;

  /** Floats of {@code functions} for the cell, and then for each dense layer. */
  public static final int FUNCTIONS = 7;

  public static final int FUNCTIONS_OF_LAYER = 2;

  private VariantGeneration() {}

  /** {@link #variantWrite} or a twin, made a task. */
  @FunctionalInterface
  public interface Write {

    /**
     * What generates.
     *
     * @param arguments the workspace {@code gates} is [7·hidden], and behind that the state of the
     *     last layer and what each dense layer makes of it
     * @param sizes how many dense layers there are, where in the workspace the features of the
     *     scores begin, and how many these are; then for each layer where its inputs begin there,
     *     how many these are, where its weights begin in the parameters, its outputs, those of them
     *     that are not padding, and its function; then the hidden units of each layer of the GRU
     *     that are not padding
     * @param functions as for {@link VariantStep}, like those behind it; then α and β of each dense
     *     layer's
     */
    Launch launch(
        String id,
        TextGeneration.Arguments arguments,
        IntArray sizes,
        FloatArray functions,
        int gating);
  }

  /** Twin as a loop. */
  static Launch launch(
      String id,
      TextGeneration.Arguments arguments,
      IntArray sizes,
      FloatArray functions,
      int gating) {
    return Launch.loop(
        1,
        new TaskPackage(
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
            sizes,
            functions,
            arguments.recurrentAt(),
            arguments.outputAt(),
            arguments.length(),
            arguments.vocabulary(),
            arguments.hidden(),
            arguments.layers(),
            arguments.resetBefore(),
            gating));
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
    for (@Parallel int only = 0; only < 1; only++) {
      int matrix = 3 * hidden * (hidden + 1);
      int unitsAt = HEAD + sizes.get(0) * HEAD_OF_LAYER;
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
              sizes.get(unitsAt + layer));
          VariantStep.advance(gates, 0, states, stateAt + before, stateAt + after, hidden);
        }
        for (int unit = 0; unit < hidden; unit++) {
          gates.set(7 * hidden + unit, states.get(2 * (layers - 1) * hidden + after + unit));
        }
        for (int layer = 0; layer < sizes.get(0); layer++) {
          for (int column = 0; column < sizes.get(HEAD + layer * HEAD_OF_LAYER + 3); column++) {
            dense(gates, parameters, sizes, functions, layer, column);
          }
        }
        LinearLayer.outputs(
            gates, sizes.get(1), parameters, outputAt, scores, 0, sizes.get(2), vocabulary);
        TextGeneration.sample(
            scores, request, temperature, turn, turns, vocabulary, sampled, progress);
      }
    }
  }

  /** One output of a dense layer; all come behind its inputs. */
  public static void dense(
      FloatArray values,
      FloatArray parameters,
      IntArray sizes,
      FloatArray functions,
      int layer,
      int column) {
    int entry = HEAD + layer * HEAD_OF_LAYER;
    int function = FUNCTIONS + layer * FUNCTIONS_OF_LAYER;
    int inputAt = sizes.get(entry);
    int rows = sizes.get(entry + 1);
    float sum = LinearLayer.output(values, inputAt, parameters, sizes.get(entry + 2), column, rows);
    float value =
        Activation.apply(
            sizes.get(entry + 5), functions.get(function), functions.get(function + 1), sum);
    values.set(inputAt + rows + column, column < sizes.get(entry + 4) ? value : 0f);
  }
}
