package uk.ac.manchester.tornado.api.kernels;

/**
 * The branches that were taken on the one way to a place of a kernel, the latest first; those
 * before several ways met are forgotten.
 *
 * @param branch what decided
 * @param jump which side was taken
 * @param loop whether it is the condition of a loop
 */
record Path(Path before, Branch branch, boolean jump, boolean loop) {

  /** A branch of one call of a method. */
  static final class Branch {}

  /** Where a kernel begins, or several ways meet. */
  static final Path START = new Path(null, null, false, false);

  Path then(Branch taken, boolean jumped, boolean isLoop) {
    return new Path(this, taken, jumped, isLoop);
  }

  /** Whether it is taken or not, other than as often as a loop says. */
  boolean isConditional() {
    return branch != null && (!loop || before.isConditional());
  }
}
