package org.tornadogru.kernels;

import java.util.Optional;
import java.util.function.Function;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task17;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;

/**
 * One implementation of each hot kernel, written for one kind of target. The {@linkplain #ANNOTATED
 * annotated} loops are the specification: a twin takes the same arguments in the same order and
 * leaves the same values, up to rounding.
 *
 * @param <B> how the kernels see a buffer of floats
 * @param name what {@code --kernels} takes
 * @param view the buffer over an array that the host also reads and writes
 * @param rowTile rows of a batch that the kernels take at a time; batches are padded to a multiple
 * @param slices into how many parts sums over positions may be cut
 * @param lanes into how many parts sums over parameters are cut
 * @param inputTable {@link InputTable#addBias}
 * @param forwardAfter {@link GruForward#resetAfter}
 * @param forwardBefore {@link GruForward#resetBefore}
 * @param scores {@link OutputLayer#scores}
 * @param softmax {@link CrossEntropy#softmax}
 * @param transpose {@link Transposition#transpose}
 * @param outputBackward {@link OutputLayer#backward}
 * @param backwardAfter {@link GruBackward#resetAfter}
 * @param backwardBefore {@link GruBackward#resetBefore}
 * @param affineGradient {@link WeightGradients#affine}
 * @param lookUpGradient {@link WeightGradients#lookUp}
 * @param combine {@link GradientDescent#combine}
 * @param descend {@link GradientDescent#descend}
 * @param write {@link TextGeneration#write}
 * @param groups kernels that run in the place of the loops over time above, if the set has them
 */
public record KernelSet<B>(
    String name,
    Function<FloatArray, B> view,
    int rowTile,
    int slices,
    int lanes,
    Task5<B, B, Integer, Integer, Integer> inputTable,
    Task11<IntArray, B, B, B, B, B, Integer, Integer, Integer, Integer, Integer> forwardAfter,
    Task11<IntArray, B, B, B, B, B, Integer, Integer, Integer, Integer, Integer> forwardBefore,
    Task8<B, B, B, Integer, Integer, Integer, Integer, Integer> scores,
    Task7<B, IntArray, FloatArray, Integer, Integer, Integer, Integer> softmax,
    Task5<B, B, Integer, Integer, Integer> transpose,
    Task6<B, B, B, Integer, Integer, Integer> outputBackward,
    Task8<B, B, B, B, B, Integer, Integer, Integer> backwardAfter,
    Task8<B, B, B, B, B, Integer, Integer, Integer> backwardBefore,
    Task14<
            B,
            B,
            B,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer>
        affineGradient,
    Task10<IntArray, B, B, Integer, Integer, Integer, Integer, Integer, Integer, Integer>
        lookUpGradient,
    Task6<B, B, FloatArray, Integer, Integer, Integer> combine,
    Task5<B, B, FloatArray, Integer, Float> descend,
    Task17<
            IntArray,
            FloatArray,
            B,
            B,
            B,
            IntArray,
            B,
            FloatArray,
            IntArray,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer>
        write,
    Optional<GroupKernels<B>> groups) {

  /** Plain loops, one work-item per element or row: right for GPUs, and the specification. */
  public static final KernelSet<FloatArray> ANNOTATED =
      new KernelSet<>(
          "annotated",
          Function.identity(),
          1,
          32,
          1024,
          InputTable::addBias,
          GruForward::resetAfter,
          GruForward::resetBefore,
          OutputLayer::scores,
          CrossEntropy::softmax,
          Transposition::transpose,
          OutputLayer::backward,
          GruBackward::resetAfter,
          GruBackward::resetBefore,
          WeightGradients::affine,
          WeightGradients::lookUp,
          GradientDescent::combine,
          GradientDescent::descend,
          TextGeneration::write);

  /**
   * For CPU OpenCL devices: rows and columns in register tiles of vectors. The plain loops leave
   * most of a CPU's lanes idle there, and read every weight for a single multiplication.
   */
  public static final KernelSet<FloatArray> WIDE =
      new KernelSet<>(
          "wide",
          Function.identity(),
          WideProduct.ROWS,
          16,
          64,
          WideParameters::addBias,
          WideForward::resetAfter,
          WideForward::resetBefore,
          WideOutput::scores,
          WideOutput::softmax,
          WideParameters::transpose,
          WideOutput::backward,
          WideBackward::resetAfter,
          WideBackward::resetBefore,
          WideWeightGradients::affine,
          WideWeightGradients::lookUp,
          WideParameters::combine,
          WideParameters::descend,
          WideGeneration::write);

  /**
   * For GPUs: what walks through time runs as work-groups that keep the hidden state in local
   * memory, a whole sequence per launch. The plain loops have one work-item per row of the batch
   * there, too few to fill a GPU. Checked for correctness on a CPU only; how fast it is on a GPU
   * has not been measured.
   */
  public static final KernelSet<FloatArray> WORKGROUP =
      ANNOTATED.withGroups(
          "workgroup",
          GroupKernels.ROWS,
          new GroupKernels<>(
              GroupForward::resetAfter,
              GroupForward::resetBefore,
              GroupBackward::resetAfter,
              GroupBackward::resetBefore,
              GroupGeneration::write));

  /** A set whose kernels are all loops. */
  public KernelSet(
      String name,
      Function<FloatArray, B> view,
      int rowTile,
      int slices,
      int lanes,
      Task5<B, B, Integer, Integer, Integer> inputTable,
      Task11<IntArray, B, B, B, B, B, Integer, Integer, Integer, Integer, Integer> forwardAfter,
      Task11<IntArray, B, B, B, B, B, Integer, Integer, Integer, Integer, Integer> forwardBefore,
      Task8<B, B, B, Integer, Integer, Integer, Integer, Integer> scores,
      Task7<B, IntArray, FloatArray, Integer, Integer, Integer, Integer> softmax,
      Task5<B, B, Integer, Integer, Integer> transpose,
      Task6<B, B, B, Integer, Integer, Integer> outputBackward,
      Task8<B, B, B, B, B, Integer, Integer, Integer> backwardAfter,
      Task8<B, B, B, B, B, Integer, Integer, Integer> backwardBefore,
      Task14<
              B,
              B,
              B,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          affineGradient,
      Task10<IntArray, B, B, Integer, Integer, Integer, Integer, Integer, Integer, Integer>
          lookUpGradient,
      Task6<B, B, FloatArray, Integer, Integer, Integer> combine,
      Task5<B, B, FloatArray, Integer, Float> descend,
      Task17<
              IntArray,
              FloatArray,
              B,
              B,
              B,
              IntArray,
              B,
              FloatArray,
              IntArray,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer,
              Integer>
          write) {
    this(
        name,
        view,
        rowTile,
        slices,
        lanes,
        inputTable,
        forwardAfter,
        forwardBefore,
        scores,
        softmax,
        transpose,
        outputBackward,
        backwardAfter,
        backwardBefore,
        affineGradient,
        lookUpGradient,
        combine,
        descend,
        write,
        Optional.empty());
  }

  private KernelSet<B> withGroups(String newName, int newRowTile, GroupKernels<B> newGroups) {
    return new KernelSet<>(
        newName,
        view,
        newRowTile,
        slices,
        lanes,
        inputTable,
        forwardAfter,
        forwardBefore,
        scores,
        softmax,
        transpose,
        outputBackward,
        backwardAfter,
        backwardBefore,
        affineGradient,
        lookUpGradient,
        combine,
        descend,
        write,
        Optional.of(newGroups));
  }
}
