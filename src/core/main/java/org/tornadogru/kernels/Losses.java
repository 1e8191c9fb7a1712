package org.tornadogru.kernels;

/** One implementation of what reads all classes of a position: {@link CrossEntropy}, measures. */
public record Losses(
    CrossEntropy.Softmax softmax,
    CrossEntropy.WeightedSoftmax weightedSoftmax,
    Measures.MeasureClasses measureClasses) {

  /** Plain loops. */
  public static final Losses ANNOTATED =
      annotatedBut(CrossEntropy.Softmax.loops(CrossEntropy::softmax));

  /** The annotated loops, with another softmax where classes weigh the same. */
  public static Losses annotatedBut(CrossEntropy.Softmax softmax) {
    return new Losses(softmax, CrossEntropy::launchWeighted, Measures::launchClasses);
  }
}
