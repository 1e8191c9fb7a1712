package org.tornadogru.kernels.wide;

/**
 * How the wide kernels spread their work over cores. TornadoVM, or the driver it leaves the choice
 * to, makes work-groups as large as they may be, and a group runs on one core: the few work-items
 * that a batch has would all share one. So there are as many items as fill {@link #GROUPS} groups,
 * and only the first of each works; the others cost a microsecond or two per launch.
 */
final class WideGroups {

  /** Enough to share out evenly among the cores of a workstation. */
  static final int GROUPS = 32;

  /** The largest group of PoCL; with smaller ones, some groups have nothing to do. */
  private static final int LARGEST_GROUP = 4096;

  /** What the parallel loops count to. */
  static final int ITEMS = GROUPS * LARGEST_GROUP;

  private WideGroups() {}

  /**
   * The first of the blocks that a work-item handles; the next ones are {@link #GROUPS} apart.
   *
   * @param blocks how many there are: where an idle item begins, so that its loop is empty
   */
  static int first(int item, int blocks) {
    return item % LARGEST_GROUP == 0 ? item / LARGEST_GROUP : blocks;
  }
}
