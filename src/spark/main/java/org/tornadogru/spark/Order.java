package org.tornadogru.spark;

import java.io.Serializable;
import org.tornadogru.Batches;

/**
 * Which rows make up the batches of an epoch, however many workers there are.
 *
 * <p>A batch has B places, and row p of the table is always in place p mod B: so each worker, which
 * has some places, keeps its rows for good and has as many in each batch as the others, and a batch
 * is the same for any number of workers. In each epoch each place takes its rows in another order.
 *
 * @param rows of the table
 * @param batch B, at most as many
 * @param seed of the orders
 */
record Order(long rows, int batch, long seed) implements Serializable {

  /** Updates of an epoch; the last one may have fewer rows. */
  int steps() {
    return Math.toIntExact(Math.ceilDiv(rows, (long) batch));
  }

  /** How many rows a place takes in turns. */
  int count(int place) {
    return Math.toIntExact((rows - place + batch - 1) / batch);
  }

  /** The place of a row. */
  int place(long row) {
    return (int) (row % batch);
  }

  /** Which of a place's rows, 0 to {@code count - 1}, are in the batches of an epoch. */
  int[] turns(int place, int epoch) {
    return Batches.order(count(place), seed ^ (long) place << Integer.SIZE, epoch);
  }

  /** The first place of a worker, which has all up to the first one of the next. */
  int firstPlace(int worker, int workers) {
    return Math.ceilDiv(worker * batch, workers);
  }

  /** The worker that has a row. */
  int worker(long row, int workers) {
    return (int) ((long) place(row) * workers / batch);
  }
}
