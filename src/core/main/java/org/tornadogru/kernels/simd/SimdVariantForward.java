package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.load;

import java.util.Arrays;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twin of {@link org.tornadogru.kernels.VariantForward}, which has the arguments; cut into blocks
 * of rows as {@link SimdForward} is. All that is between the products goes over a whole row at a
 * time.
 */
final class SimdVariantForward {

  private final IntArray tokens;
  private final Floats table;
  private final Floats parameters;
  private final int recurrentAt;
  private final Floats initialState;
  private final Floats states;
  private final Floats gates;
  private final Floats slopes;
  private final Floats operands;
  private final Floats multipliers;
  private final SimdActivations gateActivation;
  private final SimdActivations candidateActivation;
  private final int steps;
  private final int batch;
  private final int hidden;
  private final int gateStride;
  private final boolean resetBefore;
  private final int gating;
  private final int units;

  private SimdVariantForward(
      IntArray tokens,
      Floats table,
      Floats parameters,
      Floats initialState,
      Floats states,
      Floats gates,
      Floats slopes,
      Floats operands,
      Floats multipliers,
      Floats functions,
      int recurrentAt,
      int steps,
      int batch,
      int hidden,
      int gateStride,
      boolean resetBefore,
      int gating,
      int units) {
    this.tokens = tokens;
    this.table = table;
    this.parameters = parameters;
    this.recurrentAt = recurrentAt;
    this.initialState = initialState;
    this.states = states;
    this.gates = gates;
    this.slopes = slopes;
    this.operands = operands;
    this.multipliers = multipliers;
    gateActivation = SimdActivations.of(functions, 0);
    candidateActivation = SimdActivations.of(functions, 3);
    this.steps = steps;
    this.batch = batch;
    this.hidden = hidden;
    this.gateStride = gateStride;
    this.resetBefore = resetBefore;
    this.gating = gating;
    this.units = units;
  }

  static void forward(
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
    SimdVariantForward forward =
        new SimdVariantForward(
            tokens,
            Floats.of(table),
            Floats.of(parameters),
            Floats.of(initialState),
            Floats.of(states),
            Floats.of(gates),
            Floats.of(slopes),
            Floats.of(operands),
            Floats.of(multipliers),
            Floats.of(functions),
            recurrentAt,
            steps,
            batch,
            hidden,
            gateStride,
            resetBefore == 1,
            gating,
            units);
    Cores.ALL.split(batch, SimdForward.block(batch), forward::block);
  }

  private void block(int fromRow, int toRow, Cores.Workspace workspace) {
    System.arraycopy(
        initialState.array(),
        initialState.at() + fromRow * hidden,
        states.array(),
        states.at() + fromRow * hidden,
        (toRow - fromRow) * hidden);
    for (int time = 0; time < steps; time++) {
      for (int row = fromRow; row < toRow; row++) {
        drop(time, row);
      }
      for (int gate = 0; gate < 2; gate++) {
        product(operands, operandAt(time, fromRow), hidden, gate, gate, time, fromRow, toRow);
      }
      if (!resetBefore) {
        product(operands, operandAt(time, fromRow), hidden, 2, 3, time, fromRow, toRow);
      }
      for (int row = fromRow; row < toRow; row++) {
        resetAndUpdate(time, row);
      }
      if (resetBefore) {
        int productAt = gateAt(time, fromRow) + 3 * hidden;
        product(gates, productAt, 4 * hidden, 2, 2, time, fromRow, toRow);
      }
      for (int row = fromRow; row < toRow; row++) {
        candidate(time, row);
        if (tokens.get(time * batch + row) < 0) {
          hold(time, row);
        } else {
          Gates.update(
              gates.array(),
              gateAt(time, row) + hidden,
              gates.array(),
              gateAt(time, row) + 2 * hidden,
              states.array(),
              stateAt(time, row),
              stateAt(time + 1, row),
              hidden);
        }
      }
    }
  }

  /** p = m ⊙ h. */
  private void drop(int time, int row) {
    Gates.reset(
        multipliers.array(),
        multipliers.at() + row * hidden,
        states.array(),
        stateAt(time, row),
        operands.array(),
        operandAt(time, row),
        hidden);
  }

