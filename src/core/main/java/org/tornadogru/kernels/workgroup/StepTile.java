package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Recurrence.Steps;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/**
 * The part of a product that one work-group of {@value #ITEMS} work-items computes: {@value #ROWS}
 * rows of the batch by {@value #UNITS} units, which are one tile of the weights.
 *
 * <p>What is multiplied passes through local memory in chunks of {@value #DEPTH} of the units that
 * are summed over, two by turns, while the next one is on its way into registers. {@value #BLOCKS}
 * neighbouring items share out the tile, {@value #BLOCK_ROWS} rows by {@value #BLOCK_UNITS} units
 * each; {@value #SLICES} such sets of items share out the chunk, and their sums meet in local
 * memory. So what an item reads there serves several products. What lies behind the last unit is
 * zero; rows behind the last of the batch repeat it, and nobody writes their results.
 */
final class StepTile {

  static final int ROWS = 16;
  static final int UNITS = Tiles.LANES;
  static final int DEPTH = 32;

  private static final int BLOCK_ROWS = 4;

  static final int BLOCK_UNITS = 2;

  /** Elements of the tile that an item has, and of each of three gates if there are so many. */
  static final int BLOCK = BLOCK_ROWS * BLOCK_UNITS;

  static final int BLOCKS = ROWS * UNITS / BLOCK;

  /** So that there is an item for each element of the tile, to sum up the slices. */
  static final int SLICES = BLOCK;

  static final int ITEMS = BLOCKS * SLICES;

  /** Of a chunk, what an item adds up. */
  static final int SLICE_DEPTH = DEPTH / SLICES;

  /** From one unit's rows to the next's: what 32 items write together lies in 32 banks. */
  static final int ROW_STRIDE = ROWS + 4;

  /** Local memory of a chunk of rows, [DEPTH][ROW_STRIDE]. */
  static final int ROW_CHUNK = DEPTH * ROW_STRIDE;

  /** Local memory of a chunk of weights, [DEPTH][UNITS]. */
  static final int WEIGHT_CHUNK = DEPTH * UNITS;

  /** What an item carries from global to local memory of a chunk of rows, or of weights. */
  static final int CARRIED = WEIGHT_CHUNK / ITEMS;

  private StepTile() {}

  /** How many products a part has. */
  static int products(int part) {
    return 3 - part;
  }

  /** The first gate of a part that has one. */
  static int firstGate(int part) {
    return part == Steps.CANDIDATE ? 2 : 0;
  }

  /** A group for each tile, those of the same rows one after the other. */
  static Launch launch(TaskPackage task, int batch, int hidden) {
    int groups = Math.ceilDiv(batch, ROWS) * (hidden / UNITS);
    return new Launch.Groups(task, groups, 1, ITEMS, StepBackward.LOCAL_FLOATS);
  }

  /** The first row of a group's tile. */
  static int firstRow(int group, int hidden) {
    return group / (hidden / UNITS) * ROWS;
  }

  /** The first unit of a group's tile. */
  static int firstUnit(int group, int hidden) {
    return group % (hidden / UNITS) * UNITS;
  }

  /** The unit of a chunk of rows that an item carries: 8 items read 32 bytes of a row. */
  private static int carriedUnit(int item) {
    return item / 32 % (DEPTH / 8) * 8 + item % 8;
  }

  /** The i-th row that an item carries. */
  private static int carriedRow(int item, int i) {
    return (i * (ITEMS / DEPTH / 4) + item / (4 * DEPTH)) * 4 + item / 8 % 4;
  }

  /** Where in its chunk the i-th value lies that an item carries. */
  static int carriedTo(int item, int i) {
    return carriedUnit(item) * ROW_STRIDE + carriedRow(item, i);
  }

  /**
   * Reads an item's share of a chunk of rows.
   *
   * @param at where row 0 begins
   * @param stride floats from row to row
   * @param first unit of the chunk
   * @param carried out, from {@code to} on
   */
  static void carryRows(
      FloatArray rows,
      int at,
      int stride,
      int firstRow,
      int batch,
      int first,
      int hidden,
      int item,
      float[] carried,
      int to) {
    int unit = first + carriedUnit(item);
    for (int i = 0; i < CARRIED; i++) {
      int row = firstRow + carriedRow(item, i);
      int held = row < batch ? row : batch - 1;
      carried[to + i] = unit < hidden ? rows.get(at + held * stride + unit) : 0f;
    }
  }

  /**
   * Reads an item's share of a chunk of weights.
   *
   * @param at where the tile of the weights begins, [hidden][16]
   * @param first row of the chunk
   * @param carried out, from {@code to} on
   */
  static void carryWeights(
      FloatArray weights, int at, int first, int hidden, int item, float[] carried, int to) {
    for (int i = 0; i < CARRIED; i++) {
      int element = first * UNITS + i * ITEMS + item;
      carried[to + i] = element < hidden * UNITS ? weights.get(at + element) : 0f;
    }
  }

  /** Where in its chunk the first row lies of an item's block, at the start of its slice. */
  static int blockRow(int item) {
    return item / BLOCKS * SLICE_DEPTH * ROW_STRIDE
        + item % BLOCKS / (UNITS / BLOCK_UNITS) * BLOCK_ROWS;
  }

  /** Where in its chunk the first weight lies of an item's block, at the start of its slice. */
  static int blockUnit(int item) {
    return item / BLOCKS * SLICE_DEPTH * UNITS + item % (UNITS / BLOCK_UNITS) * BLOCK_UNITS;
  }

  /** The row of the tile of which an item sums up the slices. */
  static int row(int item) {
    return item % BLOCKS / (UNITS / BLOCK_UNITS) * BLOCK_ROWS + item / BLOCKS / BLOCK_UNITS;
  }

  /** The unit of the tile of which an item sums up the slices. */
  static int unit(int item) {
    return item % (UNITS / BLOCK_UNITS) * BLOCK_UNITS + item / BLOCKS % BLOCK_UNITS;
  }
}
