package uk.ac.manchester.tornado.runtime.library.spi;

import java.util.List;

/** A call of a library's function whose arrays are on the device. */
public final class LibraryInvocation {

  private final List<Object> arguments;
  private final long[] pointers;
  private final LibraryContext context;

  LibraryInvocation(List<Object> arguments, long[] pointers, LibraryContext context) {
    this.arguments = arguments;
    this.pointers = pointers;
    this.context = context;
  }

  /** A number that the call has, or the array of the host. */
  public Object getArg(int index) {
    return arguments.get(index);
  }

  /** Where the first element of an array is on the device. */
  public long getDevicePointer(int index) {
    return pointers[index];
  }

  /** What the provider has made for the plan. */
  public LibraryContext getContext() {
    return context;
  }
}
