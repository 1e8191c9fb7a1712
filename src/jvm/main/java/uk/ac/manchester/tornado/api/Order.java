package uk.ac.manchester.tornado.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * In which order the iterations of parallel loops run, and the work-items of a grid; {@value
 * #PROPERTY} says it. A device knows no order: a kernel whose results depend on one is wrong.
 */
enum Order {
  /** One after the other, from the first to the last. */
  WRITTEN,

  /** One after the other, but as a seed says: see {@value Order#SEED}. */
  SHUFFLED,

  /** On all cores: of loops every n-th iteration on one of n, of grids whole work-groups. */
  PARALLEL;

  private static final String PROPERTY = "tornado.plain.order";
  private static final String SEED = "tornado.plain.seed";

  /** Without a seed of the program's, one for all its graphs: said when it is first used. */
  private static final class OwnSeed {
    static final long VALUE = ThreadLocalRandom.current().nextInt(1_000_000);

    static {
      System.err.println(
          PROPERTY + ": shuffled; for the same order again, -D" + SEED + "=" + VALUE);
    }
  }

  static Order current() {
    String name = System.getProperty(PROPERTY, "written");
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new TornadoRuntimeException(
          "-D" + PROPERTY + "=" + name + " is none of written, shuffled and parallel");
    }
  }

  private static long seed() {
    Long seed = Long.getLong(SEED);
    return seed == null ? OwnSeed.VALUE : seed;
  }

  /**
   * The numbers below a size in an order without sense, always the same for a seed and a size: each
   * is so many further than the one before, and after the last comes the first.
   */
  record Shuffle(int size, int first, int step) {

    static Shuffle of(int size) {
      if (size < 2) {
        return new Shuffle(size, 0, 1);
      }
      SplittableRandom random = new SplittableRandom(seed() * 31 + size);
      int step = random.nextInt(1, size);
      while (greatestCommonDivisor(step, size) > 1 || (step == 1 && size > 2)) {
        step = step % (size - 1) + 1;
      }
      return new Shuffle(size, random.nextInt(size), step);
    }

    private static int greatestCommonDivisor(int a, int b) {
      return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    int get(int position) {
      return (int) ((first + (long) position * step) % size);
    }
  }

  /** Calls a body with the numbers below a size, and returns when it has returned from all. */
  void forEach(int size, IntConsumer body) {
    switch (this) {
      case WRITTEN -> {
        for (int i = 0; i < size; i++) {
          body.accept(i);
        }
      }
      case SHUFFLED -> {
        Shuffle shuffle = Shuffle.of(size);
        for (int i = 0; i < size; i++) {
          body.accept(shuffle.get(i));
        }
      }
      case PARALLEL -> inParallel(size, body);
    }
  }

  private static void inParallel(int size, IntConsumer body) {
    List<Future<?>> parts = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < size; i++) {
        int part = i;
        parts.add(executor.submit(() -> body.accept(part)));
      }
    }
    for (Future<?> part : parts) {
      if (part.state() == Future.State.FAILED) {
        rethrow(part.exceptionNow());
      }
    }
  }

  static void rethrow(Throwable failure) {
    switch (failure) {
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      default -> throw new IllegalStateException("a kernel cannot throw this", failure);
    }
  }
}
