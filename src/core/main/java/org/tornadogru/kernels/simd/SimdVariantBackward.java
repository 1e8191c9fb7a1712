package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twin of {@link org.tornadogru.kernels.VariantBackward}, which has the arguments and the
 * equations; cut into blocks of rows as {@link SimdForward} is.
 */
final class SimdVariantBackward {

  private final Floats gates;
  private final Floats slopes;
  private final Floats operands;
  private final Floats states;
  private final Floats multipliers;
  private final Floats weights;
  private final Floats stateGradients;
  private final Floats carried;
  private final int steps;
  private final int batch;
  private final int hidden;
  private final boolean resetBefore;

  private SimdVariantBackward(
      Floats gates,
      Floats slopes,
      Floats operands,
      Floats states,
      Floats multipliers,
      Floats transposed,
      Floats stateGradients,
      Floats initialStateGradient,
      int steps,
      int batch,
      int hidden,
      boolean resetBefore) {
    this.gates = gates;
    this.slopes = slopes;
    this.operands = operands;
    this.states = states;
    this.multipliers = multipliers;
    weights = transposed;
    this.stateGradients = stateGradients;
    carried = initialStateGradient;
    this.steps = steps;
    this.batch = batch;
    this.hidden = hidden;
    this.resetBefore = resetBefore;
  }

  static void backward(
      FloatArray gates,
      FloatArray slopes,
      FloatArray operands,
      FloatArray states,
      FloatArray multipliers,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden,
      int resetBefore) {
    SimdVariantBackward backward =
        new SimdVariantBackward(
            Floats.of(gates),
            Floats.of(slopes),
            Floats.of(operands),
            Floats.of(states),
            Floats.of(multipliers),
            Floats.of(transposed),
            Floats.of(stateGradients),
            Floats.of(initialStateGradient),
            steps,
            batch,
            hidden,
            resetBefore == 1);
    Cores.ALL.split(batch, SimdForward.block(batch), backward::block);
  }

  private void block(int fromRow, int toRow, Cores.Workspace workspace) {
    float[] products = workspace.floats(Products.ROWS * Products.WIDTH);
    Arrays.fill(
        carried.array(), carried.at() + fromRow * hidden, carried.at() + toRow * hidden, 0f);
    for (int time = steps - 1; time >= 0; time--) {
      for (int row = fromRow; row < toRow; row++) {
        gateGradients(time, row);
      }
      for (int unit = 0; unit < hidden; unit += Products.WIDTH) {
        for (int row = fromRow; resetBefore && row < toRow; row += Products.ROWS) {
          resetGradients(time, row, Math.min(toRow, row + Products.ROWS), unit, products);
        }
      }
      for (int unit = 0; unit < hidden; unit += Products.WIDTH) {
        for (int row = fromRow; row < toRow; row += Products.ROWS) {
          stateGradients(time, row, Math.min(toRow, row + Products.ROWS), unit, products);
        }
      }
    }
  }

  /** Those of a row, but for the reset gate if it acts before the recurrent product. */
  private void gateGradients(int time, int row) {
    int position = time * batch + row;
    int stateAt = states.at() + position * hidden;
    int gradientAt = stateGradients.at() + position * hidden;
    int rowAt = carried.at() + row * hidden;
    int resetAt = gates.at() + position * 4 * hidden;
    int updateAt = resetAt + hidden;
    int candidateAt = updateAt + hidden;
    int productAt = candidateAt + hidden;
    int slopeAt = slopes.at() + position * 3 * hidden;
    float[] values = gates.array();
    for (int unit = 0; unit < hidden; unit += Vectors.LENGTH) {
      FloatVector z = load(values, updateAt + unit);
      FloatVector n = load(values, candidateAt + unit);
      FloatVector dh =
          load(stateGradients.array(), gradientAt + unit).add(load(carried.array(), rowAt + unit));
      FloatVector dan =
          dh.mul(broadcast(1f).sub(z)).mul(load(slopes.array(), slopeAt + 2 * hidden + unit));
      if (!resetBefore) {
        FloatVector r = load(values, resetAt + unit);
        FloatVector q = load(values, productAt + unit);
        dan.mul(q).mul(load(slopes.array(), slopeAt + unit)).intoArray(values, resetAt + unit);
        dan.mul(r).intoArray(values, productAt + unit);
      }
      load(states.array(), stateAt + unit)
          .sub(n)
          .mul(dh)
          .mul(load(slopes.array(), slopeAt + hidden + unit))
          .intoArray(values, updateAt + unit);
      dan.intoArray(values, candidateAt + unit);
      dh.mul(z).intoArray(carried.array(), rowAt + unit);
    }
  }

