package org.tornadogru;

import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Merge;

/**
 * What a GRU made of a batch of sequences.
 *
 * @param config of the GRU
 * @param steps T
 * @param batch N
 * @param values outputs y, [T][N][O], O being {@link GruConfig#outputSize}
 * @param finalState h_n, [L·D][N][H]: layer by layer, forward before reverse
 * @param last the final states of the last layer, merged as its outputs are, [N][O]: for a single
 *     direction the last valid output
 */
@SuppressWarnings("ArrayRecordComponent") // values are large and handed on, never compared
public record GruOutput(
    GruConfig config, int steps, int batch, float[] values, float[] finalState, float[] last) {

  /** Outputs, time first: [T][N][O]. */
  public float[][][] outputs() {
    return nested(values, steps, batch, config.outputSize());
  }

  /** Outputs, batch first: [N][T][O]. */
  public float[][][] outputsBatchFirst() {
    float[][][] timeFirst = outputs();
    float[][][] batchFirst = new float[batch][steps][];
    for (int row = 0; row < batch; row++) {
      for (int time = 0; time < steps; time++) {
        batchFirst[row][time] = timeFirst[time][row];
      }
    }
    return batchFirst;
  }

  /** Outputs of a single sequence: [T][O]. */
  public float[][] outputsOfOne() {
    if (batch != 1) {
      throw new InvalidInputException("the batch has %d sequences, not one".formatted(batch));
    }
    return outputsBatchFirst()[0];
  }

  /**
   * The outputs of one direction of the last layer, where they lie side by side: [T][N][H].
   *
   * @param walk 0 forward, 1 reverse
   */
  public float[][][] outputsOf(int walk) {
    if (config.merge() != Merge.CONCAT || walk < 0 || walk >= config.direction().walks()) {
      throw new InvalidInputException(
          "direction %d cannot be told apart: the layer is %s, merged by %s"
              .formatted(walk, config.direction(), config.merge()));
    }
    int hidden = config.hiddenSize();
    float[][][] separate = new float[steps][batch][hidden];
    for (int position = 0; position < steps * batch; position++) {
      System.arraycopy(
          values,
          position * config.outputSize() + walk * hidden,
          separate[position / batch][position % batch],
          0,
          hidden);
    }
    return separate;
  }

  /** Final states: [L·D][N][H]. */
  public float[][][] finalStates() {
    return nested(finalState, config.walks(), batch, config.hiddenSize());
  }

  /** The final states of the last layer, merged: [N][O]. */
  public float[][] lastOutputs() {
    return nested(last, 1, batch, config.outputSize())[0];
  }

  static float[][][] nested(float[] flat, int outer, int inner, int size) {
    float[][][] nested = new float[outer][inner][size];
    for (int i = 0; i < outer * inner; i++) {
      System.arraycopy(flat, i * size, nested[i / inner][i % inner], 0, size);
    }
    return nested;
  }
}
