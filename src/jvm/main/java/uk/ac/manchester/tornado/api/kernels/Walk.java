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
    } finally {
      reached.addAll(walk.methods);
    }
    return Optional.of(IntStream.range(0, count).mapToObj(walk.accesses::of).toList());
  }

  private Outcome call(KernelMethod method, long[] arguments, Path before) {
    methods.add(method);
    CodeAttribute code =
        method
            .model()
            .findAttribute(Attributes.code())
            .filter(body -> body.exceptionHandlers().isEmpty())
            .orElseThrow(UnsupportedOperationException::new);
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
          frame.push(Value.isReference(load.typeKind()) ? array : Value.of(load.typeKind()));
        }
        case ArrayStoreInstruction store -> {
          frame.pop();
          frame.pop();
          write(frame.pop(), path, parallel && (path.branch() == null || path.loop()));
        }
        case OperatorInstruction operator -> frame.operate(operator);
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
          frame.push(dynamic.typeSymbol().returnType(), Value.NONE);
        }
        case NewObjectInstruction fresh -> frame.push(objects.at(fresh));
        case NewPrimitiveArrayInstruction fresh -> frame.renew(1);
        case NewReferenceArrayInstruction fresh -> frame.renew(1);
        case NewMultiArrayInstruction fresh -> frame.renew(fresh.dimensions());
        case StackInstruction stack -> frame.rearrange(stack.opcode());
        case TypeCheckInstruction check -> {
          if (check.opcode() == Opcode.INSTANCEOF) {
            frame.renew(1);
          }
        }
        case BranchInstruction branch -> frame.branch(branch.opcode());
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

    /** Fields of objects that a program made; TornadoVM's own are not looked into. */
    private void access(FieldInstruction field, Frame frame) {
      TypeKind kind = TypeKind.from(field.typeSymbol());
      boolean isOwn = !Calls.isKnown(field.owner().asInternalName());
      switch (field.opcode()) {
        case GETSTATIC -> frame.push(Value.of(kind));
        case PUTSTATIC -> escape(frame.pop());
        case GETFIELD -> {
          long object = frame.pop();
          if (isOwn && !NewObjects.isOne(object)) {
            read(object);
          }
          frame.push(Value.isReference(kind) ? object : Value.of(kind));
        }
        default -> {
          long value = frame.pop();
          long object = frame.pop();
          if (NewObjects.isOne(object)) {
            lay(object, value);
          } else {
            escape(value);
            takeForRead(object);
            write(object, path, false);
          }
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
      long returned = Value.NONE;
      if (Calls.isKnown(owner) || owner.startsWith("[")) {
        returned = known(invoke, owner, isStatic, arguments);
      } else {
        Optional<KernelMethod> callee = callee(invoke);
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
      frame.push(invoke.typeSymbol().returnType(), returned);
    }

    private long known(InvokeInstruction invoke, String owner, boolean isStatic, long[] arguments) {
      String name = invoke.name().stringValue();
      if (name.equals(CONSTRUCTOR)) {
        for (int i = 1; i < arguments.length; i++) {
          lay(arguments[0], arguments[i]);
        }
        return Value.NONE;
      }
      long returned = Value.NONE;
      for (int i = 0; i < arguments.length; i++) {
        if (Value.parameters(arguments[i]) == Value.NONE) {
          continue;
        }
        if (Calls.isTakenForRead(owner, name)) {
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
      long parameters = objects.parameters(value);
      if (!silent && Long.bitCount(parameters) == 1 && !path.isConditional()) {
        accesses.read(parameters);
      } else {
        takeForRead(value); // perhaps, or perhaps another one
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

    /** An object that holds an array stands for it. */
    private void lay(long object, long over) {
      objects.lay(object, over);
      if (!silent) {
        accesses.wrap(objects.parameters(over));
      }
    }

    private Optional<KernelMethod> callee(InvokeInstruction invoke) {
      return method
          .callee(invoke)
          .filter(callee -> !active.contains(callee.model()) && active.size() < MAX_DEPTH);
    }
  }
}
