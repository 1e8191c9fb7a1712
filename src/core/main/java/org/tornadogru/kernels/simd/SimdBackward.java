package org.tornadogru.kernels.simd;

import static org.tornadogru.kernels.simd.Vectors.broadcast;
import static org.tornadogru.kernels.simd.Vectors.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * Twin of {@link org.tornadogru.kernels.GruBackward}, which has the arguments and the equations;
 * cut into blocks of rows as {@link SimdForward} is.
 */
final class SimdBackward {

  private final float[] gates;
  private final int gatesAt;
  private final float[] states;
  private final int statesAt;
  private final float[] weights;
  private final int weightsAt;
  private final float[] stateGradients;
  private final int stateGradientsAt;
  private final float[] carried;
  private final int carriedAt;
  private final int steps;
  private final int batch;
  private final int hidden;
  private final boolean resetBefore;

  private SimdBackward(
      Floats gates,
      Floats states,
      Floats transposed,
      Floats stateGradients,
      Floats initialStateGradient,
      int steps,
      int batch,
      int hidden,
      int resetBefore) {
    this.gates = gates.array();
    gatesAt = gates.at();
    this.states = states.array();
    statesAt = states.at();
    weights = transposed.array();
    weightsAt = transposed.at();
    this.stateGradients = stateGradients.array();
    stateGradientsAt = stateGradients.at();
    carried = initialStateGradient.array();
    carriedAt = initialStateGradient.at();
    this.steps = steps;
    this.batch = batch;
    this.hidden = hidden;
    this.resetBefore = resetBefore == 1;
  }

  static void backward(
      FloatArray gates,
      FloatArray states,
      FloatArray transposed,
      FloatArray stateGradients,
      FloatArray initialStateGradient,
      int steps,
      int batch,
      int hidden,
      int resetBefore) {
    SimdBackward backward =
        new SimdBackward(
            Floats.of(gates),
            Floats.of(states),
            Floats.of(transposed),
            Floats.of(stateGradients),
            Floats.of(initialStateGradient),
            steps,
            batch,
            hidden,
            resetBefore);
    Cores.ALL.split(batch, SimdForward.block(batch), backward::block);
  }

  private void block(int fromRow, int toRow, Cores.Workspace workspace) {
    float[] products = workspace.floats(Products.ROWS * Products.WIDTH);
    begin(fromRow, toRow);
    for (int time = steps - 1; time >= 0; time--) {
      int firstAt = gatesAt + (time * batch + fromRow) * 4 * hidden;
      for (int row = fromRow; row < toRow; row++) {
        gateGradients(time, row);
      }
      if (resetBefore) {
        resetGradients(fromRow, toRow, time, firstAt, products);
      }
      addProduct(firstAt, 0, 2 * hidden, fromRow, toRow);
      if (!resetBefore) {
        addProduct(firstAt + 3 * hidden, 2 * hidden, hidden, fromRow, toRow);
      }
    }
  }

  /** Those of a row, but for the reset gate if it acts before the recurrent product. */
  private void gateGradients(int time, int row) {
    int position = time * batch + row;
    int stateAt = statesAt + position * hidden;
    int gradientAt = stateGradientsAt + position * hidden;
    int rowAt = carriedAt + row * hidden;
    int resetAt = gatesAt + position * 4 * hidden;
    int updateAt = resetAt + hidden;
    int candidateAt = updateAt + hidden;
    int productAt = candidateAt + hidden;
    FloatVector one = broadcast(1f);
    for (int unit = 0; unit < hidden; unit += Vectors.LENGTH) {
      FloatVector z = load(gates, updateAt + unit);
      FloatVector n = load(gates, candidateAt + unit);
      FloatVector dh = load(stateGradients, gradientAt + unit).add(load(carried, rowAt + unit));
      FloatVector carry = dh.mul(z);
      FloatVector dan = dh.sub(carry).mul(one.sub(n.mul(n)));
      if (!resetBefore) {
        FloatVector r = load(gates, resetAt + unit);
        FloatVector dq = dan.mul(r);
        dq.mul(load(gates, productAt + unit)).mul(one.sub(r)).intoArray(gates, resetAt + unit);
        dq.intoArray(gates, productAt + unit);
      }
      load(states, stateAt + unit)
          .sub(n)
          .mul(carry)
          .mul(one.sub(z))
          .intoArray(gates, updateAt + unit);
      dan.intoArray(gates, candidateAt + unit);
      carry.intoArray(carried, rowAt + unit);
    }
  }

  /** Those of the reset gate, if it acts before the recurrent product. */
  private void resetGradients(int fromRow, int toRow, int time, int firstAt, float[] products) {
    for (int unit = 0; unit < hidden; unit += Products.WIDTH) {
      int tiles = Math.min(Products.TILES, (hidden - unit) / Tiles.LANES);
      for (int row = fromRow; row < toRow; row += Products.ROWS) {
        int rows = Math.min(Products.ROWS, toRow - row);
        Products.linear(
            gates,
            firstAt + ((row - fromRow) * 4 + 2) * hidden,
            4 * hidden,
            weights,
            weightsAt + unit * 3 * hidden + 2 * hidden * Tiles.LANES,
            3 * hidden * Tiles.LANES,
            hidden,
            products,
            0,
            Products.WIDTH,
            tiles,
            rows);
        for (int i = 0; i < rows; i++) {
          resetGradients(products, i * Products.WIDTH, time, row + i, unit, tiles * Tiles.LANES);
        }
      }
    }
  }

  private void resetGradients(float[] products, int at, int time, int row, int unit, int width) {
    int position = time * batch + row;
    int stateAt = statesAt + position * hidden + unit;
    int rowAt = carriedAt + row * hidden + unit;
    int resetAt = gatesAt + position * 4 * hidden + unit;
    for (int lane = 0; lane < width; lane += Vectors.LENGTH) {
      FloatVector dq = load(products, at + lane);
      FloatVector r = load(gates, resetAt + lane);
      FloatVector carry = dq.mul(r);
      carry
          .mul(load(states, stateAt + lane))
          .mul(broadcast(1f).sub(r))
          .intoArray(gates, resetAt + lane);
      load(carried, rowAt + lane).add(carry).intoArray(carried, rowAt + lane);
    }
  }

  /** Adds to what is carried the product of some columns of the gates, [rows][4·hidden]. */
  private void addProduct(int firstAt, int fromColumn, int columns, int fromRow, int toRow) {
    for (int unit = 0; unit < hidden; unit += Products.WIDTH) {
      int tiles = Math.min(Products.TILES, (hidden - unit) / Tiles.LANES);
      for (int row = fromRow; row < toRow; row += Products.ROWS) {
        Products.add(
            gates,
            firstAt + (row - fromRow) * 4 * hidden,
            4 * hidden,
            weights,
            weightsAt + unit * 3 * hidden + fromColumn * Tiles.LANES,
            3 * hidden * Tiles.LANES,
            columns,
            carried,
            carriedAt + row * hidden + unit,
            hidden,
            Tiles.LANES,
            tiles,
            Math.min(Products.ROWS, toRow - row));
      }
    }
  }

  private void begin(int fromRow, int toRow) {
    Arrays.fill(carried, carriedAt + fromRow * hidden, carriedAt + toRow * hidden, 0f);
  }
}
