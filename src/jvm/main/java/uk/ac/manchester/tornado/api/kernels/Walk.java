package uk.ac.manchester.tornado.api.kernels;

import java.lang.classfile.Attributes;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Follows a kernel's bytecode, and the methods that it calls, with no other values than where
 * references come from.
 */
final class Walk {

  /** How deep calls are followed. */
  private static final int MAX_DEPTH = 32;

  private static final String CONSTRUCTOR = "<init>";

  /** Where a call came back: from which parameters its result stems, and on which way. */
  private record Outcome(long result, Path path) {}

  private final Accesses accesses;
  private final Map<MethodModel, Blocks> blocks = new HashMap<>();
  private final NewObjects objects = new NewObjects();
  private final Deque<MethodModel> active = new ArrayDeque<>();

  /** All methods whose instructions are the kernel's, itself first. */
  private final Set<KernelMethod> methods = new LinkedHashSet<>();

  /** Whether a loop's iterations run in parallel. */
  private boolean parallel;

  /** Set while ways through a method are still being found, and nothing is noted. */
  private boolean silent;

  private Walk(int parameters) {
    accesses = new Accesses(parameters);
  }

  /**
   * What a kernel does with each of its parameters.
   *
   * @param reached gets the kernel and the methods that it calls
   * @return empty if its bytecode is too clever
   */
  static Optional<List<Access>> follow(KernelMethod kernel, Set<KernelMethod> reached) {
    int count = kernel.parameters().size();
    if (count > NewObjects.FIRST) {
      return Optional.empty();
    }
    Walk walk = new Walk(count);
    long[] arguments = new long[count];
    for (int i = 0; i < count; i++) {
      arguments[i] = kernel.parameters().get(i).isPrimitive() ? Value.NONE : Value.ofParameter(i);
    }
    try {
      walk.call(kernel, arguments, Path.START);
    } catch (UnsupportedOperationException tooClever) {
      return Optional.empty();
    }
    reached.addAll(walk.methods);
    return Optional.of(IntStream.range(0, count).mapToObj(walk.accesses::of).toList());
  }

  private Outcome call(KernelMethod method, long[] arguments, Path before) {
    CodeAttribute code =
        method
            .model()
            .findAttribute(Attributes.code())
            .filter(body -> body.exceptionHandlers().isEmpty())
            .orElseThrow(UnsupportedOperationException::new);
    methods.add(method);
    active.push(method.model());
    try {
      Blocks own = blocks.computeIfAbsent(method.model(), model -> new Blocks(code));
      parallel |= own.all.stream().anyMatch(block -> block.parallel);
      Frame[] frames = new Frame[own.all.size()];
      frames[0] = new Frame(code.maxLocals(), code.maxStack());
      int slot = 0;
      for (int i = 0; i < arguments.length; i++) {
        frames[0].locals[slot] = arguments[i];
        slot += Value.slots(method.parameters().get(i));
      }
      return new Pass(method, own, frames, before).run();
    } finally {
      active.pop();
    }
  }

  /** One call of one method. */
  private final class Pass {
    private final KernelMethod method;
    private final Blocks code;

    /** By block, at its beginning. */
    private final Frame[] frames;

    /** By block, at its end. */
    private final Path[] ends;

    /** By the block that ends with it. */
    private final Path.Branch[] branches;

    private final Path start;
    private Path path;
    private long result;

    Pass(KernelMethod method, Blocks code, Frame[] frames, Path start) {
      this.method = method;
      this.code = code;
      this.frames = frames;
      this.start = start;
      ends = new Path[frames.length];
      branches = new Path.Branch[frames.length];
      Arrays.setAll(branches, block -> new Path.Branch());
    }

    Outcome run() {
      boolean wasSilent = silent;
      silent = true;
      while (pass()) {}
      silent = wasSilent;
      pass();
      List<Blocks.Block> returns =
          code.all.stream()
              .filter(block -> frames[block.number] != null)
              .filter(block -> block.instructions.getLast() instanceof ReturnInstruction)
              .toList();
      return new Outcome(
          result, returns.size() == 1 ? ends[returns.getFirst().number] : Path.START);
    }

