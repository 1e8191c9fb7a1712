package org.tornadogru.spark;

import org.apache.spark.Partitioner;

/**
 * Gives each row to the worker that has its place in the batches; those for validation, whose
 * numbers are negative, to all in turns.
 */
final class Deal extends Partitioner {
  private static final long serialVersionUID = 1L;
  private final Order order;
  private final int workers;

  Deal(Order order, int workers) {
    this.order = order;
    this.workers = workers;
  }

  @Override
  public int numPartitions() {
    return workers;
  }

  @Override
  public int getPartition(Object row) {
    long number = (long) row;
    return number < 0 ? (int) ((-1 - number) % workers) : order.worker(number, workers);
  }
}
