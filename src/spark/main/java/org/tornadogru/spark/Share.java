package org.tornadogru.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.tornadogru.Batch;
import org.tornadogru.ShapePolicy;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.Labels;
import scala.Tuple2;

/** The rows of a worker, and what it has of each batch. */
final class Share {

  private final Order order;
  private final int firstPlace;
  private final Head head;
  private final ShapePolicy shapes;

  /** What this worker has of the rows for validation. */
  private final List<Example> validation = new ArrayList<>();

  /** By places, those of each by turns. */
  private final List<List<Example>> examples = new ArrayList<>();

  private int epoch;
  private int[][] turns;

  /**
   * The rows of a worker.
   *
   * @param numbered rows and where they are in the table, in any order; those for validation have
   *     negative numbers
   * @param exact whether sequences cannot be filled up to a few lengths
   */
  Share(Training training, int worker, Iterator<Tuple2<Long, Example>> numbered, boolean exact) {
    order = training.order();
    head = training.head();
    int workers = training.workers();
    firstPlace = order.firstPlace(worker, workers);
    TreeMap<Long, Example> sorted = new TreeMap<>();
    numbered.forEachRemaining(each -> sorted.put(each._1, each._2));
    int places = order.firstPlace(worker + 1, workers) - firstPlace;
    for (int place = 0; place < places; place++) {
      examples.add(new ArrayList<>());
    }
    sorted.forEach(
        (row, each) -> {
          if (each.validates()) {
            validation.add(each);
          } else {
            examples.get(order.place(row) - firstPlace).add(each);
          }
        });
    int longest =
        sorted.values().stream().mapToInt(each -> each.sequence().steps()).max().orElseThrow();
    shapes = exact ? ShapePolicy.EXACT : ShapePolicy.padded(places, lengths(longest));
  }

  private static int[] lengths(int longest) {
    List<Integer> lengths = new ArrayList<>();
    for (int steps = 1; steps <= longest; steps = lengths.getLast() + 1) {
      lengths.add(Sequence.filledUp(steps));
    }
    return lengths.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Which shapes its batches have. */
  ShapePolicy shapes() {
    return shapes;
  }

  /** This worker's rows for validation, in batches. */
  List<Batch> validation() {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < validation.size(); from += examples.size()) {
      int to = Math.min(validation.size(), from + examples.size());
      batches.add(batch(validation.subList(from, to)));
    }
    return batches;
  }

  /**
   * This worker's rows of a batch; where it has none, one in which nothing counts.
   *
   * @param number of the epoch, from 1
   */
  Batch batch(int number, int step) {
    if (number != epoch) {
      epoch = number;
      turns = new int[examples.size()][];
      Arrays.setAll(turns, place -> order.turns(firstPlace + place, number));
    }
    List<Example> rows = new ArrayList<>();
    for (int place = 0; place < turns.length; place++) {
      if (step < turns[place].length) {
        rows.add(examples.get(place).get(turns[place][step]));
      }
    }
    return rows.isEmpty() ? nothing() : batch(rows);
  }

  private Batch nothing() {
    Batch batch = batch(List.of(examples.getFirst().getFirst()));
    Labels labels = batch.labels().counting(new boolean[batch.labels().steps()][1]);
    return new Batch(batch.sequences(), labels).beginning();
  }

  private Batch batch(List<Example> rows) {
    List<Sequence> sequences = rows.stream().map(Example::sequence).toList();
    int steps = sequences.stream().mapToInt(Sequence::steps).max().orElseThrow();
    Labels labels =
        head.loss().ofClasses()
            ? classes(rows, head.steps(steps))
            : values(rows, head.steps(steps));
    return new Batch(Sequence.sideBySide(sequences, steps), labels).beginning();
  }

  private static Labels classes(List<Example> rows, int steps) {
    int[][] classes = new int[steps][rows.size()];
    for (int row = 0; row < rows.size(); row++) {
      int[] known = rows.get(row).classes();
      for (int step = 0; step < steps; step++) {
        classes[step][row] = step < known.length ? known[step] : -1;
      }
    }
    return Labels.classesOfSteps(classes);
  }

  /** Those behind the ends do not count, since the mask of the sequences says so. */
  private Labels values(List<Example> rows, int steps) {
    float[][][] values = new float[steps][rows.size()][head.outputs()];
    for (int row = 0; row < rows.size(); row++) {
      float[][] known = rows.get(row).values();
      for (int step = 0; step < known.length; step++) {
        values[step][row] = known[step];
      }
    }
    return Labels.valuesOfSteps(values);
  }
}
