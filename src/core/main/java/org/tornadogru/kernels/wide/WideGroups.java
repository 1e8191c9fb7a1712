package org.tornadogru.kernels.wide;

import uk.ac.manchester.tornado.api.math.TornadoMath;

/**
 * How the wide kernels spread their work over cores. TornadoVM, or the driver it leaves the choice
 * to, makes work-groups as large as they may be, and a group runs on one core: the few work-items
 * that a batch has would all share one. So there are as many items as fill a few dozen groups, and
 * only the first of each works; the others cost a microsecond or two per launch.
 *
 * <p>On PoCL a core takes a run of neighbouring groups, about its share of those that remain: with
 * all blocks in the first few groups, one core did everything. So every run must hold its part of
 * the blocks, also where there are fewer blocks than groups. The first group has none, since the
 * first run is the longest.
 */
final class WideGroups {

  /** Groups that work: enough to share out evenly among the cores of a workstation. */
  private static final int GROUPS = 32;

  /** The largest group of PoCL; with smaller ones, some groups have nothing to do. */
  private static final int LARGEST_GROUP = 4096;

  /** What the parallel loops count to. */
  static final int ITEMS = (GROUPS + 1) * LARGEST_GROUP;

  private WideGroups() {}

  /**
   * The first of the blocks that a work-item handles.
   *
   * @param blocks how many there are: where an idle item begins, so that its loop is empty
   */
  static int first(int item, int blocks) {
    return item % LARGEST_GROUP == 0 ? share(item) * blocks / GROUPS : blocks;
  }

  /** The end of the blocks that a work-item handles. */
  static int end(int item, int blocks) {
    return TornadoMath.min(blocks, (share(item) + 1) * blocks / GROUPS);
  }

  /** Which share of the blocks a group has; the first group has the one beyond the last. */
  private static int share(int item) {
    return (item / LARGEST_GROUP + GROUPS) % (GROUPS + 1);
  }
}
