import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Says which of TornadoVM's backends would start here: their libraries load, and the driver has
 * something to offer. One that does not would end the JVM of all. The arguments are a backend's
 * name and its library, by turns; each backend gets one line, {@code opencl: yes}, or what is
 * missing.
 */
final class BackendProbe {

  private BackendProbe() {}

  public static void main(String[] arguments) {
    for (int i = 0; i < arguments.length; i += 2) {
      String backend = arguments[i];
      System.out.println(backend + ": asking"); // a driver may end the process
      System.out.println(backend + ": " + answer(backend, arguments[i + 1]));
    }
  }

  private static String answer(String backend, String library) {
    try {
      System.load(library);
      return backend.equals("opencl") ? openCl() : cuda();
    } catch (UnsatisfiedLinkError e) {
      return e.getMessage().replace(library + ": ", "");
    } catch (Throwable e) {
      return e.toString();
    }
  }

  private static String openCl() throws Throwable {
    // cl_int clGetPlatformIDs(cl_uint places, cl_platform_id *platforms, cl_uint *count)
    MethodHandle platforms =
        function(
            "clGetPlatformIDs", ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      int error = (int) platforms.invokeExact(0, MemorySegment.NULL, count);
      boolean some = error == 0 && count.get(ValueLayout.JAVA_INT, 0) > 0;
      return some
          ? "yes"
          : "the OpenCL loader finds no driver (clGetPlatformIDs: %d)".formatted(error);
    }
  }

  private static String cuda() throws Throwable {
    // CUresult cuInit(unsigned flags), cuDeviceGetCount(int *count)
    int error = (int) function("cuInit", ValueLayout.JAVA_INT).invokeExact(0);
    if (error != 0) {
      return "the driver refuses to start (cuInit: %d)".formatted(error);
    }
    MethodHandle devices = function("cuDeviceGetCount", ValueLayout.ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      error = (int) devices.invokeExact(count);
      boolean some = error == 0 && count.get(ValueLayout.JAVA_INT, 0) > 0;
      return some ? "yes" : "the driver has no device (cuDeviceGetCount: %d)".formatted(error);
    }
  }

  private static MethodHandle function(String name, MemoryLayout... parameters) {
    MemorySegment address = SymbolLookup.loaderLookup().find(name).orElseThrow();
    return Linker.nativeLinker()
        .downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, parameters));
  }
}
