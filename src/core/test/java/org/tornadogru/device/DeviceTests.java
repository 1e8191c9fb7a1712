package org.tornadogru.device;

import java.util.stream.Stream;
import org.tornadogru.nn.InvalidInputException;

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
    return Device.fastest().isPlainJvm();
  }

  /** This process' default device, with each set of kernels that runs on it. */
  public static Stream<Device> withEveryKernelSet() {
    return Stream.of(KernelChoice.values()).flatMap(DeviceTests::with).distinct();
  }

  /**
   * What a set has in common with another is tested with that one in a quick run, and always where
   * it rounds more than the tests allow.
   */
  public static boolean leavesOut(KernelChoice choice) {
    return choice == KernelChoice.CUBLAS_TF32
        || choice == KernelChoice.CUBLAS_BF16
        || (areQuick() && choice == KernelChoice.CUBLAS);
  }

  private static Stream<Device> with(KernelChoice choice) {
    if (leavesOut(choice)) {
      return Stream.empty();
    }
    try {
      return Stream.of(Device.fastest().withKernels(choice));
    } catch (InvalidInputException doesNotRunThere) {
      return Stream.empty();
    }
  }

  /** Whether as few as will do are to be run. */
  public static boolean areQuick() {
    return !runAll() && QUICK.equals(System.getProperty(PROPERTY));
  }
}
