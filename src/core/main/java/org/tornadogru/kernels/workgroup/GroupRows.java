package org.tornadogru.kernels.workgroup;

/** The rows of the batch that one work-group takes through time. */
final class GroupRows {

  /** How often a weight is used once it is read. */
  static final int ROWS = 4;

  private GroupRows() {}

  /** One of four values; a device has no arrays of registers. */
  static float pick(int i, float value0, float value1, float value2, float value3) {
    float low = i == 0 ? value0 : value1;
    float high = i == 2 ? value2 : value3;
    return i < 2 ? low : high;
  }
}
