package org.tornadogru.kernels.workgroup;

/** The rows of the batch that one work-group takes through time. */
final class GroupRows {

  /** How often a weight is used once it is read. */
  static final int ROWS = 4;

  /** Up to so many hidden units, the weights of all gates fit into 48 KiB beside the states. */
  private static final int FEW_UNITS = 48;

  private GroupRows() {}

  /** 1 if a group keeps the recurrent weights in local memory over all steps, otherwise 0. */
  static int keepsWeights(int hidden) {
    return hidden <= FEW_UNITS ? 1 : 0;
  }

  /**
   * Floats of local memory for them: backward as many as [hidden / 16][3·hidden + 1][16], whose
   * tiles begin in other banks than their neighbours; forward those of the parameters and the bias.
   */
  static int weights(int hidden) {
    return keepsWeights(hidden) * 3 * hidden * (hidden + 1);
  }

  /** One of four values, each of which has a register. */
  static float pick(int i, float value0, float value1, float value2, float value3) {
    float low = i == 0 ? value0 : value1;
    float high = i == 2 ? value2 : value3;
    return i < 2 ? low : high;
  }
}
