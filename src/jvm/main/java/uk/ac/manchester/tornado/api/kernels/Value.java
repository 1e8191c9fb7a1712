package uk.ac.manchester.tornado.api.kernels;

import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;

/**
 * What is known of a value while a kernel's bytecode is followed: as a {@code long}, the kernel's
 * parameters that a reference can stem from, one bit each, and whether it is two words wide.
 */
final class Value {

  /** Of no parameter. */
  static final long NONE = 0;

  private static final long WIDE = Long.MIN_VALUE;

  private Value() {}

  static long ofParameter(int index) {
    return 1L << index;
  }

  static long of(TypeKind kind) {
    return kind.slotSize() == 2 ? WIDE : NONE;
  }

  static boolean isReference(TypeKind kind) {
    return kind == TypeKind.REFERENCE;
  }

  static boolean isWide(long value) {
    return (value & WIDE) != 0;
  }

  /** The bits of the parameters. */
  static long parameters(long value) {
    return value & ~WIDE;
  }

  static int slots(ClassDesc type) {
    return TypeKind.from(type).slotSize();
  }
}
