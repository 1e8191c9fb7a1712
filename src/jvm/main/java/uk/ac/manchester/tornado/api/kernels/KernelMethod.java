package uk.ac.manchester.tornado.api.kernels;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.LocalVariableInfo;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The method that a task runs.
 *
 * <p>A lambda or a method reference is an object of a hidden class, which does not say what it
 * calls. The class that made it does: its {@code invokedynamic} instructions name the methods that
 * can be meant. Where several have the same parameters, a call without arrays tells them apart: it
 * fails in the method itself.
 *
 * @param owner declares it
 * @param receiver whether its first parameter is the object that it is a method of
 * @param parameters types of all its parameters, the receiver's and captured ones first
 */
record KernelMethod(
    Class<?> owner, MethodModel model, boolean receiver, List<ClassDesc> parameters) {

  private static final String LAMBDA = "$$Lambda";
  private static final String APPLY = "apply";
  private static final String REDUCE = "Luk/ac/manchester/tornado/api/annotations/Reduce;";

  static KernelMethod of(Class<?> owner, MethodModel model) {
    boolean receiver = !model.flags().has(AccessFlag.STATIC);
    Stream<ClassDesc> own = model.methodTypeSymbol().parameterList().stream();
    return new KernelMethod(
        owner,
        model,
        receiver,
        (receiver ? Stream.concat(Stream.of(owner.describeConstable().orElseThrow()), own) : own)
            .toList());
  }

  /**
   * Finds the method.
   *
   * @param code what the program passed as a task's code
   * @param arguments of the task
   * @param probe calls the code without its arrays and says where that failed
   */
  static Optional<KernelMethod> find(
      Object code, Object[] arguments, Supplier<Optional<StackTraceElement>> probe) {
    Class<?> type = code.getClass();
    int end = type.getName().indexOf(LAMBDA);
    if (end < 0) {
      return ownMethod(type, arguments);
    }
    List<KernelMethod> candidates =
        ClassFiles.named(type.getName().substring(0, end), type).stream()
            .flatMap(host -> candidates(host, type))
            .filter(candidate -> candidate.takes(arguments))
            .distinct()
            .toList();
    return candidates.size() == 1
        ? Optional.of(candidates.getFirst())
        : probe.get().flatMap(frame -> at(frame, type, candidates, arguments));
  }

  /** Of a class that the program wrote: its own. */
  private static Optional<KernelMethod> ownMethod(Class<?> type, Object[] arguments) {
    return ClassFiles.of(type).stream()
        .flatMap(file -> file.methods().stream())
        .filter(method -> method.methodName().equalsString(APPLY))
        .filter(method -> !method.flags().has(AccessFlag.BRIDGE))
        .map(method -> of(type, method))
        .filter(method -> method.takes(arguments))
        .findFirst();
  }

  private static Stream<KernelMethod> candidates(Class<?> host, Class<?> lambda) {
    List<ClassDesc> captured =
        Arrays.stream(lambda.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .map(Field::getType)
            .map(field -> field.describeConstable().orElseThrow())
            .toList();
    String function = lambda.getInterfaces()[0].descriptorString();
    return ClassFiles.of(host).stream()
        .flatMap(file -> file.methods().stream())
        .flatMap(method -> method.code().stream())
        .flatMap(CodeModel::elementStream)
        .filter(InvokeDynamicInstruction.class::isInstance)
        .map(InvokeDynamicInstruction.class::cast)
        .filter(site -> site.name().equalsString(APPLY))
        .filter(site -> site.typeSymbol().returnType().descriptorString().equals(function))
        .filter(site -> site.typeSymbol().parameterList().equals(captured))
        .filter(site -> site.bootstrapArgs().size() > 1)
        .flatMap(
            site ->
                site.bootstrapArgs().get(1) instanceof DirectMethodHandleDesc implementation
                    ? implementation(implementation, host).stream()
                    : Stream.empty());
  }

  private static Optional<KernelMethod> implementation(
      DirectMethodHandleDesc handle, Class<?> host) {
    String owner = handle.owner().descriptorString();
    MethodTypeDesc type = MethodTypeDesc.ofDescriptor(handle.lookupDescriptor());
    return ClassFiles.named(owner.substring(1, owner.length() - 1), host)
        .flatMap(
            declaring ->
                ClassFiles.method(declaring, handle.methodName(), type.descriptorString())
                    .map(model -> of(declaring, model)));
  }

  /** The method that a stack frame is of. */
  private static Optional<KernelMethod> at(
      StackTraceElement frame, Class<?> type, List<KernelMethod> candidates, Object[] arguments) {
    Stream<KernelMethod> all =
        candidates.isEmpty()
            ? ClassFiles.named(frame.getClassName(), type).stream()
                .flatMap(
                    owner ->
                        ClassFiles.of(owner).stream()
                            .flatMap(file -> file.methods().stream())
                            .map(method -> of(owner, method)))
                .filter(method -> method.takes(arguments))
            : candidates.stream()
                .filter(each -> each.owner().getName().equals(frame.getClassName()));
    List<KernelMethod> named =
        all.filter(each -> each.model().methodName().equalsString(frame.getMethodName())).toList();
    return named.size() == 1
        ? Optional.of(named.getFirst())
        : named.stream().filter(each -> each.hasLine(frame.getLineNumber())).findFirst();
  }

  private boolean hasLine(int number) {
    return model.code().stream()
        .flatMap(CodeModel::elementStream)
        .anyMatch(element -> element instanceof LineNumber line && line.line() == number);
  }

  /** Whether these can be its last arguments. */
  private boolean takes(Object[] arguments) {
    int first = parameters.size() - arguments.length;
    if (first < 0) {
      return false;
    }
    for (int i = 0; i < arguments.length; i++) {
      if (!takes(parameters.get(first + i), arguments[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean takes(ClassDesc parameter, Object argument) {
    try {
      Class<?> type =
          MethodType.fromMethodDescriptorString(
                  "(" + parameter.descriptorString() + ")V", owner.getClassLoader())
              .wrap()
              .parameterType(0);
      return type.isInstance(argument);
    } catch (TypeNotPresentException absent) {
      return false;
    }
  }

  /** The calls among its instructions. */
  Stream<InvokeInstruction> calls() {
    return elements().stream()
        .filter(InvokeInstruction.class::isInstance)
        .map(InvokeInstruction.class::cast);
  }

  /** The method that one of its calls means; empty if it has no code, or depends on an object. */
  Optional<KernelMethod> callee(InvokeInstruction call) {
    return call.opcode() == Opcode.INVOKEINTERFACE || Calls.isKnown(call.owner().asInternalName())
        ? Optional.empty()
        : called(call).filter(callee -> callee.model().code().isPresent());
  }

  boolean isNative(InvokeInstruction call) {
    return called(call).filter(callee -> callee.model().flags().has(AccessFlag.NATIVE)).isPresent();
  }

  private Optional<KernelMethod> called(InvokeInstruction call) {
    return ClassFiles.named(call.owner().asInternalName(), owner)
        .flatMap(
            type ->
                ClassFiles.method(type, call.name().stringValue(), call.type().stringValue())
                    .map(callee -> of(type, callee)));
  }

  /** As a program would write it. */
  String name() {
    return owner.getSimpleName() + "." + model.methodName().stringValue();
  }

  /**
   * Calls it with all its parameters, the receiver's and captured ones first.
   *
   * @throws IllegalAccessException if its class is not open to this runtime
   */
  MethodHandle handle() throws IllegalAccessException {
    KernelMethod.class.getModule().addReads(owner.getModule());
    MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
    String name = model.methodName().stringValue();
    MethodType type =
        MethodType.fromMethodDescriptorString(
            model.methodType().stringValue(), owner.getClassLoader());
    try {
      return receiver
          ? lookup.findVirtual(owner, name, type)
          : lookup.findStatic(owner, name, type);
    } catch (NoSuchMethodException impossible) {
      throw new LinkageError("a class without its own method", impossible);
    }
  }

  /** Whether a parameter is annotated as one into which a loop's iterations reduce. */
  boolean isReduction() {
    return model.findAttribute(Attributes.runtimeVisibleParameterAnnotations()).stream()
        .flatMap(attribute -> attribute.parameterAnnotations().stream())
        .flatMap(List::stream)
        .anyMatch(annotation -> annotation.className().equalsString(REDUCE));
  }

  /** The name of a parameter in the program's text, if the class file has it. */
  Optional<String> parameterName(int index) {
    int slot = 0;
    for (ClassDesc before : parameters.subList(0, index)) {
      slot += Value.slots(before);
    }
    int parameter = slot;
    return model.findAttribute(Attributes.code()).stream()
        .flatMap(code -> code.findAttribute(Attributes.localVariableTable()).stream())
        .flatMap(table -> table.localVariables().stream())
        .filter(variable -> variable.slot() == parameter && variable.startPc() == 0)
        .map(LocalVariableInfo::name)
        .map(Object::toString)
        .findFirst();
  }

  /** Its instructions and what the compiler says of them; empty if it is native or abstract. */
  List<CodeElement> elements() {
    return model.code().map(CodeModel::elementList).orElse(List.of());
  }
}
