package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.math.TornadoMath;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * {@link GruCell} with everything that is rare, inlined likewise, in parts: TornadoVM refuses to
 * inline a method of more than 600 nodes of its graph.
 *
 * <pre>
 *   r = f(xr + p Wr + br)      z = f(xz + p Wz + bz)
 *   n = g(xn + r ⊙ (p Wn + bn))        reset after the product
 *   n = g(xn + (r ⊙ p) Wn + bn)        reset before the product
 *   h' = (1 − z) ⊙ n + z ⊙ h
 * </pre>
 *
 * <p>Beside what {@link GruCell} takes there are
 *
 * <ul>
 *   <li>{@code operands}: p, [hidden], which is h without recurrent dropout
 *   <li>{@code functions}: [7], the code of f, its α and β, the same of g, and the bound of their
 *       arguments
 *   <li>{@code slopes}: out, the derivatives of r, z, n by their arguments, [3·hidden]
 *   <li>{@code gating}: 1 if r acts, plus 2 if z acts; otherwise r is 1, z is 0
 *   <li>{@code units}: hidden units without padding: g(0) need not be 0, and padding must stay 0
 * </ul>
 */
public final class VariantStep {

  private VariantStep() {}

  /** First r and z. */
  static void gates(
      FloatArray table,
      int tableAt,
      FloatArray operands,
      int operandAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray functions,
      FloatArray gates,
      int gatesAt,
      FloatArray slopes,
      int slopesAt,
      int hidden,
      int gating) {
    for (int column = 0; column < 2 * hidden; column++) {
      gate(
          table.get(tableAt + column)
              + LinearLayer.output(operands, operandAt, parameters, recurrentAt, column, hidden),
          functions,
          column < hidden ? gating % 2 : gating / 2,
          column < hidden ? 1f : 0f,
          gates,
          gatesAt + column,
          slopes,
          slopesAt + column);
    }
  }

  /** Then q, what the reset gate makes of p, or is yet to meet. */
  static void products(
      FloatArray operands,
      int operandAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray gates,
      int gatesAt,
      int hidden,
      int resetBefore) {
    for (int unit = 0; unit < hidden; unit++) {
      float q =
          resetBefore == 1
              ? gates.get(gatesAt + unit) * operands.get(operandAt + unit)
              : LinearLayer.output(
                  operands, operandAt, parameters, recurrentAt, 2 * hidden + unit, hidden);
      gates.set(gatesAt + 3 * hidden + unit, q);
    }
  }

  /** Then n. */
  static void candidates(
      FloatArray table,
      int tableAt,
      FloatArray parameters,
      int recurrentAt,
      FloatArray functions,
      FloatArray gates,
      int gatesAt,
      FloatArray slopes,
      int slopesAt,
      int hidden,
      int resetBefore,
      int units) {
    int productsAt = gatesAt + 3 * hidden;
    for (int unit = 0; unit < hidden; unit++) {
      float product =
          resetBefore == 1
              ? LinearLayer.output(
                  gates, productsAt, parameters, recurrentAt, 2 * hidden + unit, hidden)
              : gates.get(gatesAt + unit) * gates.get(productsAt + unit);
      candidate(
          table.get(tableAt + 2 * hidden + unit) + product,
          functions,
          gates,
          gatesAt + 2 * hidden + unit,
          slopes,
          slopesAt + 2 * hidden + unit,
          unit < units ? 1f : 0f);
    }
  }

  /** Last h'. */
  static void advance(
      FloatArray gates, int gatesAt, FloatArray states, int previousAt, int nextAt, int hidden) {
    for (int unit = 0; unit < hidden; unit++) {
      advanceUnit(gates, gatesAt + unit, states, previousAt + unit, nextAt + unit, hidden);
    }
  }

  /** One unit's h'. */
  public static void advanceUnit(
      FloatArray gates, int resetAt, FloatArray states, int previousAt, int nextAt, int hidden) {
    float z = gates.get(resetAt + hidden);
    float n = gates.get(resetAt + 2 * hidden);
    states.set(nextAt, (1f - z) * n + z * states.get(previousAt));
  }

  /**
   * Takes a unit's step back if it is none: {@code h' = h}, as if z were 1. A state that went on
   * would outgrow a float under an activation without bounds, and 0 · ∞ reach the gradients.
   *
   * @param token negative where nothing is read
   */
  public static void holdUnit(
      int token,
      FloatArray gates,
      int resetAt,
      FloatArray slopes,
      int slopeAt,
      FloatArray states,
      int previousAt,
      int nextAt,
      int hidden) {
    float previous = states.get(previousAt);
    float next = states.get(nextAt);
    states.set(nextAt, token < 0 ? previous : next);
    for (int part = 0; part < 4; part++) {
      float idle = part == 1 ? 1f : 0f;
      float gate = gates.get(resetAt + part * hidden);
      gates.set(resetAt + part * hidden, token < 0 ? idle : gate);
    }
    for (int part = 0; part < 3; part++) {
      float slope = slopes.get(slopeAt + part * hidden);
      slopes.set(slopeAt + part * hidden, token < 0 ? 0f : slope);
    }
  }

  /** r or z: its value, or {@code idle} if it does not act, and its slope. */
  public static void gate(
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
    float slope = Activation.slope(kind, functions.get(1), functions.get(2), clipped);
    float inside = clipped == argument ? slope : 0f;
    gates.set(gateAt, acts == 0 ? idle : value);
    slopes.set(slopeAt, acts == 0 ? 0f : inside);
  }

  /** n and its slope; {@code real} is 0 for padding. */
  public static void candidate(
      float argument,
      FloatArray functions,
      FloatArray gates,
      int gateAt,
      FloatArray slopes,
      int slopeAt,
      float real) {
    int kind = (int) functions.get(3);
    float clipped = clip(argument, functions.get(6));
    float value = Activation.apply(kind, functions.get(4), functions.get(5), clipped);
    float slope = Activation.slope(kind, functions.get(4), functions.get(5), clipped);
    gates.set(gateAt, real > 0f ? value : 0f);
    float inside = clipped == argument ? slope : 0f;
    slopes.set(slopeAt, real > 0f ? inside : 0f);
  }

  private static float clip(float argument, float bound) {
    return TornadoMath.max(-bound, TornadoMath.min(bound, argument));
  }
}
