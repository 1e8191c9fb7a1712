package uk.ac.manchester.tornado.api.types.matrix;

/** A tile of 8 × 8 floats that the work-items of one SIMD group hold together. */
public final class Matrix8x8Float {

  public static final Class<Matrix8x8Float> TYPE = Matrix8x8Float.class;

  private static final int SIDE = 8;

  /** Row after row. */
  public final float[] values = new float[SIDE * SIDE];

  /** Zeros. */
  public Matrix8x8Float() {}

  public float get(int row, int col) {
    return values[row * SIDE + col];
  }

  public void set(int row, int col, float value) {
    values[row * SIDE + col] = value;
  }
}
