package org.tornadogru.device;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Optional;
import org.tornadogru.nn.InvalidInputException;

/** NVIDIA's cuBLAS, if this machine has it. */
public final class NvidiaLibrary {

  /** As Linux and Windows know it, the newest first. */
  private static final List<String> CUBLAS =
      List.of("libcublas.so.13", "libcublas.so.12", "cublas64_13.dll", "cublas64_12.dll");

  /** Its function whose products have operands of fewer bits. */
  public static final String EXTENDED_PRODUCT = "cublasGemmStridedBatchedEx";

  /** What lets TornadoVM call it; an artifact of its own. */
  private static final String PROVIDER = "org.tornadogru.cublas.CublasProvider";

  private NvidiaLibrary() {}

  /** Its functions, for as long as this process lives. */
  @SuppressWarnings("restricted") // as TornadoVM's own libraries are
  public static Optional<SymbolLookup> cublas() {
    for (String name : CUBLAS) {
      try {
        return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
      } catch (IllegalArgumentException notThere) {
        // another version
      }
    }
    return Optional.empty();
  }

  static void requireCublas() {
    if (!hasProvider()) {
      throw new InvalidInputException(
          "kernels cublas need org.tornadogru:tornado-gru-cublas on the class path: add it, or choose workgroup");
    }
    if (cublas().isEmpty()) {
      throw new InvalidInputException(
          "kernels cublas need NVIDIA's cuBLAS, and neither %s nor %s is on the library path: add its folder to LD_LIBRARY_PATH, or choose workgroup"
              .formatted(CUBLAS.get(0), CUBLAS.get(1)));
    }
  }

  static void requireExtendedProduct() {
    requireCublas();
    if (!hasExtendedProduct()) {
      throw new InvalidInputException(
          "kernels cublas-bf16 need a cuBLAS with %s, which the one on the library path has not: add another's folder to LD_LIBRARY_PATH, or choose cublas or cublas-tf32"
              .formatted(EXTENDED_PRODUCT));
    }
  }

  /** Whether there is a library with {@link #EXTENDED_PRODUCT}. */
  public static boolean hasExtendedProduct() {
    return cublas().flatMap(library -> library.find(EXTENDED_PRODUCT)).isPresent();
  }

  private static boolean hasProvider() {
    try {
      Class.forName(PROVIDER, false, NvidiaLibrary.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError notThere) {
      return false;
    }
  }
}
