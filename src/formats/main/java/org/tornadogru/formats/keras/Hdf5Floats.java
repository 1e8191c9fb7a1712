package org.tornadogru.formats.keras;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How an array of an HDF5 file has floats.
 *
 * @param width bytes of a value: 2, 4 or 8, in IEEE 754's arrangement
 */
record Hdf5Floats(int width, ByteOrder order) {

  private static final int FLOATS = 1;

  /** What a description of a type says; null if it is not of floats. */
  static Hdf5Floats of(Hdf5Bytes bytes, int type) {
    int size = bytes.length(type + 4, Integer.BYTES);
    int exponent =
        switch (size) {
          case 2 -> 5;
          case 4 -> 8;
          case 8 -> 11;
          default -> 0;
        };
    if ((bytes.u8(type) & 15) != FLOATS
        || exponent == 0
        || bytes.u16(type + 10) != 8 * size
        || bytes.u8(type + 13) != exponent) {
      return null;
    }
    boolean big = (bytes.u8(type + 1) & 1) != 0;
    return new Hdf5Floats(size, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  float next(ByteBuffer values) {
    return switch (width) {
      case 2 -> Float.float16ToFloat(values.getShort());
      case 4 -> values.getFloat();
      default -> (float) values.getDouble();
    };
  }
}
