package org.tornadogru.kernels;

import java.util.List;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;
import uk.ac.manchester.tornado.api.common.TaskPackage;

/**
 * A task, and the work-items that it is for. A set's kernels make them of their arguments, so that
 * who adds a task to a graph need not know which form the kernel has.
 */
public sealed interface Launch {

  /** What runs. */
  TaskPackage task();

  /** The same for another task. */
  Launch of(TaskPackage other);

  /**
   * Parallel loops, of which a device makes a grid.
   *
   * @param range of the loops, the innermost first
   */
  record Loops(TaskPackage task, List<Integer> range) implements Launch {
    @Override
    public Loops of(TaskPackage other) {
      return new Loops(other, range);
    }
  }

  /**
   * Work-groups that share local memory: the task's first argument is the context of a work-item.
   *
   * @param across how many groups along x
   * @param down how many along y
   * @param size work-items of a group, all along x
   * @param localFloats floats of local memory that a group needs
   */
  record Groups(TaskPackage task, int across, int down, int size, int localFloats)
      implements Launch {
    @Override
    public Groups of(TaskPackage other) {
      return new Groups(other, across, down, size, localFloats);
    }

    /** Bytes of local memory that a group needs. */
    public long localMemory() {
      return (long) localFloats * Float.BYTES;
    }
  }

  /**
   * A call of a library, where a device has it; elsewhere the loops that are its specification.
   *
   * @param task of the loops
   * @param range of the loops, the innermost first
   * @param call of the library, with what it does with each of the task's arguments
   */
  record Library(TaskPackage task, List<Integer> range, LibraryTaskDescriptor call)
      implements Launch {
    @Override
    public Library of(TaskPackage other) {
      return new Library(other, range, call);
    }
  }

  /** A parallel loop. */
  static Launch loop(int range, TaskPackage task) {
    return new Loops(task, List.of(range));
  }

  /** Two parallel loops, one inside the other. */
  static Launch loop(int outer, int inner, TaskPackage task) {
    return new Loops(task, List.of(inner, outer));
  }
}
