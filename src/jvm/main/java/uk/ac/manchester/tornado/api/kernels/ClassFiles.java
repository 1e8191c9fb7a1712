package uk.ac.manchester.tornado.api.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.util.Optional;

/** Class files, found where their classes were. */
final class ClassFiles {

  private static final ClassValue<Optional<ClassModel>> MODELS =
      new ClassValue<>() {
        @Override
        protected Optional<ClassModel> computeValue(Class<?> type) {
          return parse(type);
        }
      };

  private ClassFiles() {}

  /** Empty if there is no file: of a hidden class, or of one that a program made. */
  static Optional<ClassModel> of(Class<?> type) {
    return MODELS.get(type);
  }

  private static Optional<ClassModel> parse(Class<?> type) {
    String name = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream file = type.getResourceAsStream(name)) {
      return file == null
          ? Optional.empty()
          : Optional.of(ClassFile.of().parse(file.readAllBytes()));
    } catch (IOException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** Empty unless the class itself declares the method. */
  static Optional<MethodModel> method(Class<?> owner, String name, String descriptor) {
    return of(owner).stream()
        .flatMap(file -> file.methods().stream())
        .filter(
            method ->
                method.methodName().equalsString(name)
                    && method.methodType().equalsString(descriptor))
        .findFirst();
  }

  /** The class that another one calls so, without starting it; empty if it cannot be loaded. */
  static Optional<Class<?>> named(String internalName, Class<?> by) {
    try {
      return Optional.of(Class.forName(internalName.replace('/', '.'), false, by.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError absent) {
      return Optional.empty();
    }
  }
}
