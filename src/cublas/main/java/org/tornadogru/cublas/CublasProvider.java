package org.tornadogru.cublas;

import org.tornadogru.kernels.library.Multiplication;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.runtime.common.TornadoXPUDevice;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryContext;
import uk.ac.manchester.tornado.runtime.library.spi.LibraryInvocation;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoLibraryProvider;
import uk.ac.manchester.tornado.runtime.library.spi.TornadoNativeStreamSupport;

/** Lets tasks that are a {@link Multiplication} run in cuBLAS, on TornadoVM's CUDA backend. */
public final class CublasProvider implements TornadoLibraryProvider {

  private record Opened(Cublas library) implements LibraryContext {}

  /** For TornadoVM. */
  public CublasProvider() {}

  @Override
  public String libraryName() {
    return Multiplication.LIBRARY;
  }

  @Override
  public boolean canHandle(TornadoXPUDevice device) {
    return device instanceof TornadoNativeStreamSupport;
  }

  @Override
  public LibraryContext createContext(TornadoXPUDevice device, long executionPlanId) {
    long stream = ((TornadoNativeStreamSupport) device).getNativeStream(executionPlanId);
    return new Opened(new Cublas(stream));
  }

  /** The arguments are those of {@code Multiplication.multiply}. */
  @Override
  public void dispatch(String functionName, LibraryInvocation call) {
    if (!functionName.equals(Multiplication.FUNCTION)) {
      throw new TornadoRuntimeException(libraryName() + " has no " + functionName);
    }
    ((Opened) call.getContext())
        .library()
        .multiply(
            operand(call, 0, 3),
            integer(call, 6) == 1,
            operand(call, 1, 7),
            operand(call, 2, 10),
            integer(call, 13) == 1,
            integer(call, 14),
            integer(call, 15),
            integer(call, 16),
            integer(call, 17),
            integer(call, 18));
  }

  private static Cublas.Operand operand(LibraryInvocation call, int array, int at) {
    return new Cublas.Operand(
        call.getDevicePointer(array) + (long) integer(call, at) * Float.BYTES,
        integer(call, at + 1),
        integer(call, at + 2));
  }

  private static int integer(LibraryInvocation call, int index) {
    return (int) call.getArg(index);
  }

  @Override
  public void destroyContext(LibraryContext context) {
    ((Opened) context).library().close();
  }
}
