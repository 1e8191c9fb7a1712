package org.tornadogru.device;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;

/**
 * How many cases a test runs with. The plain JVM runs all. A device compiles every kernel anew for
 * each case, which takes seconds: it gets some of them, and few where the property {@value
 * #PROPERTY} is {@value #QUICK}: still every plan, every kernel of every set, and a case of each
 * test.
 */
public final class DeviceTests {

  public static final String PROPERTY = "device.tests";
  public static final String QUICK = "quick";

  private DeviceTests() {}

  /** Whether all cases are to be run. */
  public static boolean runAll() {
    return DeviceCatalogue.defaultTarget().isPlainJvm();
  }

  /** Whether as few as will do are to be run. */
  public static boolean areQuick() {
    return !runAll() && QUICK.equals(System.getProperty(PROPERTY));
  }

  /** Skips a test of vectors of 8 and 16 where TornadoVM cannot compile them. */
  public static void assumeWideVectors() {
    TornadoVMBackendType backend = DeviceCatalogue.defaultTarget().backendType();
    assumeTrue(
        backend != TornadoVMBackendType.CUDA && backend != TornadoVMBackendType.PTX,
        () -> "TornadoVM's %s backend cannot compile vectors of 8 and 16".formatted(backend));
  }

  /** Skips a test of TornadoVM's own counters of bytes where they do not count. */
  public static void assumeCountersOfBytes() {
    assumeTrue(
        DeviceCatalogue.defaultTarget().backendType() != TornadoVMBackendType.CUDA,
        "TornadoVM's CUDA backend counts 0 bytes from the device");
  }
}
