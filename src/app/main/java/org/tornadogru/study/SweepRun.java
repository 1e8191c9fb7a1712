package org.tornadogru.study;

import java.util.Comparator;
import java.util.Objects;

/**
 * What came of one experiment among many, of which some may not work out.
 *
 * @param experiment what was done
 * @param run null if it failed
 * @param failure why it did; null if it did not
 */
public record SweepRun(Experiment experiment, TextRun run, String failure) {

  /** The best first: those that failed come last. */
  public static final Comparator<SweepRun> BEST_FIRST =
      Comparator.comparingDouble(
          each -> each.run == null ? Double.POSITIVE_INFINITY : each.run.last().validationLoss());

  public SweepRun {
    Objects.requireNonNull(experiment, "experiment");
  }
}
