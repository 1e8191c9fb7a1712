package org.tornadogru.kernels;

import java.util.Optional;

/**
 * One implementation of the cells that are rare.
 *
 * @param steps the walks in a launch per step, in a set that has {@link Recurrence.Groups}
 */
public record Variants(
    VariantForward.Walk forward,
    VariantBackward.Walk backward,
    VariantGeneration.Write write,
    Optional<Steps> steps) {

  /** Walks of which the launches are those of {@link Recurrence.Steps}. */
  public record Steps(
      VariantForward.Begin beginForward,
      VariantForward.Step forward,
      VariantBackward.Begin beginBackward,
      VariantBackward.Step backward) {}

  /** Plain loops. */
  public static final Variants ANNOTATED =
      loops(VariantForward::variantForward, VariantBackward::variantBackward);

  /** Walks as loops, with a work-item per row of the batch or per block of them. */
  public static Variants loops(VariantForward.Loop forward, VariantBackward.Loop backward) {
    return new Variants(
        VariantForward.Walk.loops(forward),
        VariantBackward.Walk.loops(backward),
        VariantGeneration::launch,
        Optional.empty());
  }
}
