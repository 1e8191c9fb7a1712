package org.tornadogru.kernels;

/**
 * The device layout of a matrix: columns in tiles of {@link #LANES}, each tile contiguous over the
 * rows, {@code [columns / 16][rows][16]}.
 *
 * <p>A product {@code x W} walks down the rows of a few neighbouring columns. Row-major, each step
 * would land on another page; in a tile it reads the next 64 bytes, which is one vector of a CPU
 * and half a coalesced access of a GPU. Sizes are padded with zeros to whole tiles; zero weights
 * stay zero in training, since neither a value nor a gradient ever passes them.
 */
public final class Tiles {

  /** Columns per tile: floats in a vector register of 512 bits. */
  public static final int LANES = 16;

  private Tiles() {}

  /** Where an element lies in a matrix of so many rows. */
  public static int at(int row, int column, int rows) {
    return (column / LANES * rows + row) * LANES + column % LANES;
  }

  /** The least multiple of {@link #LANES} that is not below a size. */
  public static int padded(int size) {
    return (size + LANES - 1) / LANES * LANES;
  }
}
