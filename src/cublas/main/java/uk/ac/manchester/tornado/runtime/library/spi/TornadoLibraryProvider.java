package uk.ac.manchester.tornado.runtime.library.spi;

import uk.ac.manchester.tornado.runtime.common.TornadoXPUDevice;

/** What TornadoVM asks of a library; it finds providers as services. */
public interface TornadoLibraryProvider {

  /** By which tasks name the library. */
  String libraryName();

  boolean canHandle(TornadoXPUDevice device);

  LibraryContext createContext(TornadoXPUDevice device, long executionPlanId);

  /** Calls a function. */
  void dispatch(String functionName, LibraryInvocation invocation);

  void destroyContext(LibraryContext context);
}
