package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twins of {@link org.tornadogru.kernels.WeightGradients#lookUp} and {@link
 * org.tornadogru.kernels.Embedding#embedBackward} as work-groups: 16 columns of a slice, whose sums
 * for each token are in local memory. Work-items that share a column have sums of their own, of
 * every so many positions, and add them up in the end: no sum is anybody else's, so that the order
 * of additions never changes.
 *
 * <p>Each gradient is read once, for each {@value #TOKENS} tokens; the loop reads it once and reads
 * and writes a sum in global memory for it.
 */
final class GroupLookUp {

  private static final int ITEMS = 256;

  /** Tokens that have sums in local memory at a time. */
  private static final int TOKENS = 512;

  private static final int LOCAL_FLOATS = TOKENS * Tiles.LANES;

  /** Positions that a work-item reads before it adds any of them, to wait for memory once. */
  private static final int AHEAD = 4;

  /** Positions that are worth sums of their own. */
  private static final int WORTHY = 8 * AHEAD;

  private GroupLookUp() {}

  /** Twin of {@link org.tornadogru.kernels.WeightGradients#lookUp}. */
  static Launch lookUp(
      String id,
      IntArray tokens,
      FloatArray gateGradients,
      FloatArray partials,
      int partialsAt,
      int size,
      int positions,
      int vocabulary,
      int hidden,
      int slices,
      int sliceLength) {
    return launch(
        id,
        tokens,
        gateGradients,
        partials,
        partialsAt,
        size,
        positions,
        vocabulary,
        3 * hidden,
        4 * hidden,
        slices,
        sliceLength,
        0,
        0);
  }

  /** Twin of {@link org.tornadogru.kernels.Embedding#embedBackward}. */
  static Launch embedBackward(
      String id,
      IntArray tokens,
      FloatArray gradients,
      FloatArray partials,
      int tableAt,
      int size,
      int positions,
      int symbols,
      int height,
      int columns,
      int slices,
      int sliceLength,
      int added) {
    return launch(
        id,
        tokens,
        gradients,
        partials,
        tableAt,
        size,
        positions,
        symbols,
        columns,
        columns,
        slices,
        sliceLength,
        height,
        added);
  }

  private static Launch launch(
      String id,
      IntArray tokens,
      FloatArray gradients,
      FloatArray partials,
      int partialsAt,
      int size,
      int positions,
      int vocabulary,
      int columns,
      int stride,
      int slices,
      int sliceLength,
      int height,
      int added) {
    int block = Math.min(vocabulary, TOKENS);
    int most = Math.min(ITEMS / Tiles.LANES, LOCAL_FLOATS / (block * Tiles.LANES));
    int parts = Integer.highestOneBit(Math.clamp(sliceLength / WORTHY, 1, most));
    return new Launch.Groups(
        new TaskPackage(
            id,
            GroupLookUp::sumByToken,
            new KernelContext(),
            tokens,
            gradients,
            partials,
            partialsAt,
            size,
            positions,
            vocabulary,
            columns,
            stride,
            sliceLength,
            height,
            added,
            block,
            parts),
        columns / Tiles.LANES * Math.ceilDiv(vocabulary, block),
        slices,
        parts * Tiles.LANES,
        (block + 1) * parts * Tiles.LANES);
  }

  /**
   * @param stride floats from a position's gradients to the next
   * @param height of the result's tiles; 0 if it is row-major, with the sums over all tokens behind
   *     the last
   * @param added 1 to add to what is there
   * @param block tokens of a group
   * @param parts work-items that share a column
   */
  static void sumByToken(
      KernelContext context,
      IntArray tokens,
      FloatArray gradients,
      FloatArray partials,
      int partialsAt,
      int size,
      int positions,
      int vocabulary,
      int columns,
      int stride,
      int sliceLength,
      int height,
      int added,
      int block,
      int parts) {
    // [parts][block + 1][16]: of each token, and of all
    float[] local = context.allocateFloatLocalArray((block + 1) * parts * Tiles.LANES);
    int[] tokensAhead = new int[AHEAD];
    float[] gradientsAhead = new float[AHEAD];
    int item = context.localIdx;
    int lane = item % Tiles.LANES;
    int part = item / Tiles.LANES;
    int stretches = columns / Tiles.LANES;
    int column = context.groupIdx % stretches * Tiles.LANES + lane;
    int firstToken = context.groupIdx / stretches * block;
    int table = part * (block + 1) * Tiles.LANES + lane;
    int start = context.groupIdy * sliceLength;
    int end = start + sliceLength < positions ? start + sliceLength : positions;

    for (int row = 0; row <= block; row++) {
      local[table + row * Tiles.LANES] = 0f;
    }
    for (int begin = start + part; begin < end; begin += AHEAD * parts) {
      for (int i = 0; i < AHEAD; i++) {
        int wanted = begin + i * parts;
        int position = wanted < end ? wanted : start;
        int token = tokens.get(position);
        float gradient = gradients.get(position * stride + column);
        tokensAhead[i] = (token < 0 ? 0 : token) - firstToken;
        gradientsAhead[i] = wanted < end ? gradient : 0f;
      }
      for (int i = 0; i < AHEAD; i++) {
        int row = tokensAhead[i];
        int below = row < block ? row : block;
        int at = table + (below < 0 ? block : below) * Tiles.LANES;
        local[at] = local[at] + gradientsAhead[i];
      }
    }
    context.localBarrier();
    int first = context.groupIdy * size + partialsAt;
    int tokensHere = vocabulary - firstToken < block ? vocabulary - firstToken : block;
    for (int row = part; row < tokensHere; row += parts) {
      float sum = 0f;
      for (int other = 0; other < parts; other++) {
        sum += local[(other * (block + 1) + row) * Tiles.LANES + lane];
      }
      int token = firstToken + row;
      int at =
          height == 0 ? first + token * columns + column : first + Tiles.at(column, token, height);
      partials.set(at, added == 1 ? partials.get(at) + sum : sum);
    }
    int writers = height == 0 ? (firstToken == 0 ? 1 : 0) : 0;
    if (part < writers) {
      float sum = 0f;
      for (int row = 0; row < (block + 1) * parts; row++) {
        sum += local[row * Tiles.LANES + lane];
      }
      partials.set(first + vocabulary * columns + column, sum);
    }
  }
}
