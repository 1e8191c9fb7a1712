package uk.ac.manchester.tornado.api;

import java.util.Arrays;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** The work-items of one launch. */
@SuppressWarnings("ArrayRecordComponent") // never compared, never shared
record ThreadGrid(int[] global, int[] local) {

  /** How large a group gets when the program leaves it open. */
  private static final int DEFAULT_GROUP = 256;

  /** A task without a grid runs as one work-item. */
  static ThreadGrid of(WorkerGrid grid, String task) {
    if (grid == null) {
      return new ThreadGrid(new int[] {1, 1, 1}, new int[] {1, 1, 1});
    }
    if (Arrays.stream(grid.getGlobalOffset()).anyMatch(offset -> offset != 0)) {
      throw new UnsupportedOperationException(
          "the plain-JVM runtime has no global offsets, but the grid of " + task + " has one");
    }
    int[] global = sizes(grid.getGlobalWork());
    int[] local =
        grid.getLocalWork() == null
            ? new int[] {largestDivisor(global[0]), 1, 1}
            : sizes(grid.getLocalWork());
    for (int axis = 0; axis < 3; axis++) {
      if (global[axis] < 1 || local[axis] < 1 || global[axis] % local[axis] != 0) {
        throw new TornadoRuntimeException(
            "the grid of %s does not split into groups: global work %s, local work %s"
                .formatted(task, Arrays.toString(global), Arrays.toString(local)));
      }
    }
    return new ThreadGrid(global, local);
  }

  private static int[] sizes(long[] work) {
    return Arrays.stream(work).mapToInt(Math::toIntExact).toArray();
  }

  private static int largestDivisor(int size) {
    int divisor = Math.max(1, Math.min(size, DEFAULT_GROUP));
    while (size % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  int groupSize() {
    return local[0] * local[1] * local[2];
  }

  void run(GraphStep.Code code, Object[] arguments) {
    Order order = Order.current();
    int alongX = global[0] / local[0];
    int alongY = global[1] / local[1];
    int alongZ = global[2] / local[2];
    order.forEach(
        alongX * alongY * alongZ,
        group ->
            new WorkGroup(
                    this,
                    group % alongX,
                    group / alongX % alongY,
                    group / (alongX * alongY),
                    order,
                    code,
                    arguments)
                .run());
  }
}
