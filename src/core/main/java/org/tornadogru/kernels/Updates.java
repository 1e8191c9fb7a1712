package org.tornadogru.kernels;

/** One implementation of the updates of {@link GradientDescent} and {@link WeightUpdate}. */
public record Updates(
    GradientDescent.Descend descend,
    WeightUpdate.DescendWithMomentum descendWithMomentum,
    WeightUpdate.Adapt adapt,
    WeightUpdate.ScaleByRoot scaleByRoot) {

  /** Plain loops. */
  public static final Updates ANNOTATED = annotatedBut(GradientDescent::descend);

  /** The annotated loops, with another descent. */
  public static Updates annotatedBut(GradientDescent.Descend descend) {
    return new Updates(
        descend, WeightUpdate::descendWithMomentum, WeightUpdate::adapt, WeightUpdate::scaleByRoot);
  }
}
