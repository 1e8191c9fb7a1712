package uk.ac.manchester.tornado.api.kernels;

import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ClassDesc;
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

  /** The result of a call. */
  void push(ClassDesc type, long value) {
    TypeKind kind = TypeKind.from(type);
    if (kind != TypeKind.VOID) {
      push(Value.isReference(kind) ? Value.parameters(value) : Value.of(kind));
    }
  }

  /** Replaces operands by what stems from no parameter. */
  void renew(int operands) {
    for (int i = 0; i < operands; i++) {
      pop();
    }
    push(Value.NONE);
  }

  void operate(OperatorInstruction operator) {
    switch (operator.opcode()) {
      case INEG, LNEG, FNEG, DNEG -> {}
      case ARRAYLENGTH -> renew(1);
      case LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> renew(2);
      default -> {
        renew(2);
        pop();
        push(Value.of(operator.typeKind()));
      }
    }
  }

  /** Removes what a branch depends on. */
  void branch(Opcode opcode) {
    switch (opcode) {
      case GOTO, GOTO_W -> {}
      case IF_ICMPEQ,
          IF_ICMPNE,
          IF_ICMPLT,
          IF_ICMPGE,
          IF_ICMPGT,
          IF_ICMPLE,
          IF_ACMPEQ,
          IF_ACMPNE -> {
        pop();
        pop();
      }
      default -> pop();
    }
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
