package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.annotations.Parallel;
import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * {@link GruForward} with everything that is rare: other activations, clipped arguments, recurrent
 * dropout, and gates left out. These cells have no faster twins.
 *
 * <pre>
 *   p = m ⊙ h
 *   r = f(xr + p Wr + br)      z = f(xz + p Wz + bz)
 *   n = g(xn + r ⊙ (p Wn + bn))        reset after the product
 *   n = g(xn + (r ⊙ p) Wn + bn)        reset before the product
 *   h' = (1 − z) ⊙ n + z ⊙ h
 * </pre>
 *
 * <p>They take what {@link GruForward.Arguments} says, and
 *
 * <ul>
 *   <li>{@code slopes}: out, the derivatives of r, z, n by their arguments,
 *       [steps][batch][3·hidden] with a stride of three quarters of {@code gateStride}
 *   <li>{@code operands}: out, p, [steps][batch][hidden] with a stride of a quarter of it
 *   <li>{@code multipliers}: m, [batch][hidden]
 *   <li>{@code functions}: [7], the code of f, its α and β, the same of g, and the bound of their
 *       arguments
 *   <li>{@code gating}: 1 if r acts, plus 2 if z acts; otherwise r is 1, z is 0
 *   <li>{@code units}: hidden units without padding: g(0) need not be 0, and padding must stay 0
 * </ul>
 */
public final class VariantForward {

  private VariantForward() {}

  /** The states, and with them the gates and their slopes. */
  public static void variantForward(
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
    for (@Parallel int row = 0; row < batch; row++) {
      GruForward.begin(initialState, states, row * hidden, hidden);
      for (int time = 0; time < steps; time++) {
        int position = time * batch + row;
        int token = tokens.get(position);
        int tableAt = (token < 0 ? 0 : token) * 3 * hidden;
        int gatesAt = time * gateStride + row * 4 * hidden;
        int productsAt = gatesAt + 3 * hidden;
        int slopesAt = time * (gateStride / 4 * 3) + row * 3 * hidden;
        int operandAt = time * (gateStride / 4) + row * hidden;
        int previousAt = position * hidden;
        drop(states, previousAt, multipliers, row * hidden, operands, operandAt, hidden);
        gates(
            table,
            tableAt,
            operands,
            operandAt,
            parameters,
            recurrentAt,
            functions,
            gating,
            gates,
            gatesAt,
            slopes,
            slopesAt,
            hidden);
        for (int unit = 0; unit < hidden; unit++) {
          float q =
              resetBefore == 1
                  ? gates.get(gatesAt + unit) * operands.get(operandAt + unit)
                  : product(
                      operands, operandAt, parameters, recurrentAt, 2 * hidden + unit, hidden);
          gates.set(productsAt + unit, q);
        }
        for (int unit = 0; unit < hidden; unit++) {
          float product =
              resetBefore == 1
                  ? product(gates, productsAt, parameters, recurrentAt, 2 * hidden + unit, hidden)
                  : gates.get(gatesAt + unit) * gates.get(productsAt + unit);
          advance(
              table.get(tableAt + 2 * hidden + unit) + product,
              functions,
              gates,
              gatesAt + hidden + unit,
              slopes,
              slopesAt + 2 * hidden + unit,
              states,
              previousAt + unit,
              unit < units ? 1f : 0f,
              batch,
              hidden);
        }
      }
    }
  }

  /** p = m ⊙ h. */
  private static void drop(
      FloatArray states,
      int stateAt,
      FloatArray multipliers,
      int multiplierAt,
      FloatArray operands,
      int operandAt,
      int hidden) {
    for (int unit = 0; unit < hidden; unit++) {
      operands.set(
          operandAt + unit, multipliers.get(multiplierAt + unit) * states.get(stateAt + unit));
    }
  }

  /** One column of p W + b. */
  private static float product(
      FloatArray operands,
      int operandAt,
      FloatArray parameters,
      int recurrentAt,
      int column,
      int hidden) {
    int weightAt = recurrentAt + Tiles.at(0, column, hidden + 1);
    float sum = parameters.get(weightAt + hidden * Tiles.LANES);
    for (int k = 0; k < hidden; k++) {
      sum += operands.get(operandAt + k) * parameters.get(weightAt + k * Tiles.LANES);
    }
    return sum;
  }

  /** r and z. */
  private static void gates(
      FloatArray table,
      int tableAt,
      FloatArray operands,
      int operandAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray functions,
      int gating,
      FloatArray gates,
      int gatesAt,
      FloatArray slopes,
      int slopesAt,
      int hidden) {
    for (int column = 0; column < 2 * hidden; column++) {
      gate(
          table.get(tableAt + column)
              + product(operands, operandAt, parameters, recurrentAt, column, hidden),
          functions,
          column < hidden ? gating % 2 : gating / 2,
          column < hidden ? 1f : 0f,
          gates,
          gatesAt + column,
          slopes,
          slopesAt + column);
    }
  }

  /** r or z: its value, or {@code idle} if it does not act, and its slope. */
  private static void gate(
      float argument,
      FloatArray functions,
      int acts,
      float idle,
      FloatArray gates,
      int gateAt,
      FloatArray slopes,
      int slopeAt) {
    int kind = (int) functions.get(0);
    float clipped = clip(argument, functions.get(6));
    float value = Activation.apply(kind, functions.get(1), functions.get(2), clipped);
    float slope = Activation.slope(kind, functions.get(1), functions.get(2), clipped, value);
    float inside = clipped == argument ? slope : 0f;
    gates.set(gateAt, acts == 0 ? idle : value);
    slopes.set(slopeAt, acts == 0 ? 0f : inside);
  }

  /** n and h'; z lies at {@code updateAt}, n a gate further; {@code real} is 0 for padding. */
  private static void advance(
      float argument,
      FloatArray functions,
      FloatArray gates,
      int updateAt,
      FloatArray slopes,
      int slopeAt,
      FloatArray states,
      int previousAt,
      float real,
      int batch,
      int hidden) {
    int kind = (int) functions.get(3);
    float clipped = clip(argument, functions.get(6));
    float n = real * Activation.apply(kind, functions.get(4), functions.get(5), clipped);
    float slope = Activation.slope(kind, functions.get(4), functions.get(5), clipped, n);
    float z = gates.get(updateAt);
    gates.set(updateAt + hidden, n);
    slopes.set(slopeAt, clipped == argument ? real * slope : 0f);
    states.set(previousAt + batch * hidden, (1f - z) * n + z * states.get(previousAt));
  }

  private static float clip(float argument, float bound) {
    return TornadoMath.max(-bound, TornadoMath.min(bound, argument));
  }
}
