package org.tornadogru.bench;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tornadogru.bench.Work.Kind;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.SequenceShape;

/**
 * What of a layer's training is varied, everything else staying as it is: 128 inputs and hidden
 * units, one layer, 64 sequences of 64 steps, all cores.
 *
 * @param letter begins the names of the sizes
 * @param title for people
 * @param sizes the smallest first
 * @param of a work of a size
 */
record Dimension(String letter, String title, List<Integer> sizes, IntFunction<Work> of) {

  static final List<Dimension> ALL =
      List.of(
          new Dimension(
              "B", "sequences", List.of(16, 32, 64, 128, 256), n -> work("B", n, 64, n, 128, 1)),
          new Dimension(
              "T", "steps", List.of(16, 32, 64, 128, 256), n -> work("T", n, n, 64, 128, 1)),
          new Dimension(
              "H", "hidden units", List.of(32, 64, 128, 256, 512), n -> work("H", n, 64, 64, n, 1)),
          new Dimension("L", "layers", List.of(1, 2, 3, 4), n -> work("L", n, 64, 64, 128, n)),
          new Dimension("C", "cores", cores(), n -> work("C", n, 64, 64, 128, 1).on(n)));

  Dimension {
    sizes = List.copyOf(sizes);
  }

  private static Work work(String letter, int size, int steps, int batch, int hidden, int layers) {
    GruConfig config = GruConfig.builder(128, hidden).layers(layers).build();
    return new Work(Kind.LAYER_TRAINING, letter + size, config, new SequenceShape(steps, batch));
  }

  /** Powers of two, and all of this process's. */
  private static List<Integer> cores() {
    int all = Runtime.getRuntime().availableProcessors();
    return IntStream.concat(IntStream.iterate(1, n -> n < all, n -> 2 * n), IntStream.of(all))
        .boxed()
        .toList();
  }

  /** Milliseconds per unit of what grows; of cores, which share the work, all of theirs. */
  double costOfOne(Work work, double millis) {
    return work.cores() == 0 ? millis / sizeOf(work) : millis * work.cores();
  }

  /** One of each size. */
  Stream<Work> works() {
    return sizes.stream().map(of::apply);
  }

  /** The size of one of them. */
  int sizeOf(Work work) {
    return Integer.parseInt(work.size().substring(letter.length()));
  }
}
