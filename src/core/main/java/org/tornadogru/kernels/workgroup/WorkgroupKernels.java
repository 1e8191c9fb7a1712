package org.tornadogru.kernels.workgroup;

import java.util.Optional;
import org.tornadogru.kernels.Arrangement;
import org.tornadogru.kernels.Embedding;
import org.tornadogru.kernels.InputTable;
import org.tornadogru.kernels.KernelSet;
import org.tornadogru.kernels.Losses;
import org.tornadogru.kernels.Packing;
import org.tornadogru.kernels.Recurrence;
import org.tornadogru.kernels.TextGeneration;
import org.tornadogru.kernels.Updates;
import org.tornadogru.kernels.Variants;

/**
 * Kernels for GPUs: what walks through time runs as work-groups, either a whole sequence per launch
 * with the hidden state, and the weights of a small layer, in local memory, or a launch per step
 * for many hidden units; products are tiles, and sums are trees. The plain loops have one work-item
 * per row of the batch or per element there: too few to fill a GPU, or none that share what is
 * read.
 *
 * <p>Checked for correctness on a CPU only; how fast they are on a GPU has not been measured.
 */
public final class WorkgroupKernels {

  /** The backward pass keeps three gradients of each unit and row. */
  private static final int LOCAL_FLOATS = 3 * GroupRows.ROWS;

  /** Two for each multiprocessor of a large GPU: more have to wait for each other. */
  private static final int MOST_GROUPS = 264;

  /** So many positions are worth a group of their own. */
  private static final int WORTHY_POSITIONS = 16;

  /** The set. */
  public static final KernelSet WORKGROUP =
      new KernelSet(
          "workgroup",
          GroupRows.ROWS,
          false,
          false,
          KernelSet.SINGLE,
          (parameters, positions) -> groups(positions / WORTHY_POSITIONS),
          parameters -> groups(parameters / GroupRows.LARGEST_GROUP),
          new Recurrence.Groups(
              GroupRows.LARGEST_GROUP,
              hidden -> LOCAL_FLOATS * hidden + GroupRows.weights(hidden),
              GroupForward::forward,
              GroupBackward::backward,
              GroupGeneration::write,
              new Recurrence.Steps(
                  StepTile::launch,
                  StepForward::beginForward,
                  StepForward::forwardStep,
                  StepBackward::beginBackward,
                  StepBackward::backwardStep,
                  new TextGeneration.Turns(StepGeneration::begin, StepGeneration::next))),
          new Variants(
              GroupVariantForward::launch,
              GroupVariantBackward::launch,
              GroupVariantGeneration::launch,
              Optional.of(
                  new Variants.Steps(
                      StepVariantForward::begin,
                      StepVariantForward::step,
                      StepVariantBackward::begin,
                      StepVariantBackward::step))),
          Arrangement.Backward.ANNOTATED,
          InputTable::addBias,
          Embedding::embed,
          GroupProduct::linear,
          new Losses(GroupSoftmax.SOFTMAX, GroupSoftmax::weightedSoftmax, GroupSoftmax.MEASURE),
          GroupTransposition::transpose,
          GroupProduct::linearBackward,
          GroupProduct::affine,
          GroupLookUp::lookUp,
          GroupLookUp::embedBackward,
          GroupSums.SUMS,
          Updates.ANNOTATED,
          Packing.NONE,
          Optional.empty());

  private WorkgroupKernels() {}

  private static int groups(int wanted) {
    return Math.clamp(wanted, 1, MOST_GROUPS);
  }
}
