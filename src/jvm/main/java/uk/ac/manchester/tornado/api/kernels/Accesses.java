package uk.ac.manchester.tornado.api.kernels;

import java.util.ArrayList;
import java.util.List;

/** What is seen of each parameter while a kernel's bytecode is followed, in that order. */
final class Accesses {

  /**
   * A place that writes.
   *
   * @param everywhere whether each iteration of a parallel loop writes its element of a Java array
   */
  private record Store(Path path, boolean everywhere) {}

  private final boolean[] readFirst;
  private final boolean[] written;
  private final boolean[] takenForRead;
  private final List<List<Store>> stores = new ArrayList<>();

  Accesses(int parameters) {
    readFirst = new boolean[parameters];
    written = new boolean[parameters];
    takenForRead = new boolean[parameters];
    for (int i = 0; i < parameters; i++) {
      stores.add(new ArrayList<>());
    }
  }

  void read(long value) {
    for (int i = 0; i < readFirst.length; i++) {
      if ((value & Value.ofParameter(i)) != 0) {
        readFirst[i] |= stores.get(i).isEmpty();
      }
    }
    mark(takenForRead, value);
  }

  /** TornadoVM takes for a read what is none. */
  void takeForRead(long value) {
    mark(takenForRead, value);
  }

  /** TornadoVM takes what becomes part of an object for read and written. */
  void wrap(long value) {
    mark(takenForRead, value);
    mark(written, value);
  }

  void write(long value, Path path, boolean everywhere) {
    mark(written, value);
    for (int i = 0; i < stores.size(); i++) {
      if ((value & Value.ofParameter(i)) != 0) {
        stores.get(i).add(new Store(path, everywhere));
      }
    }
  }

  private static void mark(boolean[] flags, long value) {
    for (int i = 0; i < flags.length; i++) {
      flags[i] |= (value & Value.ofParameter(i)) != 0;
    }
  }

  Access of(int parameter) {
    return new Access(
        readFirst[parameter],
        takenForRead[parameter] || isInOneBranch(stores.get(parameter)),
        written[parameter]);
  }

  /**
   * As TornadoVM's analysis finds it: the first branch above a write counts, and of the other
   * writes only those that are below the same one.
   */
  private static boolean isInOneBranch(List<Store> stores) {
    Path.Branch deciding = null;
    boolean jump = false;
    boolean fall = false;
    boolean everywhere = false;
    for (Store store : stores) {
      Path path = store.path();
      while (path.branch() != null && deciding != null && path.branch() != deciding) {
        path = path.before();
      }
      if (path.branch() != null) {
        deciding = path.branch();
        jump |= path.jump();
        fall |= !path.jump();
      }
      everywhere = store.everywhere();
    }
    return jump != fall && !everywhere;
  }
}
