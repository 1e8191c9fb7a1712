package org.tornadogru.graph;

import java.util.Locale;
import org.tornadogru.device.Device;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.nn.InvalidInputException;

/** How work-groups walk through time: the one place where that is chosen. */
enum WalkWay {
  /** One launch for all steps: each group takes a few rows of the batch with all their units. */
  SEQUENCE,
  /** A launch per step: each group takes some units of some rows. */
  STEPS;

  /** A property that chooses, in small letters; otherwise the shape does. */
  static final String PROPERTY = "tornado-gru.walk";

  private static final System.Logger LOG = System.getLogger("org.tornadogru");

  /**
   * From so many hidden units on, or so many weights in all, the few groups that take whole
   * sequences, or the one that writes a text, read their weights for longer than launches cost.
   */
  private static final int MANY_UNITS = 256;

  /**
   * The way of a walk.
   *
   * @param walk its name, for the log
   * @param hidden units
   */
  static WalkWay of(Placement placement, String walk, int hidden) {
    return of(placement, walk, hidden, hidden >= MANY_UNITS);
  }

  /** The way of a text: a group for all units, or some launches per turn. */
  static WalkWay ofText(Placement placement, ModelLayout layout) {
    int hidden = layout.hidden();
    int matrices = 2 * layout.config().layers() - 1;
    long weights = (3L * matrices * hidden + layout.outputColumns()) * hidden;
    return of(placement, "write", hidden, weights >= 3L * MANY_UNITS * MANY_UNITS);
  }

  private static WalkWay of(Placement placement, String walk, int hidden, boolean isLarge) {
    if (!(placement.kernels().recurrence() instanceof Recurrence.Groups groups)) {
      return SEQUENCE;
    }
    Device device = placement.device();
    String asked = System.getProperty(PROPERTY);
    boolean fits = device.localMemory() < 0 || groups.localMemory(hidden) <= device.localMemory();
    boolean pays = device.type() == Device.Type.GPU && isLarge;
    WalkWay way = asked == null ? (pays || !fits ? STEPS : SEQUENCE) : named(asked);
    LOG.log(
        System.Logger.Level.DEBUG,
        "{0} of {1} hidden units on device {2}: {3}; -D{4} to override",
        walk,
        hidden,
        device.id(),
        way == STEPS ? "a launch per step" : "one launch",
        PROPERTY);
    return way;
  }

  private static WalkWay named(String name) {
    for (WalkWay way : values()) {
      if (way.name().toLowerCase(Locale.ROOT).equals(name)) {
        return way;
      }
    }
    throw new InvalidInputException("%s is %s: give sequence or steps".formatted(PROPERTY, name));
  }
}
