package org.tornadogru.graph;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.tornadogru.device.Device;
import org.tornadogru.device.KernelChoice;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.library.LibraryKernels;
import org.tornadogru.kernels.simd.SimdKernels;
import org.tornadogru.kernels.wide.WideKernels;
import org.tornadogru.kernels.workgroup.WorkgroupKernels;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.WeightPrecision;
import uk.ac.manchester.tornado.api.common.TaskPackage;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.runtime.TornadoRuntimeProvider;

/**
 * Where graphs run, and with which kernels.
 *
 * @param device whose choice of kernels may have been overridden
 * @param kernels twins that run there
 * @param naming what becomes of a task before it is part of a graph
 */
public record Placement(Device device, KernelSet kernels, UnaryOperator<TaskPackage> naming) {

  private static final System.Logger LOG = System.getLogger("org.tornadogru");
  private static final AtomicBoolean SLOWNESS_SAID = new AtomicBoolean();

  /** A device, with other kernels; an FPGA finds kernels by their names. */
  public Placement(Device device, KernelSet kernels) {
    this(
        device,
        kernels,
        device.isFpga() ? NamedKernels.ofTornadoVm()::named : UnaryOperator.identity());
  }

  /** A device, with the kernels that it was given. */
  public static Placement on(Device device) {
    if (Objects.requireNonNull(device, "device").isPlainJvm()
        && device.kernels() == KernelChoice.ANNOTATED
        && !KernelChoice.hasVectorModule()
        && !SLOWNESS_SAID.getAndSet(true)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the plain JVM runs kernels annotated, many times slower than simd: start java with --add-modules {0}",
          KernelChoice.VECTOR_MODULE);
    }
    return new Placement(
        device,
        switch (device.kernels()) {
          case WIDE -> WideKernels.WIDE;
          case WORKGROUP -> WorkgroupKernels.WORKGROUP;
          case CUBLAS -> LibraryKernels.CUBLAS;
          case CUBLAS_TF32 -> LibraryKernels.CUBLAS_TF32;
          case CUBLAS_BF16 -> LibraryKernels.CUBLAS_BF16;
          case SIMD -> SimdKernels.SIMD;
          case ANNOTATED, AUTO -> KernelSet.ANNOTATED;
        });
  }

  /**
   * The same for batches of so many rows: with kernels that read half the bytes of rounded matrices
   * where there are such, which is for one row, the standard cell, and no matrix that is also a
   * table of tokens.
   *
   * @param precision to which the matrices are rounded
   */
  public Placement reading(WeightPrecision precision, GruConfig config, int rows) {
    boolean fits = rows == 1 && Cell.isStandard(config) && !config.tied();
    return kernels
        .pairs()
        .filter(_ -> precision == WeightPrecision.BF16 && fits)
        .map(pairs -> new Placement(device, pairs, naming))
        .orElse(this);
  }

  /** TornadoVM's handle of the device. */
  TornadoDevice handle() {
    return TornadoRuntimeProvider.getTornadoRuntime()
        .getBackend(device.driver())
        .getDevice(device.index());
  }
}
