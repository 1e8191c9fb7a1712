package org.tornadogru.kernels.workgroup;

import org.tornadogru.kernels.Launch;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/** The rows of the batch that one work-group takes through time. */
final class GroupRows {

  /** Work-items at most, which every GPU can take. */
  static final int LARGEST_GROUP = 256;

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

  /**
   * A task with a group for every {@value #ROWS} rows and an item for each unit.
   *
   * @param values floats of local memory per row and unit
   */
  static Launch.Groups launch(TaskPackage task, int batch, int hidden, int values) {
    return new Launch.Groups(
        task,
        batch / ROWS,
        1,
        Math.min(hidden, LARGEST_GROUP),
        values * ROWS * hidden + weights(hidden));
  }

  /** One of four values, each of which has a register. */
  static float pick(int i, float value0, float value1, float value2, float value3) {
    float low = i == 0 ? value0 : value1;
    float high = i == 2 ? value2 : value3;
    return i < 2 ? low : high;
  }
}
