package org.tornadogru.kernels;

/** One implementation of what reads all classes of a position: {@link CrossEntropy}, measures. */
public record Losses(
    CrossEntropy.OfClasses softmax,
    CrossEntropy.WeightedSoftmax weightedSoftmax,
    CrossEntropy.OfClasses measureClasses) {

  /** Plain loops. */
  public static final Losses ANNOTATED =
      annotatedBut(CrossEntropy.OfClasses.loops(CrossEntropy::softmax));

  /** The annotated loops, with another softmax where classes weigh the same. */
  public static Losses annotatedBut(CrossEntropy.OfClasses softmax) {
    return new Losses(
        softmax,
        CrossEntropy.WeightedSoftmax.loops(CrossEntropy::weightedSoftmax),
        CrossEntropy.OfClasses.loops(Measures::measureClasses));
  }
}