    /**
     * Executes each block once.
     *
     * @return whether there is more to be found
     */
    private boolean pass() {
      boolean changed = false;
      for (Blocks.Block block : code.all) {
        if (frames[block.number] == null) {
          continue;
        }
        Frame frame = frames[block.number].copy();
        path = entry(block);
        for (Instruction instruction : block.instructions) {
          execute(instruction, frame);
        }
        ends[block.number] = path;
        for (Blocks.Block next : block.next) {
          if (frames[next.number] == null) {
            frames[next.number] = frame.copy();
            changed = true;
          } else {
            changed |= frames[next.number].join(frame);
          }
        }
      }
      return changed;
    }

    private Path entry(Blocks.Block block) {
      if (block.number == 0 && block.into.isEmpty()) {
        return start;
      }
      if (block.into.size() != 1 || ends[block.into.getFirst().from().number] == null) {
        return Path.START;
      }
      Blocks.Edge edge = block.into.getFirst();
      Path before = ends[edge.from().number];
      return edge.conditional() && !edge.from().parallel
          ? before.then(branches[edge.from().number], edge.jump(), edge.from().isLoop())
          : before;
    }

    private void execute(Instruction instruction, Frame frame) {
      switch (instruction) {
        case LoadInstruction load -> frame.push(frame.locals[load.slot()]);
        case StoreInstruction store -> frame.locals[store.slot()] = frame.pop();
        case ConstantInstruction constant -> frame.push(Value.of(constant.typeKind()));
        case ArrayLoadInstruction load -> {
          frame.pop();
          long array = frame.pop();
          read(array);
          frame.push(isReference(load.typeKind()) ? array : Value.of(load.typeKind()));
        }
        case ArrayStoreInstruction store -> {
          frame.pop();
          frame.pop();
          write(frame.pop(), path, parallel && (path.branch() == null || path.loop()));
        }
        case OperatorInstruction operator -> operate(operator, frame);
        case ConvertInstruction convert -> {
          frame.pop();
          frame.push(Value.of(convert.toType()));
        }
        case FieldInstruction field -> access(field, frame);
        case InvokeInstruction invoke -> invoke(invoke, frame);
        case InvokeDynamicInstruction dynamic -> {
          for (int i = dynamic.typeSymbol().parameterCount(); i > 0; i--) {
            escape(frame.pop());
          }
          push(dynamic.typeSymbol().returnType(), Value.NONE, frame);
        }
        case NewObjectInstruction fresh -> frame.push(objects.at(fresh));
        case NewPrimitiveArrayInstruction fresh -> renew(1, frame);
        case NewReferenceArrayInstruction fresh -> renew(1, frame);
        case NewMultiArrayInstruction fresh -> renew(fresh.dimensions(), frame);
        case StackInstruction stack -> frame.rearrange(stack.opcode());
        case TypeCheckInstruction check -> {
          if (check.opcode() == Opcode.INSTANCEOF) {
            renew(1, frame);
          }
        }
        case BranchInstruction branch -> popConditions(branch.opcode(), frame);
        case TableSwitchInstruction table -> frame.pop();
        case LookupSwitchInstruction lookup -> frame.pop();
        case MonitorInstruction monitor -> frame.pop();
        case ReturnInstruction end -> {
          if (end.typeKind() != TypeKind.VOID) {
            result |= frame.pop();
          }
        }
        case IncrementInstruction increment -> {}
        case NopInstruction nothing -> {}
        case ThrowInstruction end -> {}
        default -> throw new UnsupportedOperationException(instruction.toString());
      }
    }

    private static boolean isReference(TypeKind kind) {
      return kind == TypeKind.REFERENCE;
    }

    private static void renew(int operands, Frame frame) {
      for (int i = 0; i < operands; i++) {
        frame.pop();
      }
      frame.push(Value.NONE);
    }

    private static void operate(OperatorInstruction operator, Frame frame) {
      Opcode opcode = operator.opcode();
      boolean unary =
          switch (opcode) {
            case INEG, LNEG, FNEG, DNEG, ARRAYLENGTH -> true;
            default -> false;
          };
      boolean compares =
          switch (opcode) {
            case LCMP, FCMPL, FCMPG, DCMPL, DCMPG, ARRAYLENGTH -> true;
            default -> false;
          };
      if (!unary) {
        frame.pop();
      }
      frame.pop();
      frame.push(compares ? Value.NONE : Value.of(operator.typeKind()));
    }

