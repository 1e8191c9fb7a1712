package org.tornadogru;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Labels;
import org.tornadogru.nn.Sequences;

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
    List<Batch> copy = List.copyOf(Objects.requireNonNull(batches, "batches"));
    return of(copy.size(), copy::get);
  }

  /**
   * Batches of a source of one's own.
   *
   * @param count how many there are
   * @param source makes the batch of an index from 0 to {@code count - 1}, each time it is asked
   *     for
   */
  static Batches of(int count, IntFunction<Batch> source) {
    return new Batches() {
      @Override
      public int count() {
        return count;
      }

      @Override
      public Batch get(int index) {
        return source.apply(Objects.checkIndex(index, count));
      }
    };
  }

  /**
   * One large set of sequences, cut into batches in the order that it has.
   *
   * @param sequences [T][N][I], or token ids [T][N]
   * @param labels of the same N, or those of a language model
   * @param batch sequences per batch; the last has those that are left
   * @throws InvalidInputException if the labels are of another number of sequences, or a batch is
   *     smaller than 1
   */
  static Batches of(Sequences sequences, Labels labels, int batch) {
    int[] order = new int[sequences.batch()];
    Arrays.setAll(order, row -> row);
    return cut(sequences, labels, batch, order);
  }

  /**
   * The same in an order of each epoch.
   *
   * <pre>{@code
   * new Trainer(model, epoch -> Batches.shuffled(sequences, labels, 32, seed, epoch));
   * }</pre>
   *
   * @throws InvalidInputException as for {@link #of(Sequences, Labels, int)}
   */
  static Batches shuffled(Sequences sequences, Labels labels, int batch, long seed, int epoch) {
    return cut(sequences, labels, batch, order(sequences.batch(), seed, epoch));
  }

  private static Batches cut(Sequences sequences, Labels labels, int batch, int[] order) {
    if (batch < 1) {
      throw new InvalidInputException("a batch has at least 1 sequence, not " + batch);
    }
    if (labels != Labels.NEXT_TOKENS && labels.batch() != order.length) {
      throw new InvalidInputException(
          "there are labels of %d sequences but %d sequences"
              .formatted(labels.batch(), order.length));
    }
    return of(
        Math.ceilDiv(order.length, batch),
        index -> {
          int end = (int) Math.min(order.length, (index + 1L) * batch);
          int[] rows = Arrays.copyOfRange(order, index * batch, end);
          return new Batch(sequences.rows(rows), labels.rows(rows)).beginning();
        });
  }

  /**
   * An order of an epoch, each as likely as any other: a permutation of 0 to {@code count - 1}.
   *
   * @param seed of the run
   * @param epoch the same seed and epoch give the same order, another epoch another one
   */
  static int[] order(int count, long seed, int epoch) {
    // Scattering the seed first keeps (seed 1, epoch 2) and (seed 2, epoch 1) apart.
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) { // Fisher-Yates
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }
}
