package org.tornadogru.jvm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/** What TornadoVM's backends leave out, where the same tests run on a device. */
final class DefaultBackend {

  private DefaultBackend() {}

  /** Skips a test of vectors of 8 and 16 where TornadoVM cannot compile them. */
  static void assumeWideVectors() {
    TornadoVMBackendType backend = type();
    assumeTrue(
        backend != TornadoVMBackendType.CUDA && backend != TornadoVMBackendType.PTX,
        () -> "TornadoVM's %s backend cannot compile vectors of 8 and 16".formatted(backend));
  }

  /** Skips a test of TornadoVM's own counters of bytes where they do not count. */
  static void assumeCountersOfBytes() {
    assumeTrue(
        type() != TornadoVMBackendType.CUDA,
        "TornadoVM's CUDA backend counts 0 bytes from the device");
  }

  /** Skips a test of times that TornadoVM's backends for NVIDIA's drivers do not measure. */
  static void assumeTimesOfDispatch() {
    TornadoVMBackendType backend = type();
    assumeTrue(
        backend != TornadoVMBackendType.CUDA && backend != TornadoVMBackendType.PTX,
        () -> "TornadoVM's %s backend does not measure what dispatching takes".formatted(backend));
  }

  private static TornadoVMBackendType type() {
    return TornadoRuntimeProvider.getTornadoRuntime()
        .getBackend(0)
        .getDevice(0)
        .getTornadoVMBackend();
  }
}