    private static void popConditions(Opcode opcode, Frame frame) {
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
          frame.pop();
          frame.pop();
        }
        default -> frame.pop();
      }
    }

    /** Fields of objects that a program made; TornadoVM's own are not looked into. */
    private void access(FieldInstruction field, Frame frame) {
      TypeKind kind = TypeKind.from(field.typeSymbol());
      boolean isOwn = !Calls.isKnown(field.owner().asInternalName());
      switch (field.opcode()) {
        case GETSTATIC -> frame.push(Value.of(kind));
        case PUTSTATIC -> escape(frame.pop());
        case GETFIELD -> {
          long object = frame.pop();
          if (isOwn) {
            read(object);
          }
          frame.push(isReference(kind) ? object : Value.of(kind));
        }
        default -> {
          escape(frame.pop());
          long object = frame.pop();
          takeForRead(object);
          write(object, path, false);
        }
      }
    }

    private void invoke(InvokeInstruction invoke, Frame frame) {
      boolean isStatic = invoke.opcode() == Opcode.INVOKESTATIC;
      int count = invoke.typeSymbol().parameterCount() + (isStatic ? 0 : 1);
      long[] arguments = new long[count];
      for (int i = count - 1; i >= 0; i--) {
        arguments[i] = frame.pop();
      }
      String owner = invoke.owner().asInternalName();
      ClassDesc type = invoke.typeSymbol().returnType();
      long returned = Value.NONE;
      if (Calls.isKnown(owner) || owner.startsWith("[")) {
        returned = known(invoke, owner, isStatic, arguments);
      } else {
        Optional<KernelMethod> callee = callee(invoke, owner);
        if (callee.isPresent()) {
          Outcome outcome = call(callee.get(), arguments, path);
          returned = outcome.result();
          path = outcome.path();
        } else {
          for (long argument : arguments) {
            escape(argument);
            returned |= argument;
          }
        }
      }
      push(type, returned, frame);
    }

    private static void push(ClassDesc type, long returned, Frame frame) {
      TypeKind kind = TypeKind.from(type);
      if (kind != TypeKind.VOID) {
        frame.push(isReference(kind) ? Value.parameters(returned) : Value.of(kind));
      }
    }

    private long known(InvokeInstruction invoke, String owner, boolean isStatic, long[] arguments) {
      String name = invoke.name().stringValue();
      if (name.equals(CONSTRUCTOR)) {
        construct(arguments);
        return Value.NONE;
      }
      long returned = Value.NONE;
      for (int i = 0; i < arguments.length; i++) {
        if (Value.parameters(arguments[i]) == Value.NONE) {
          continue;
        }
        if (Calls.isTakenForRead(owner)) {
          takeForRead(arguments[i]);
        }
        switch (Calls.of(
            owner, name, isStatic, i, arguments.length, invoke.typeSymbol().returnType())) {
          case NONE -> {}
          case READ -> read(arguments[i]);
          case WRITE -> write(arguments[i], path, false);
          case BOTH -> escape(arguments[i]);
          case ALIAS -> returned |= arguments[i];
        }
      }
      return returned;
    }

    private void read(long value) {
      if (!silent) {
        accesses.read(objects.parameters(value));
      }
    }

    private void write(long value, Path way, boolean everywhere) {
      if (!silent) {
        accesses.write(objects.parameters(value), way, everywhere);
      }
    }

    private void takeForRead(long value) {
      if (!silent) {
        accesses.takeForRead(objects.parameters(value));
      }
    }

    /** Something unknown gets it, which may or may not read it. */
    private void escape(long value) {
      takeForRead(value);
      write(value, Path.START, false);
    }

    /** An object laid over arrays stands for them. */
    private void construct(long[] arguments) {
      for (int i = 1; i < arguments.length; i++) {
        objects.lay(arguments[0], arguments[i]);
        if (!silent) {
          accesses.wrap(objects.parameters(arguments[i]));
        }
      }
    }

    private Optional<KernelMethod> callee(InvokeInstruction invoke, String owner) {
      if (invoke.opcode() == Opcode.INVOKEINTERFACE) {
        return Optional.empty();
      }
      return ClassFiles.named(owner, method.owner())
          .flatMap(
              type ->
                  ClassFiles.method(type, invoke.name().stringValue(), invoke.type().stringValue())
                      .map(model -> KernelMethod.of(type, model)))
          .filter(callee -> callee.model().code().isPresent())
          .filter(callee -> !active.contains(callee.model()) && active.size() < MAX_DEPTH);
    }
  }
}
