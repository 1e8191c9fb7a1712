package org.tornadogru.graph;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoFunctions;

/**
 * Kernels under names that say what they were compiled from.
 *
 * <p>TornadoVM finds the bitstream of an FPGA by the name of the Java method, whatever its class,
 * and never compares it with the code that it wants, into which it has compiled all scalars. So a
 * task gets a copy of its kernel: the kernel's class once more, by a class loader of its own, with
 * the method renamed to {@code method_digest}, over the code and the scalars. Tasks that differ in
 * either do not meet, those that differ in neither share a bitstream, and none can be out of date.
 *
 * <p>TornadoVM reads annotations of the original class, which has no method of that name: no loop
 * of a copy is parallel. It compiles parallel loops wrongly for an FPGA, and a sequential one is
 * what an FPGA pipelines.
 */
final class NamedKernels {

  private static final int DIGITS = 12;

  /** A method that copies get, which gives the right to refer to their methods. */
  private static final String LOOKUP = "lookup";

  /** From a reference to the method that it is of. */
  private final Function<Object, Method> methods;

  NamedKernels(Function<Object, Method> methods) {
    this.methods = methods;
  }

  /** As TornadoVM, whose runtime this process must have, finds methods itself. */
  static NamedKernels ofTornadoVm() {
    return new NamedKernels(
        reference -> {
          try {
            return (Method)
                Class.forName("uk.ac.manchester.tornado.runtime.analyzer.TaskUtils")
                    .getMethod("resolveMethodHandle", Object.class)
                    .invoke(null, reference);
          } catch (ReflectiveOperationException unlike) {
            throw new IllegalStateException("this TornadoVM does not find methods", unlike);
          }
        });
  }

  /** The method of a task. */
  Method of(TaskPackage task) {
    return methods.apply(task.getTaskParameters()[0]);
  }

  /** The same task, its kernel renamed. */
  TaskPackage named(TaskPackage task) {
    Object[] parameters = task.getTaskParameters().clone();
    Method kernel = of(task);
    String name = name(kernel, parameters);
    try {
      Class<?> function =
          Class.forName(TornadoFunctions.class.getName() + "$Task" + (parameters.length - 1));
      parameters[0] = reference(renamed(kernel, name), name, kernel, function);
      return task(task.getId(), function, parameters);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("no copy of " + kernel, impossible);
    }
  }

  private static TaskPackage task(String id, Class<?> function, Object[] parameters)
      throws ReflectiveOperationException {
    Constructor<?> constructor =
        Stream.of(TaskPackage.class.getConstructors())
            .filter(each -> each.getParameterCount() == parameters.length + 1)
            .filter(each -> each.getParameterTypes()[1] == function)
            .findFirst()
            .orElseThrow();
    Object[] arguments = new Object[parameters.length + 1];
    arguments[0] = id;
    System.arraycopy(parameters, 0, arguments, 1, parameters.length);
    return (TaskPackage) constructor.newInstance(arguments);
  }

  /** What {@code Copy::name} is in Java: TornadoVM wants no other implementation. */
  private static Object reference(Class<?> copy, String name, Method kernel, Class<?> function)
      throws ReflectiveOperationException {
    Method inside = copy.getDeclaredMethod(LOOKUP);
    inside.setAccessible(true);
    MethodHandles.Lookup lookup = (MethodHandles.Lookup) inside.invoke(null);
    MethodType type = MethodType.methodType(void.class, kernel.getParameterTypes());
    MethodHandle method = lookup.findStatic(copy, name, type);
    try {
      return LambdaMetafactory.metafactory(
              lookup,
              "apply",
              MethodType.methodType(function),
              type.generic().changeReturnType(void.class),
              method,
              type.wrap().changeReturnType(void.class))
          .getTarget()
          .invoke();
    } catch (Throwable impossible) {
      throw new ReflectiveOperationException(impossible);
    }
  }

  private static Class<?> renamed(Method kernel, String name) throws ClassNotFoundException {
    Class<?> owner = kernel.getDeclaringClass();
    MethodType type = MethodType.methodType(kernel.getReturnType(), kernel.getParameterTypes());
    ClassTransform renaming =
        (builder, element) -> {
          if (element instanceof MethodModel method
              && method.methodName().equalsString(kernel.getName())
              && method.methodType().equalsString(type.descriptorString())) {
            builder.withMethod(
                name,
                method.methodTypeSymbol(),
                method.flags().flagsMask(),
                copy -> method.forEach(copy::with));
          } else {
            builder.with(element);
          }
        };
    return new Copies(owner, renaming.andThen(ClassTransform.endHandler(NamedKernels::addLookup)))
        .loadClass(owner.getName());
  }

  private static void addLookup(ClassBuilder builder) {
    MethodTypeDesc type =
        MethodTypeDesc.of(MethodHandles.Lookup.class.describeConstable().orElseThrow());
    builder.withMethodBody(
        LOOKUP,
        type,
        ClassFile.ACC_STATIC,
        code ->
            code.invokestatic(MethodHandles.class.describeConstable().orElseThrow(), "lookup", type)
                .areturn());
  }

  /** A class changed, and those of its package as they are, for what they share among them. */
  private static final class Copies extends ClassLoader {

    private final Class<?> owner;
    private final ClassTransform change;

    Copies(Class<?> owner, ClassTransform change) {
      super(owner.getClassLoader());
      this.owner = owner;
      this.change = change;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      int end = name.lastIndexOf('.');
      if (end < 0 || !name.substring(0, end).equals(owner.getPackageName())) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
      }
    }

    private Class<?> define(String name) {
      byte[] bytes = classFile(owner, name.replace('.', '/'));
      if (name.equals(owner.getName())) {
        ClassFile format = ClassFile.of();
        bytes = format.transformClass(format.parse(bytes), change);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private static byte[] classFile(Class<?> owner, String name) {
    try (InputStream file = owner.getClassLoader().getResourceAsStream(name + ".class")) {
      return file.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String name(Method kernel, Object[] parameters) {
    MessageDigest digest = sha256();
    digest.update(kernel.toString().getBytes(UTF_8));
    for (int i = 1; i < parameters.length; i++) {
      boolean scalar = kernel.getParameterTypes()[i - 1].isPrimitive();
      digest.update((scalar ? "," + parameters[i] : ",").getBytes(UTF_8));
    }
    Class<?> owner = kernel.getDeclaringClass();
    SortedMap<String, byte[]> code = new TreeMap<>();
    addCode(owner, owner.getName().replace('.', '/'), code);
    code.values().forEach(digest::update);
    return kernel.getName() + "_" + HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
  }

  /** Adds a class and those of this library that it calls, without their line numbers. */
  private static void addCode(Class<?> owner, String name, SortedMap<String, byte[]> code) {
    ClassFile format =
        ClassFile.of(
            ClassFile.DebugElementsOption.DROP_DEBUG,
            ClassFile.LineNumbersOption.DROP_LINE_NUMBERS,
            ClassFile.ConstantPoolSharingOption.NEW_POOL);
    ClassModel model = format.parse(classFile(owner, name));
    code.put(name, format.transformClass(model, ClassTransform.ACCEPT_ALL));
    for (PoolEntry entry : model.constantPool()) {
      if (entry instanceof MemberRefEntry member
          && member.owner().asInternalName().startsWith("org/tornadogru/")
          && !code.containsKey(member.owner().asInternalName())) {
        addCode(owner, member.owner().asInternalName(), code);
      }
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new AssertionError(impossible);
    }
  }
}
