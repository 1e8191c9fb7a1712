package uk.ac.manchester.tornado.api.kernels;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A method's instructions between its jumps and their targets, in the order of the class file. */
final class Blocks {

  private static final String PARALLEL = "Luk/ac/manchester/tornado/api/annotations/Parallel;";

  /**
   * One way into a block.
   *
   * @param conditional whether a branch decides that it is taken
   * @param jump which of its sides it is
   */
  record Edge(Block from, boolean conditional, boolean jump) {}

  static final class Block {
    final int number;
    final List<Instruction> instructions = new ArrayList<>();
    final List<Edge> into = new ArrayList<>();
    final List<Block> next = new ArrayList<>();

    /**
     * Whether its branch is the condition of a loop whose iterations TornadoVM runs in parallel.
     */
    boolean parallel;

    Block(int number) {
      this.number = number;
    }

    /** Whether a way leads back to it. */
    boolean isLoop() {
      return into.stream().anyMatch(edge -> edge.from().number >= number);
    }
  }

  final List<Block> all = new ArrayList<>();
  private final Map<Label, Block> labelled = new HashMap<>();
  private final CodeAttribute code;

  Blocks(CodeAttribute code) {
    this.code = code;
    split();
    connect();
    markParallel();
  }

  private void split() {
    Set<Label> targets = new HashSet<>();
    for (CodeElement element : code.elementList()) {
      if (element instanceof Instruction instruction) {
        targets(instruction).forEach(targets::add);
      }
    }
    Block block = add();
    boolean ended = false;
    for (CodeElement element : code.elementList()) {
      if (element instanceof LabelTarget target) {
        if (targets.contains(target.label()) && !block.instructions.isEmpty()) {
          block = add();
          ended = false;
        }
        labelled.put(target.label(), block);
      } else if (element instanceof Instruction instruction) {
        if (ended) {
          block = add();
        }
        block.instructions.add(instruction);
        ended = endsBlock(instruction);
      }
    }
  }

  private Block add() {
    Block block = new Block(all.size());
    all.add(block);
    return block;
  }

  private static boolean endsBlock(Instruction instruction) {
    return instruction instanceof BranchInstruction
        || instruction instanceof TableSwitchInstruction
        || instruction instanceof LookupSwitchInstruction
        || endsMethod(instruction);
  }

  private static boolean endsMethod(Instruction instruction) {
    return instruction instanceof ReturnInstruction || instruction instanceof ThrowInstruction;
  }

  private static Stream<Label> targets(Instruction instruction) {
    return switch (instruction) {
      case BranchInstruction branch -> Stream.of(branch.target());
      case TableSwitchInstruction table ->
          Stream.concat(
              Stream.of(table.defaultTarget()), table.cases().stream().map(SwitchCase::target));
      case LookupSwitchInstruction lookup ->
          Stream.concat(
              Stream.of(lookup.defaultTarget()), lookup.cases().stream().map(SwitchCase::target));
      default -> Stream.empty();
    };
  }

  private void connect() {
    for (Block block : all) {
      Instruction last = block.instructions.getLast();
      boolean conditional = last instanceof BranchInstruction branch && !isGoto(branch);
      targets(last)
          .distinct()
          .forEach(target -> link(block, labelled.get(target), conditional, true));
      boolean continues = conditional || !(endsBlock(last) || endsMethod(last));
      if (continues && block.number + 1 < all.size()) {
        link(block, all.get(block.number + 1), conditional, false);
      }
    }
  }

  private static boolean isGoto(BranchInstruction branch) {
    return branch.opcode() == Opcode.GOTO || branch.opcode() == Opcode.GOTO_W;
  }

  private static void link(Block from, Block to, boolean conditional, boolean jump) {
    to.into.add(new Edge(from, conditional, jump));
    from.next.add(to);
  }

  /** TornadoVM takes a loop for parallel whose variable is annotated and counts by one. */
  private void markParallel() {
    List<TypeAnnotation> annotations =
        code.findAttribute(Attributes.runtimeVisibleTypeAnnotations())
            .map(attribute -> attribute.annotations())
            .orElse(List.of());
    for (TypeAnnotation annotation : annotations) {
      if (annotation.annotation().className().equalsString(PARALLEL)
          && annotation.targetInfo() instanceof TypeAnnotation.LocalVarTarget target) {
        target.table().forEach(this::markParallel);
      }
    }
  }

  private void markParallel(TypeAnnotation.LocalVarTargetInfo variable) {
    int start = code.labelToBci(variable.startLabel());
    int end = code.labelToBci(variable.endLabel());
    int bci = 0;
    Block condition = null;
    boolean byOne = false;
    for (Block block : all) {
      for (Instruction instruction : block.instructions) {
        if (bci >= start && bci < end) {
          if (condition == null
              && block.isLoop()
              && instruction instanceof LoadInstruction load
              && load.slot() == variable.index()) {
            condition = block;
          }
          byOne |=
              instruction instanceof IncrementInstruction increment
                  && increment.slot() == variable.index()
                  && increment.constant() == 1;
        }
        bci += instruction.sizeInBytes();
      }
    }
    if (condition != null) {
      condition.parallel = byOne;
    }
  }
}
