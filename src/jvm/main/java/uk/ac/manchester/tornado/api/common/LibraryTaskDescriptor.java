package uk.ac.manchester.tornado.api.common;

/**
 * A call of a function of a library, as a task: which function, with what, and what it does with
 * its arguments. TornadoVM's modules for the libraries, such as {@code tornado-cublas}, make them.
 */
@SuppressWarnings("CheckReturnValue") // each method returns the same descriptor
public class LibraryTaskDescriptor {

  private String library;
  private String function;
  private Object[] parameters;
  private Access[] access;
  private Object tuning;

  public LibraryTaskDescriptor() {}

  public LibraryTaskDescriptor withLibrary(String libraryName) {
    library = libraryName;
    return this;
  }

  public LibraryTaskDescriptor withFunction(String functionName) {
    function = functionName;
    return this;
  }

  /** The function's arguments, in its order. */
  public LibraryTaskDescriptor withParameters(Object[] parameters) {
    this.parameters = parameters;
    return this;
  }

  /** What the function does with each of them. */
  public LibraryTaskDescriptor withAccess(Access[] access) {
    this.access = access;
    return this;
  }

  /** What a library may do otherwise, but with the same result; here nobody asks. */
  public LibraryTaskDescriptor withTuning(Object tuning) {
    this.tuning = tuning;
    return this;
  }

  public String getLibraryName() {
    return library;
  }

  public String getFunctionName() {
    return function;
  }

  public Object[] getParameters() {
    return parameters;
  }

  public Access[] getAccess() {
    return access;
  }

  public Object getTuning() {
    return tuning;
  }
}
