package org.tornadogru.series;

import org.tornadogru.Batches;

/**
 * Which rows are learned from, which say when to stop, and which are held out: in each sequence the
 * first, the next and the last, or whole sequences.
 */
final class Parts {

  /** Part of what is learned from that says when to stop. */
  private static final double STOPPING = 0.15;

  private final Groups groups;
  private final int[] fitEnds;
  private final int[] stopEnds;

  private Parts(Groups groups) {
    this.groups = groups;
    fitEnds = new int[groups.count()];
    stopEnds = new int[groups.count()];
  }

  /** The last rows of each sequence are held out, and those before them say when to stop. */
  static Parts ofTime(Groups groups, double heldOut) {
    Parts parts = new Parts(groups);
    for (int group = 0; group < groups.count(); group++) {
      int length = groups.length(group);
      int stopEnd = length - (int) Math.round(length * heldOut);
      parts.stopEnds[group] = groups.start(group) + stopEnd;
      parts.fitEnds[group] = groups.start(group) + stopEnd - (int) Math.round(stopEnd * STOPPING);
    }
    return parts;
  }

  /** Whole sequences are held out, drawn by a seed. */
  static Parts ofGroups(Groups groups, double heldOut, long seed) {
    Parts parts = new Parts(groups);
    int[] order = Batches.order(groups.count(), seed, 0);
    int held = (int) Math.round(groups.count() * heldOut);
    int stopping = (int) Math.round((groups.count() - held) * STOPPING);
    for (int i = 0; i < order.length; i++) {
      int group = order[i];
      parts.stopEnds[group] = i < held ? groups.start(group) : groups.end(group);
      parts.fitEnds[group] = i < held + stopping ? groups.start(group) : groups.end(group);
    }
    return parts;
  }

  /** The same, but the rows that said when to stop are learned from. */
  Parts learningAll() {
    Parts parts = new Parts(groups);
    System.arraycopy(stopEnds, 0, parts.fitEnds, 0, stopEnds.length);
    System.arraycopy(stopEnds, 0, parts.stopEnds, 0, stopEnds.length);
    return parts;
  }

  /** All rows are held out. */
  static Parts allHeldOut(Groups groups) {
    Parts parts = new Parts(groups);
    for (int group = 0; group < groups.count(); group++) {
      parts.fitEnds[group] = groups.start(group);
      parts.stopEnds[group] = groups.start(group);
    }
    return parts;
  }

  /** Where the rows of a sequence that are learned from end. */
  int fitEnd(int group) {
    return fitEnds[group];
  }

  /** Where those end that say when to stop. */
  int stopEnd(int group) {
    return stopEnds[group];
  }

  Groups groups() {
    return groups;
  }

  /** Rows that are learned from. */
  long fitRows() {
    long rows = 0;
    for (int group = 0; group < groups.count(); group++) {
      rows += fitEnds[group] - groups.start(group);
    }
    return rows;
  }
}
