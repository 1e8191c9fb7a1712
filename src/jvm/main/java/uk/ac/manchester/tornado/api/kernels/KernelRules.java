package uk.ac.manchester.tornado.api.kernels;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What one of a kernel's methods does that a device would not, or would do otherwise. */
final class KernelRules {

  private static final String VECTOR_API = "jdk/incubator/vector/";

  /** Of {@link java.lang.foreign.MemorySegment}: the Java array behind it. */
  private static final String HEAP = "heapBase";

  /** Those of {@link Math} that TornadoVM's compiler knows. */
  private static final Set<String> MATH =
      Set.of(
          "abs",
          "acos",
          "asin",
          "atan",
          "atan2",
          "clamp",
          "cos",
          "exp",
          "floorDiv",
          "floorMod",
          "log",
          "max",
          "min",
          "pow",
          "signum",
          "sin",
          "sqrt",
          "tan",
          "tanh",
          "toDegrees",
          "toRadians");

  private static final Set<String> BITS =
      Set.of("floatToIntBits", "floatToRawIntBits", "intBitsToFloat");

  /** Classes of the JDK whose methods a kernel may call. */
  private static final Set<String> CALLABLE =
      Set.of(
          "java/lang/Object",
          "java/lang/Boolean",
          "java/lang/Byte",
          "java/lang/Character",
          "java/lang/Short",
          "java/lang/Integer",
          "java/lang/Long",
          "java/lang/Float",
          "java/lang/Double",
          "java/util/concurrent/atomic/AtomicInteger");

  private final KernelMethod method;
  private final List<String> findings = new ArrayList<>();
  private int line;
  private boolean isForJvm;

  /**
   * Looks at a method.
   *
   * @param isKernel whether it is the kernel itself, not one that it calls
   * @param isBound whether the kernel is a method of an object that the program has
   */
  KernelRules(KernelMethod method, boolean isKernel, boolean isBound) {
    this.method = method;
    if (isKernel) {
      checkNames();
      if (isBound) {
        add(
            "it is a method of an object: unless a transfer names that, a device has the fields as"
                + " they were when it ran first; make it static, and arguments of them");
      }
    }
    Instruction previous = null;
    for (CodeElement element : method.elements()) {
      if (element instanceof LineNumber number) {
        line = number.line();
      } else if (element instanceof Instruction instruction) {
        check(instruction, previous);
        previous = instruction;
      }
    }
  }

  /** Whether it is meant for a JVM. */
  boolean isForJvm() {
    return isForJvm;
  }

  List<String> findings() {
    return findings;
  }

  private void add(String finding) {
    String where = line == 0 ? "" : ", line " + line;
    findings.add(method.name() + where + ": " + finding);
  }

  private void checkNames() {
    String name = method.model().methodName().stringValue();
    if (ReservedNames.forbidsMethod(name)) {
      add("a device's compiler has its own meaning for " + name + ": call the method otherwise");
    }
    for (int i = 0; i < method.parameters().size(); i++) {
      method
          .parameterName(i)
          .filter(ReservedNames::forbidsParameter)
          .ifPresent(
              word ->
                  add(
                      "a device's compiler refuses a parameter called "
                          + word
                          + ": it is a keyword"));
    }
  }

  private void check(Instruction instruction, Instruction previous) {
    switch (instruction) {
      case OperatorInstruction operator -> {
        if (operator.opcode() == Opcode.IUSHR || operator.opcode() == Opcode.LUSHR) {
          add("a device shifts the sign in with >>>, as with >>: mask the result");
        }
      }
      case NewMultiArrayInstruction array ->
          add("a device has no arrays of arrays: use one, and compute the index");
      case NewPrimitiveArrayInstruction array -> {
        if (!isKnownSize(previous)) {
          add("a device has arrays of constant size only");
        }
      }
      case MonitorInstruction monitor -> {
        if (monitor.opcode() == Opcode.MONITORENTER) {
          add("a device has no synchronized: use atomics, or a barrier");
        }
      }
      case ThrowInstruction end -> add("a device has no exceptions: it cannot compile throw");
      case FieldInstruction field -> checkField(field);
      case InvokeDynamicInstruction dynamic ->
          add("a device has no lambdas, and no text: it cannot compile this");
      case InvokeInstruction call -> checkCall(call);
      default -> {}
    }
  }

  /** Scalar arguments and sizes of arrays are constants once TornadoVM compiles. */
  private static boolean isKnownSize(Instruction before) {
    return before instanceof ConstantInstruction
        || before instanceof LoadInstruction
        || before instanceof OperatorInstruction
        || (before instanceof InvokeInstruction call && call.name().equalsString("getSize"));
  }

  private void checkField(FieldInstruction field) {
    if (field.opcode() == Opcode.PUTSTATIC) {
      add("a device has no static fields to write: " + field.name().stringValue());
    } else if (field.opcode() == Opcode.GETSTATIC && isMutable(field)) {
      add(
          "a device has "
              + field.name().stringValue()
              + " as it was when the kernel was compiled: make it final, or an argument");
    }
  }

  private boolean isMutable(FieldInstruction field) {
    String owner = field.owner().asInternalName();
    return !Calls.isKnown(owner)
        && ClassFiles.named(owner, method.owner()).flatMap(ClassFiles::of).stream()
            .flatMap(file -> file.fields().stream())
            .filter(each -> each.fieldName().equalsString(field.name().stringValue()))
            .anyMatch(each -> !each.flags().has(AccessFlag.FINAL));
  }

  private void checkCall(InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    String name = call.name().stringValue();
    if (owner.startsWith(VECTOR_API) || name.equals(HEAP)) {
      isForJvm = true;
    } else if (owner.equals("java/lang/Math") || owner.equals("java/lang/StrictMath")) {
      if (!MATH.contains(name)) {
        add("TornadoVM cannot compile Math." + name + ": see whether TornadoMath has it");
      }
    } else if (BITS.contains(name) && owner.equals("java/lang/Float")) {
      add("TornadoVM cannot compile Float." + name);
    } else if (owner.startsWith("java/") && !CALLABLE.contains(owner)) {
      add("TornadoVM cannot compile " + owner.replace('/', '.') + "." + name);
    } else if (!Calls.isKnown(owner)) {
      checkOwnCall(call, name);
    }
  }

  private void checkOwnCall(InvokeInstruction call, String name) {
    if (call.opcode() == Opcode.INVOKEINTERFACE) {
      add("a device calls " + name + " only if TornadoVM finds out whose method it is");
    } else if (method.isNative(call)) {
      add("a device cannot call " + name + ", which is native");
    } else if (reaches(call)) {
      add("a device has no recursion: " + name + " calls itself");
    }
  }

  /** Whether a call leads back to this method. */
  private boolean reaches(InvokeInstruction call) {
    Set<KernelMethod> seen = new HashSet<>();
    Deque<KernelMethod> open = new ArrayDeque<>();
    method.callee(call).ifPresent(open::add);
    while (!open.isEmpty()) {
      KernelMethod next = open.pop();
      if (next.equals(method)) {
        return true;
      }
      if (seen.add(next)) {
        next.calls().flatMap(each -> next.callee(each).stream()).forEach(open::add);
      }
    }
    return false;
  }
}