  /** Those of the reset gate of some rows, if it acts before the recurrent product. */
  private void resetGradients(int time, int fromRow, int toRow, int unit, float[] products) {
    int tiles = Math.min(Products.TILES, (hidden - unit) / Tiles.LANES);
    Products.linear(
        gates.array(),
        gateAt(time, fromRow) + 2 * hidden,
        4 * hidden,
        weights.array(),
        weights.at() + unit * 3 * hidden + 2 * hidden * Tiles.LANES,
        3 * hidden * Tiles.LANES,
        hidden,
        products,
        0,
        Products.WIDTH,
        tiles,
        toRow - fromRow);
    float[] values = gates.array();
    for (int i = 0; i < toRow - fromRow; i++) {
      int row = fromRow + i;
      int at = (time * batch + row) * hidden + unit;
      int resetAt = gateAt(time, row) + unit;
      int slopeAt = slopes.at() + (time * batch + row) * 3 * hidden + unit;
      int rowAt = row * hidden + unit;
      for (int lane = 0; lane < tiles * Tiles.LANES; lane += Vectors.LENGTH) {
        FloatVector dq = load(products, i * Products.WIDTH + lane);
        FloatVector r = load(values, resetAt + lane);
        load(multipliers.array(), multipliers.at() + rowAt + lane)
            .mul(dq)
            .fma(r, load(carried.array(), carried.at() + rowAt + lane))
            .intoArray(carried.array(), carried.at() + rowAt + lane);
        dq.mul(load(operands.array(), operands.at() + at + lane))
            .mul(load(slopes.array(), slopeAt + lane))
            .intoArray(values, resetAt + lane);
      }
    }
  }

  /** What the recurrent products carry back to the states of some rows. */
  private void stateGradients(int time, int fromRow, int toRow, int unit, float[] products) {
    int tiles = Math.min(Products.TILES, (hidden - unit) / Tiles.LANES);
    int firstAt = gateAt(time, fromRow);
    Products.linear(
        gates.array(),
        firstAt,
        4 * hidden,
        weights.array(),
        weights.at() + unit * 3 * hidden,
        3 * hidden * Tiles.LANES,
        2 * hidden,
        products,
        0,
        Products.WIDTH,
        tiles,
        toRow - fromRow);
    if (!resetBefore) {
      Products.add(
          gates.array(),
          firstAt + 3 * hidden,
          4 * hidden,
          weights.array(),
          weights.at() + unit * 3 * hidden + 2 * hidden * Tiles.LANES,
          3 * hidden * Tiles.LANES,
          hidden,
          products,
          0,
          Products.WIDTH,
          Tiles.LANES,
          tiles,
          toRow - fromRow);
    }
    for (int i = 0; i < toRow - fromRow; i++) {
      int rowAt = (fromRow + i) * hidden + unit;
      for (int lane = 0; lane < tiles * Tiles.LANES; lane += Vectors.LENGTH) {
        load(products, i * Products.WIDTH + lane)
            .fma(
                load(multipliers.array(), multipliers.at() + rowAt + lane),
                load(carried.array(), carried.at() + rowAt + lane))
            .intoArray(carried.array(), carried.at() + rowAt + lane);
      }
    }
  }

  private int gateAt(int time, int row) {
    return gates.at() + (time * batch + row) * 4 * hidden;
  }
}
