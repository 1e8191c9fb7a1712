package org.tornadogru.kernels;

import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
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
 * @param name what {@code --kernels} takes
 * @param rowTile rows of a batch that the kernels take at a time; batches are padded to a multiple
 * @param tiled whether loops run over tiles, so that their ranges are not the annotated loops'
 * @param slices into how many parts sums over positions may be cut
 * @param lanes into how many parts sums over parameters are cut
 * @param recurrence what walks through time
 * @param inputTable {@link InputTable#addBias}
 * @param linear {@link LinearLayer#linear}
 * @param softmax {@link CrossEntropy#softmax}
 * @param transpose {@link Transposition#transpose}
 * @param linearBackward {@link LinearLayer#linearBackward}
 * @param affineGradient {@link WeightGradients#affine}
 * @param lookUpGradient {@link WeightGradients#lookUp}
 * @param combine {@link GradientDescent#combine}
 * @param descend {@link GradientDescent#descend}
 */
public record KernelSet(
    String name,
    int rowTile,
    boolean tiled,
    int slices,
    int lanes,
    Recurrence recurrence,
    Task5<FloatArray, FloatArray, Integer, Integer, Integer> inputTable,
    Task8<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer, Integer> linear,
    Task7<FloatArray, IntArray, FloatArray, Integer, Integer, Integer, Integer> softmax,
    Task5<FloatArray, FloatArray, Integer, Integer, Integer> transpose,
    Task7<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer, Integer> linearBackward,
    Task14<
            FloatArray,
            FloatArray,
            FloatArray,
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
    Task10<
            IntArray,
            FloatArray,
            FloatArray,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer,
            Integer>
        lookUpGradient,
    Task6<FloatArray, FloatArray, FloatArray, Integer, Integer, Integer> combine,
    Task5<FloatArray, FloatArray, FloatArray, Integer, Float> descend) {

  /** Plain loops, one work-item per element or row: they run on any device. */
  public static final KernelSet ANNOTATED =
      annotatedBut(
          "annotated",
          1,
          new Recurrence.Loops(
              GruForward::resetAfter,
              GruForward::resetBefore,
              GruBackward::resetAfter,
              GruBackward::resetBefore,
              TextGeneration::write));

  /** The annotated loops, with another way through time. */
  public static KernelSet annotatedBut(String name, int rowTile, Recurrence recurrence) {
    return new KernelSet(
        name,
        rowTile,
        false,
        32,
        1024,
        recurrence,
        InputTable::addBias,
        LinearLayer::linear,
        CrossEntropy::softmax,
        Transposition::transpose,
        LinearLayer::linearBackward,
        WeightGradients::affine,
        WeightGradients::lookUp,
        GradientDescent::combine,
        GradientDescent::descend);
  }
}
