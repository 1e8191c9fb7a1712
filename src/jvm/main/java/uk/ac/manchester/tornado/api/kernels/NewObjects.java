package uk.ac.manchester.tornado.api.kernels;

import java.lang.classfile.instruction.NewObjectInstruction;
import java.util.IdentityHashMap;

/** Objects that a kernel makes: each has a bit of its own, behind those of the parameters. */
final class NewObjects {

  /** The bit of the first object; so many parameters there can be. */
  static final int FIRST = 40;

  private static final int LAST = 62;

  private final IdentityHashMap<NewObjectInstruction, Integer> bits = new IdentityHashMap<>();

  /** By bit, the parameters of whose memory an object is made. */
  private final long[] made = new long[LAST + 1];

  /** Where there are too many, the last ones share a bit. */
  long at(NewObjectInstruction instruction) {
    return 1L << bits.computeIfAbsent(instruction, key -> Math.min(FIRST + bits.size(), LAST));
  }

  static boolean isOne(long value) {
    return Value.parameters(value) >>> FIRST != 0;
  }

  /** Makes an object of what another value stems from. */
  void lay(long object, long over) {
    for (int bit = FIRST; bit <= LAST; bit++) {
      if ((object & 1L << bit) != 0) {
        made[bit] |= parameters(over);
      }
    }
  }

  /** The parameters that a value stems from, those of objects included. */
  long parameters(long value) {
    long parameters = value & (1L << FIRST) - 1;
    for (int bit = FIRST; bit <= LAST; bit++) {
      if ((value & 1L << bit) != 0) {
        parameters |= made[bit];
      }
    }
    return parameters;
  }
}
