package org.tornadogru.device;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;

/** Loads this project's classes as if no runtime of TornadoVM were there, not even ours. */
public final class WithoutTornado extends ClassLoader {

  private static final String OURS = "org.tornadogru.";
  private static final String RUNTIME = "uk.ac.manchester.";

  /**
   * Calls a static method without parameters.
   *
   * @throws ReflectiveOperationException if it, or what it calls, needs a class of the runtime
   */
  public static void call(Class<?> type, String method) throws ReflectiveOperationException {
    Class<?> own = Class.forName(type.getName(), true, new WithoutTornado());
    Method called = own.getMethod(method);
    called.setAccessible(true);
    called.invoke(null);
  }

  private WithoutTornado() {
    super(WithoutTornado.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (name.startsWith(RUNTIME)) {
      throw new ClassNotFoundException(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      return name.startsWith(OURS) ? define(name) : super.loadClass(name, resolve);
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
