package uk.ac.manchester.tornado.api.kernels;

import static uk.ac.manchester.tornado.api.common.Access.READ_ONLY;
import static uk.ac.manchester.tornado.api.common.Access.WRITE_ONLY;

/**
 * What a kernel does with one of its parameters.
 *
 * @param readFirst whether it reads elements, on whatever branch, and has in the order of its text
 *     written none before
 * @param takenForRead whether TornadoVM believes that it reads elements: of what is written in one
 *     of two branches it takes the rest to be kept, and a loop's condition is a branch too
 * @param written whether TornadoVM believes that it writes elements
 */
public record Access(boolean readFirst, boolean takenForRead, boolean written) {

  /** Of a kernel whose code is not to be found. */
  public static final Access UNKNOWN = new Access(false, true, true);

  /** What a library's function says of itself. */
  static Access of(uk.ac.manchester.tornado.api.common.Access declared) {
    boolean read = (declared.position & READ_ONLY.position) != 0;
    return new Access(read, read, (declared.position & WRITE_ONLY.position) != 0);
  }

  /** Whether TornadoVM uploads it, if this is the first task of a graph that has it. */
  public boolean isUploaded() {
    return takenForRead || !written;
  }
}
