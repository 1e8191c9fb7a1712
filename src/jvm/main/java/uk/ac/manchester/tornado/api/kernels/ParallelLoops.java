package uk.ac.manchester.tornado.api.kernels;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup.ClassOption;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * A kernel's parallel loops, and its method with other iterations of them. A loop
 *
 * <pre>for (&#64;Parallel int i = start; i &lt; end; i++) body(i);</pre>
 *
 * becomes
 *
 * <pre>
 * for (int c = 0; c &lt; count(end - start); c++) {
 *   int i = start + position(c, end - start);
 *   body(i);
 * }
 * </pre>
 *
 * with what the caller says for count and position.
 */
final class ParallelLoops {

  private static final String PARALLEL = "Luk/ac/manchester/tornado/api/annotations/Parallel;";
  private static final ClassDesc COUNT = IntUnaryOperator.class.describeConstable().orElseThrow();
  private static final ClassDesc POSITION =
      IntBinaryOperator.class.describeConstable().orElseThrow();
  private static final String METHOD = "run";
  private static final String APPLY = "applyAsInt";

  /** Places in a method, as the index of a byte in its code; the loop's variable is in a slot. */
  private record Loop(int slot, int start, int end, int branch, int increment) {
    boolean isIn(Loop other) {
      return start > other.start && end <= other.end;
    }
  }

  private final KernelMethod kernel;
  private final CodeAttribute code;

  /** By the index of their first byte. */
  private final SortedMap<Integer, Instruction> instructions = new TreeMap<>();

  private final List<Loop> loops = new ArrayList<>();
  private boolean understood = true;

  private ParallelLoops(KernelMethod kernel, CodeAttribute code) {
    this.kernel = kernel;
    this.code = code;
    int index = 0;
    for (CodeElement element : code.elementList()) {
      if (element instanceof Instruction instruction) {
        instructions.put(index, instruction);
        index += instruction.sizeInBytes();
      }
    }
    code.findAttribute(Attributes.runtimeVisibleTypeAnnotations()).stream()
        .flatMap(attribute -> attribute.annotations().stream())
        .filter(annotation -> annotation.annotation().className().equalsString(PARALLEL))
        .map(TypeAnnotation::targetInfo)
        .filter(TypeAnnotation.LocalVarTarget.class::isInstance)
        .flatMap(target -> ((TypeAnnotation.LocalVarTarget) target).table().stream())
        .forEach(this::find);
  }

  /** Empty if the kernel has no code. */
  static Optional<ParallelLoops> of(KernelMethod kernel) {
    return kernel
        .model()
        .findAttribute(Attributes.code())
        .map(code -> new ParallelLoops(kernel, code));
  }

  boolean isEmpty() {
    return loops.isEmpty() && understood;
  }

  /** Whether all loops are what {@code javac} makes of one that counts up by one. */
  boolean isUnderstood() {
    return understood;
  }

  private void find(TypeAnnotation.LocalVarTargetInfo variable) {
    int slot = variable.index();
    int start = code.labelToBci(variable.startLabel());
    int end = code.labelToBci(variable.endLabel());
    SortedMap<Integer, Instruction> inside = instructions.subMap(start, end);
    List<Integer> increments =
        inside.keySet().stream()
            .filter(at -> inside.get(at) instanceof IncrementInstruction by && by.slot() == slot)
            .toList();
    Optional<Integer> branch =
        inside.keySet().stream()
            .filter(at -> inside.get(at) instanceof BranchInstruction)
            .findFirst()
            .filter(at -> inside.get(at).opcode() == Opcode.IF_ICMPGE);
    boolean plain =
        increments.size() == 1
            && ((IncrementInstruction) inside.get(increments.getFirst())).constant() == 1
            && isStore(instructions.headMap(start), slot)
            && inside.values().stream().noneMatch(each -> isStoreTo(each, slot))
            && inside.get(start) instanceof LoadInstruction load
            && load.slot() == slot
            && branch.isPresent()
            && jumpsBack(inside, start, increments.getFirst());
    if (plain) {
      loops.add(new Loop(slot, start, end, branch.get(), increments.getFirst()));
    } else {
      understood = false;
    }
  }

  private static boolean isStore(SortedMap<Integer, Instruction> before, int slot) {
    return !before.isEmpty() && isStoreTo(before.get(before.lastKey()), slot);
  }

  private static boolean isStoreTo(Instruction instruction, int slot) {
    return instruction instanceof StoreInstruction store && store.slot() == slot;
  }

  /** Whether the loop's condition is the only place to which the end of its body jumps. */
  private boolean jumpsBack(SortedMap<Integer, Instruction> inside, int start, int increment) {
    return inside.tailMap(increment).values().stream()
        .anyMatch(
            each ->
                each instanceof BranchInstruction branch
                    && code.labelToBci(branch.target()) == start);
  }

  /**
   * The method with other iterations.
   *
   * @param nested also of loops within loops
   * @return takes the method's parameters, then count and position
   * @throws IllegalAccessException if the method's class is not open to this runtime
   */
  MethodHandle rewritten(boolean nested) throws IllegalAccessException {
    Class<?> owner = kernel.owner();
    List<Loop> chosen =
        loops.stream().filter(loop -> nested || loops.stream().noneMatch(loop::isIn)).toList();
    List<ClassDesc> parameters = new ArrayList<>(kernel.parameters());
    parameters.add(COUNT);
    parameters.add(POSITION);
    MethodTypeDesc type =
        MethodTypeDesc.of(kernel.model().methodTypeSymbol().returnType(), parameters);
    byte[] file =
        ClassFile.of(
                ClassFile.ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.ofClassLoading(owner.getClassLoader())
                        .orElse(ClassHierarchyResolver.defaultResolver())))
            .build(
                ClassDesc.of(owner.getName() + "$Reordered"),
                reordered ->
                    reordered
                        .withFlags(ACC_FINAL | ACC_SUPER)
                        .withMethodBody(
                            METHOD, type, ACC_STATIC, body -> new Writer(body, chosen).write()));
    ParallelLoops.class.getModule().addReads(owner.getModule());
    MethodHandles.Lookup lookup =
        MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
            .defineHiddenClass(file, true, ClassOption.NESTMATE);
    try {
      return lookup.findStatic(
          lookup.lookupClass(),
          METHOD,
          MethodType.fromMethodDescriptorString(type.descriptorString(), owner.getClassLoader()));
    } catch (NoSuchMethodException impossible) {
      throw new LinkageError("a class without its only method", impossible);
    }
  }

  /** Writes the method anew. */
  private final class Writer {
    private final CodeBuilder out;
    private final List<Loop> chosen;

    /** Slots of the method's own parameters. */
    private final int parameters;

    private final int count;
    private final int position;

    Writer(CodeBuilder out, List<Loop> chosen) {
      this.out = out;
      this.chosen = chosen;
      parameters = kernel.parameters().stream().mapToInt(Value::slots).sum();
      count = parameters;
      position = parameters + 1;
    }

    void write() {
      int at = 0;
      for (CodeElement element : code.elementList()) {
        switch (element) {
          case Instruction instruction -> {
            write(instruction, at);
            at += instruction.sizeInBytes();
          }
          case LabelTarget target -> out.with(target);
          case LineNumber line -> out.with(line);
          case ExceptionCatch handler -> out.with(handler);
          default -> {} // names of variables, and what follows from the instructions
        }
      }
    }

    private void write(Instruction instruction, int at) {
      for (Loop loop : chosen) {
        if (at + instruction.sizeInBytes() == loop.start) {
          out.istore(startOf(loop)).iconst_0().istore(counterOf(loop));
          return;
        } else if (at == loop.start) {
          out.iload(counterOf(loop));
          return;
        } else if (at == loop.branch) {
          choose(loop, (BranchInstruction) instruction);
          return;
        } else if (at == loop.increment) {
          out.iinc(counterOf(loop), 1);
          return;
        }
      }
      switch (instruction) {
        case LoadInstruction load -> out.loadLocal(load.typeKind(), moved(load.slot()));
        case StoreInstruction store -> out.storeLocal(store.typeKind(), moved(store.slot()));
        case IncrementInstruction by -> out.iinc(moved(by.slot()), by.constant());
        default -> out.with(instruction);
      }
    }

    /** The stack has the counter and the loop's end. */
    private void choose(Loop loop, BranchInstruction branch) {
      out.iload(startOf(loop)).isub().istore(sizeOf(loop));
      out.aload(count).iload(sizeOf(loop));
      out.invokeinterface(
          COUNT, APPLY, MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int));
      out.if_icmpge(branch.target());
      out.aload(position).iload(counterOf(loop)).iload(sizeOf(loop));
      out.invokeinterface(
          POSITION,
          APPLY,
          MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int));
      out.iload(startOf(loop)).iadd().istore(moved(loop.slot));
    }

    /** Two more parameters come before the method's other variables. */
    private int moved(int slot) {
      return slot < parameters ? slot : slot + 2;
    }

    private int startOf(Loop loop) {
      return code.maxLocals() + 2 + 3 * chosen.indexOf(loop);
    }

    private int sizeOf(Loop loop) {
      return startOf(loop) + 1;
    }

    private int counterOf(Loop loop) {
      return startOf(loop) + 2;
    }
  }
}
