package org.tornadogru.device;

import java.util.List;
import java.util.Objects;
import org.tornadogru.nn.InvalidInputException;

/**
 * A device that models run on, and the kernels that they run with there.
 *
 * <pre>{@code
 * Device device = Device.fastest();
 * Device exact = Device.of("0:1").withKernels(KernelChoice.ANNOTATED);
 * }</pre>
 *
 * @param driver index of its backend among TornadoVM's
 * @param index its index in that backend
 * @param backend what TornadoVM reaches it through
 * @param type of the hardware
 * @param platform whose driver it is
 * @param name what its driver calls it
 * @param computeUnits cores of a CPU, multiprocessors of a GPU
 * @param memory bytes
 * @param localMemory bytes that a work-group shares; negative where its driver does not say
 * @param kernels never {@link KernelChoice#AUTO}
 */
public record Device(
    int driver,
    int index,
    Backend backend,
    Type type,
    String platform,
    String name,
    int computeUnits,
    long memory,
    long localMemory,
    KernelChoice kernels) {

  /** The id of the plain JVM. */
  public static final String PLAIN_JVM = "jvm";

  /** TornadoVM's backends. */
  public enum Backend {
    OPENCL,
    CUDA,
    PTX,
    SPIRV,
    METAL,
    /** The plain JVM, where the host is the device. */
    JAVA,
    /** Compiles for a described device, and computes nothing. */
    VIRTUAL
  }

  /** Kinds of hardware. */
  public enum Type {
    CPU,
    GPU,
    FPGA,
    /** What OpenCL calls an accelerator is most often an FPGA. */
    ACCELERATOR,
    OTHER
  }

  /** A device with the kernels that are chosen for it. */
  public Device {
    Objects.requireNonNull(type, "type");
    kernels =
        Objects.requireNonNull(kernels, "kernels").on(backend, type, id(driver, index, backend));
  }

  /** All devices of this process, by backend, each with the kernels that are fastest on it. */
  public static List<Device> all() {
    return DeviceCatalogue.all();
  }

  /**
   * The fastest device that there is, as far as its kind and its backend tell.
   *
   * @throws InvalidInputException if there is none
   */
  public static Device fastest() {
    return DeviceCatalogue.fastest(all());
  }

  /**
   * The device of an id.
   *
   * @param id {@code backend:index}, or {@value #PLAIN_JVM}
   * @throws InvalidInputException if there is no such device, with those there are
   */
  public static Device of(String id) {
    return DeviceCatalogue.find(id);
  }

  /**
   * The same device with other kernels.
   *
   * @throws InvalidInputException if they do not run there
   */
  public Device withKernels(KernelChoice choice) {
    return new Device(
        driver, index, backend, type, platform, name, computeUnits, memory, localMemory, choice);
  }

  /** What {@link #of} takes: {@code backend:index}, or {@value #PLAIN_JVM}. */
  public String id() {
    return id(driver, index, backend);
  }

  private static String id(int driver, int index, Backend backend) {
    return backend == Backend.JAVA ? PLAIN_JVM : driver + ":" + index;
  }

  /** Whether this is the plain-JVM runtime, where the host is the device. */
  public boolean isPlainJvm() {
    return backend == Backend.JAVA;
  }

  /** One line for people. */
  public String description() {
    return isPlainJvm()
        ? "plain JVM, %s %s".formatted(System.getProperty("java.vm.name"), Runtime.version())
        : "%s, %s, %s".formatted(backend, type, name);
  }
}
