package org.tornadogru.kernels;

/**
 * One implementation of the sums of {@link CrossEntropy}, {@link Measures}, {@link GradientDescent}
 * and {@link GradientSum}.
 */
public record Sums(
    CrossEntropy.SumByStep byStep,
    CrossEntropy.Mean mean,
    Measures.SumRows rows,
    GradientDescent.Combine combine,
    GradientDescent.Clip clip,
    GradientSum.SquaresOfRuns squaresOfRuns,
    GradientSum.ScaleRuns scaleRuns) {

  /** Plain loops. */
  public static final Sums ANNOTATED =
      annotatedBut(GradientDescent.Combine.loops(GradientDescent::combine));

  /** The annotated loops, with another sum over slices. */
  public static Sums annotatedBut(GradientDescent.Combine combine) {
    return new Sums(
        CrossEntropy.SumByStep.loops(CrossEntropy::sumByStep),
        CrossEntropy.Mean.loops(CrossEntropy::mean),
        Measures.SumRows.loops(Measures::sumRows),
        combine,
        GradientDescent.Clip.loops(GradientDescent::clip),
        GradientSum.SquaresOfRuns.loops(GradientSum::squaresOfRuns),
        GradientSum.ScaleRuns.loops(GradientSum::scaleRuns));
  }
}
