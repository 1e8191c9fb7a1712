package org.tornadogru.kernels;

/** One implementation of the cells that are rare. */
public record Variants(VariantForward.Loop forward, VariantBackward.Loop backward) {

  /** Plain loops. */
  public static final Variants ANNOTATED =
      new Variants(VariantForward::variantForward, VariantBackward::variantBackward);
}
