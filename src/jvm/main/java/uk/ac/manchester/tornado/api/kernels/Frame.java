package uk.ac.manchester.tornado.api.kernels;

import java.lang.classfile.Opcode;
import java.util.Arrays;

/** Local variables and operand stack at one place of a method: {@link Value}s. */
final class Frame {

  final long[] locals;
  private final long[] stack;
  private int depth;

  Frame(int locals, int stack) {
    this(new long[locals], new long[stack], 0);
  }

  private Frame(long[] locals, long[] stack, int depth) {
    this.locals = locals;
    this.stack = stack;
    this.depth = depth;
  }

  Frame copy() {
    return new Frame(locals.clone(), stack.clone(), depth);
  }

  void push(long value) {
    stack[depth++] = value;
  }

  long pop() {
    return stack[--depth];
  }

  /**
   * Adds what another way to this place brings.
   *
   * @return whether it was anything new
   */
  boolean join(Frame other) {
    boolean changed = join(locals, other.locals, locals.length);
    return join(stack, other.stack, depth) || changed;
  }

  private static boolean join(long[] values, long[] others, int count) {
    boolean changed = false;
    for (int i = 0; i < count; i++) {
      long joined = values[i] | others[i];
      changed |= joined != values[i];
      values[i] = joined;
    }
    return changed;
  }

  /** Executes an instruction that only moves what is on the stack. */
  void rearrange(Opcode opcode) {
    switch (opcode) {
      case POP -> pop();
      case POP2 -> popWords(2);
      case DUP -> duplicate(1, 0);
      case DUP_X1 -> duplicate(1, 1);
      case DUP_X2 -> duplicate(1, 2);
      case DUP2 -> duplicate(2, 0);
      case DUP2_X1 -> duplicate(2, 1);
      case DUP2_X2 -> duplicate(2, 2);
      case SWAP -> {
        long top = pop();
        long below = pop();
        push(top);
        push(below);
      }
      default -> throw new IllegalArgumentException(opcode.toString());
    }
  }

  private void duplicate(int words, int below) {
    long[] top = popWords(words);
    long[] between = popWords(below);
    pushAll(top);
    pushAll(between);
    pushAll(top);
  }

  /** The values of so many words, the lowest first. */
  private long[] popWords(int words) {
    int first = depth;
    for (int left = words; left > 0; ) {
      left -= Value.isWide(stack[--first]) ? 2 : 1;
    }
    long[] values = Arrays.copyOfRange(stack, first, depth);
    depth = first;
    return values;
  }

  private void pushAll(long[] values) {
    for (long value : values) {
      push(value);
    }
  }
}
