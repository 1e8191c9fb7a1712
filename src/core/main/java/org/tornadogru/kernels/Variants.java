package org.tornadogru.kernels;

/** One implementation of the cells that are rare. */
public record Variants(
    VariantForward.Walk forward, VariantBackward.Walk backward, VariantGeneration.Write write) {

  /** Plain loops. */
  public static final Variants ANNOTATED =
      loops(VariantForward::variantForward, VariantBackward::variantBackward);

  /** Walks as loops, with a work-item per row of the batch or per block of them. */
  public static Variants loops(VariantForward.Loop forward, VariantBackward.Loop backward) {
    return new Variants(
        VariantForward.Walk.loops(forward),
        VariantBackward.Walk.loops(backward),
        VariantGeneration::launch);
  }
}
