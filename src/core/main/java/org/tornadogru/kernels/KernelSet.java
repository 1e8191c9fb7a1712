package org.tornadogru.kernels;

import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * One implementation of each hot kernel, written for one kind of target. The {@linkplain #ANNOTATED
 * annotated} loops are the specification: a twin takes the same arguments in the same order and
 * leaves the same values, up to rounding.
 *
 * @param name what {@code --kernels} takes
 * @param rowTile rows of a batch that the kernels take at a time; batches are padded to a multiple
 * @param takesOneRow whether a batch of one row is left as it is
 * @param tiled whether loops run over tiles, so that their ranges are not the annotated loops'
 * @param operandBits of a significand that large products keep of what they multiply: 24, unless a
 *     library rounds to fewer
 * @param slices into how many parts sums over positions are cut
 * @param lanes into how many parts sums over so many parameters are cut, whatever the machine has
 * @param recurrence what walks through time
 * @param variants the same for cells that are rare
 * @param orderBackward what carries gradients back through the order of a walk
 * @param packing how matrices lie that the kernels read
 * @param pairs the same for a single row and the standard cell, reading two weights from a float,
 *     if there are such kernels: weights that are rounded to bfloat16
 */
public record KernelSet(
    String name,
    int rowTile,
    boolean takesOneRow,
    boolean tiled,
    int operandBits,
    Slices slices,
    IntUnaryOperator lanes,
    Recurrence recurrence,
    Variants variants,
    Arrangement.Backward orderBackward,
    InputTable.AddBias inputTable,
    Embedding.Embed embed,
    LinearLayer.Linear linear,
    Losses losses,
    Transposition.Transpose transpose,
    LinearLayer.LinearBackward linearBackward,
    WeightGradients.Affine affineGradient,
    WeightGradients.LookUp lookUpGradient,
    Embedding.EmbedBackward embedBackward,
    Sums sums,
    Updates updates,
    Packing packing,
    Optional<KernelSet> pairs) {

  /** Bits of a float's significand. */
  public static final int SINGLE = 24;

  /**
   * Into how many parts sums over positions are cut: by sizes alone, and not by what the machine
   * has, so that the order of each sum, and its rounding, are the same everywhere.
   */
  @FunctionalInterface
  public interface Slices {

    /** At least 1; a part more costs as much memory as there are parameters. */
    int of(int parameters, int positions);
  }

  /** Rows of a batch, padding included. */
  public int padded(int batch) {
    return batch == 1 && takesOneRow ? 1 : Math.ceilDiv(batch, rowTile) * rowTile;
  }

  /** The same with other products of matrices. */
  public KernelSet withProducts(
      String other,
      int otherOperandBits,
      LinearLayer.Linear otherLinear,
      LinearLayer.LinearBackward otherLinearBackward,
      WeightGradients.Affine otherAffineGradient) {
    return new KernelSet(
        other,
        rowTile,
        takesOneRow,
        tiled,
        otherOperandBits,
        slices,
        lanes,
        recurrence,
        variants,
        orderBackward,
        inputTable,
        embed,
        otherLinear,
        losses,
        transpose,
        otherLinearBackward,
        otherAffineGradient,
        lookUpGradient,
        embedBackward,
        sums,
        updates,
        packing,
        Optional.empty());
  }

  /** Plain loops, one work-item per element or row: they run on any device. */
  public static final KernelSet ANNOTATED =
      annotatedBut(
          "annotated",
          1,
          new Recurrence.Loops(GruForward::forward, GruBackward::backward, TextGeneration::write));

  /** The annotated loops, with another way through time. */
  public static KernelSet annotatedBut(String name, int rowTile, Recurrence recurrence) {
    return new KernelSet(
        name,
        rowTile,
        false,
        false,
        SINGLE,
        (parameters, positions) -> 32,
        parameters -> 1024,
        recurrence,
        Variants.ANNOTATED,
        Arrangement.Backward.ANNOTATED,
        InputTable::addBias,
        Embedding::embed,
        LinearLayer.Linear.loops(LinearLayer::linear),
        Losses.ANNOTATED,
        Transposition.Transpose.loops(Transposition::transpose),
        LinearLayer.LinearBackward.loops(LinearLayer::linearBackward),
        WeightGradients.Affine.loops(WeightGradients::affine),
        WeightGradients.LookUp.loops(WeightGradients::lookUp),
        Embedding.EmbedBackward.loops(Embedding::embedBackward),
        Sums.ANNOTATED,
        Updates.ANNOTATED,
        Packing.NONE,
        Optional.empty());
  }
}