  /** What a gate's weights make of rows, into a quarter of the gates. */
  private void product(
      Floats x, int xAt, int xStride, int gate, int quarter, int time, int fromRow, int toRow) {
    int tile = (hidden + 1) * Tiles.LANES;
    for (int unit = 0; unit < hidden; unit += Products.WIDTH) {
      int tiles = Math.min(Products.TILES, (hidden - unit) / Tiles.LANES);
      int weightAt = parameters.at() + recurrentAt + (gate * hidden + unit) * (hidden + 1);
      for (int row = fromRow; row < toRow; row += Products.ROWS) {
        Products.affine(
            x.array(),
            xAt + (row - fromRow) * xStride,
            xStride,
            parameters.array(),
            weightAt,
            tile,
            hidden,
            gates.array(),
            gateAt(time, row) + quarter * hidden + unit,
            4 * hidden,
            tiles,
            Math.min(Products.ROWS, toRow - row));
      }
    }
  }

  private void resetAndUpdate(int time, int row) {
    int at = gateAt(time, row);
    float[] values = gates.array();
    addInput(tableAt(time, row), at, 2 * hidden);
    gateActivation.apply(values, at, slopes.array(), slopeAt(time, row), 2 * hidden);
    if (gating % 2 == 0) {
      leaveOut(at, slopeAt(time, row), 1f);
    }
    if (gating / 2 == 0) {
      leaveOut(at + hidden, slopeAt(time, row) + hidden, 0f);
    }
    if (resetBefore) {
      Gates.reset(
          values, at, operands.array(), operandAt(time, row), values, at + 3 * hidden, hidden);
    } else {
      Gates.reset(values, at, values, at + 3 * hidden, values, at + 2 * hidden, hidden);
    }
  }

  private void leaveOut(int at, int slopeAt, float idle) {
    Arrays.fill(gates.array(), at, at + hidden, idle);
    Arrays.fill(slopes.array(), slopeAt, slopeAt + hidden, 0f);
  }

  private void candidate(int time, int row) {
    int at = gateAt(time, row) + 2 * hidden;
    int slopeAt = slopeAt(time, row) + 2 * hidden;
    addInput(tableAt(time, row) + 2 * hidden, at, hidden);
    candidateActivation.apply(gates.array(), at, slopes.array(), slopeAt, hidden);
    Arrays.fill(gates.array(), at + units, at + hidden, 0f);
    Arrays.fill(slopes.array(), slopeAt + units, slopeAt + hidden, 0f);
  }

  private void addInput(int tableAt, int at, int columns) {
    for (int column = 0; column < columns; column += Vectors.LENGTH) {
      load(table.array(), tableAt + column)
          .add(load(gates.array(), at + column))
          .intoArray(gates.array(), at + column);
    }
  }

  /** The step is none: h' = h, as if z were 1. */
  private void hold(int time, int row) {
    float[] h = states.array();
    System.arraycopy(h, stateAt(time, row), h, stateAt(time + 1, row), hidden);
    int at = gateAt(time, row);
    Arrays.fill(gates.array(), at, at + 4 * hidden, 0f);
    Arrays.fill(gates.array(), at + hidden, at + 2 * hidden, 1f);
    Arrays.fill(slopes.array(), slopeAt(time, row), slopeAt(time, row) + 3 * hidden, 0f);
  }

  private int tableAt(int time, int row) {
    return table.at() + Math.max(0, tokens.get(time * batch + row)) * 3 * hidden;
  }

  private int stateAt(int time, int row) {
    return states.at() + (time * batch + row) * hidden;
  }

  private int gateAt(int time, int row) {
    return gates.at() + time * gateStride + row * 4 * hidden;
  }

  private int slopeAt(int time, int row) {
    return slopes.at() + time * (gateStride / 4 * 3) + row * 3 * hidden;
  }

  private int operandAt(int time, int row) {
    return operands.at() + time * (gateStride / 4) + row * hidden;
  }
}
