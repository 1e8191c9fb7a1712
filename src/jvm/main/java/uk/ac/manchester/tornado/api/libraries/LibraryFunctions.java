package uk.ac.manchester.tornado.api.libraries;

import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import uk.ac.manchester.tornado.api.common.LibraryTaskDescriptor;

/** The functions of NVIDIA's libraries that this runtime has, by TornadoVM's names for them. */
public final class LibraryFunctions {

  private static final Map<String, Map<String, Consumer<Object[]>>> ALL =
      Map.of(
          "nvidia/cublas", Blas.FUNCTIONS,
          "nvidia/cudnn", Dnn.FUNCTIONS,
          "nvidia/cufft", Fft.FUNCTIONS,
          "nvidia/cusparse", Sparse.FUNCTIONS);

  private LibraryFunctions() {}

  /**
   * The function that a call means; it gets the call's parameters. One that is not here can be part
   * of a graph, as on a device without the library, and throws {@link
   * UnsupportedOperationException} when it is to run.
   */
  public static Consumer<Object[]> of(LibraryTaskDescriptor call) {
    Consumer<Object[]> function =
        ALL.getOrDefault(call.getLibraryName(), Map.of()).get(call.getFunctionName());
    return function != null ? function : arguments -> refuse(call);
  }

  private static void refuse(LibraryTaskDescriptor call) {
    throw new UnsupportedOperationException(
        "the plain-JVM runtime has no %s of %s; it has %s"
            .formatted(call.getFunctionName(), call.getLibraryName(), names()));
  }

  private static String names() {
    return ALL.values().stream()
        .flatMap(functions -> functions.keySet().stream())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
