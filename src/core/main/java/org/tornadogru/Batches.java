package org.tornadogru;

import java.util.List;

/**
 * A source of batches, each made when it is asked for: not all of them need be in memory. Batches
 * of one shape are fastest, since a model is compiled for a shape.
 */
public interface Batches {

  /** How many there are. */
  int count();

  /**
   * One batch.
   *
   * @param index 0 to {@code count() - 1}
   */
  Batch get(int index);

  /** Batches that are in memory. */
  static Batches of(List<Batch> batches) {
    List<Batch> copy = List.copyOf(batches);
    return new Batches() {
      @Override
      public int count() {
        return copy.size();
      }

      @Override
      public Batch get(int index) {
        return copy.get(index);
      }
    };
  }
}
