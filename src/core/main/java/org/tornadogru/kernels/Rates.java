package org.tornadogru.kernels;

/**
 * Where the numbers of an update lie in the array that goes to the device with it: they change from
 * one update to the next, while scalars of a task are compiled in.
 */
public final class Rates {

  /** η. */
  public static final int LEARNING_RATE = 0;

  /** Largest norm of the mean gradient. */
  public static final int NORM_LIMIT = 1;

  /** Largest size of a number of the mean gradient. */
  public static final int VALUE_LIMIT = 2;

  /** Largest norm of the mean gradient of a tensor. */
  public static final int TENSOR_LIMIT = 14;

  /** How much of a weight is added to its gradient. */
  public static final int DECAY = 3;

  /** How much of a weight is taken off it. */
  public static final int SHRINKAGE = 4;

  /** How much is kept of the first memory of the gradients, and how much of a gradient goes in. */
  public static final int KEEP = 5;

  public static final int TAKE = 6;

  /** The same of the memory of their squares. */
  public static final int KEEP_SQUARE = 7;

  public static final int TAKE_SQUARE = 8;

  /** Size of the step along the gradient, and along its memory. */
  public static final int ALONG_GRADIENT = 9;

  public static final int ALONG_MEMORY = 10;

  /** What the root of the squares' memory is multiplied by. */
  public static final int ROOT_SCALE = 11;

  /** What is added to that root. */
  public static final int EPSILON = 12;

  /** How much of the new weights goes into their average. */
  public static final int TAKE_AVERAGE = 13;

  /** Numbers in all. */
  public static final int SIZE = 15;

  private Rates() {}
}
