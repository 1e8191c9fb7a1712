package org.tornadogru.kernels.simd;

import java.util.Arrays;
import org.tornadogru.kernels.Tiles;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * Twins of {@link org.tornadogru.kernels.Embedding}, which has the arguments. A vector lies across
 * tiles, so nothing is there for vector registers; but there are cores.
 */
final class SimdEmbedding {

  /** Floats that are worth a core's attention. */
  private static final int GRAIN = 4096;

  private SimdEmbedding() {}

  static void embed(
      IntArray tokens,
      FloatArray parameters,
      FloatArray vectors,
      int tableAt,
      int positions,
      int height,
      int columns) {
    Floats table = Floats.of(parameters);
    Floats x = Floats.of(vectors);
    Cores.ALL.split(
        positions,
        Math.ceilDiv(GRAIN, columns),
        (from, to, workspace) -> {
          for (int position = from; position < to; position++) {
            int at = table.at() + tableAt + Tiles.at(0, Math.max(0, tokens.get(position)), height);
            int toAt = x.at() + position * columns;
            for (int column = 0; column < columns; column++) {
              x.array()[toAt + column] = table.array()[at + column * Tiles.LANES];
            }
          }
        });
  }

  static void embedBackward(
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
    Floats dx = Floats.of(gradients);
    Floats table = Floats.of(partials);
    int parts = SimdGradients.parts(slices, columns / Tiles.LANES);
    int partColumns = Math.ceilDiv(columns, parts);
    Cores.ALL.split(
        slices * parts,
        1,
        (fromPart, toPart, workspace) -> {
          for (int part = fromPart; part < toPart; part++) {
            int slice = part / parts;
            int from = Math.min(positions, slice * sliceLength);
            int to = Math.min(positions, from + sliceLength);
            int fromColumn = Math.min(columns, part % parts * partColumns);
            int toColumn = Math.min(columns, fromColumn + partColumns);
            int first = table.at() + slice * size + tableAt;
            for (int symbol = 0; added == 0 && symbol < symbols; symbol += Tiles.LANES) {
              int at = first + symbol * height;
              Arrays.fill(
                  table.array(), at + fromColumn * Tiles.LANES, at + toColumn * Tiles.LANES, 0f);
            }
            for (int position = from; position < to; position++) {
              int at = first + Tiles.at(0, Math.max(0, tokens.get(position)), height);
              int fromAt = dx.at() + position * columns;
              for (int column = fromColumn; column < toColumn; column++) {
                table.array()[at + column * Tiles.LANES] += dx.array()[fromAt + column];
              }
            }
          }
        });
  }
}
