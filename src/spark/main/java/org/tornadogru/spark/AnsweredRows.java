package org.tornadogru.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Rows with what a model adds, in the order they came in. Some are read ahead and sorted by length,
 * so that batches have rows of about the same length.
 */
final class AnsweredRows implements Iterator<Row> {

  /** Batches that are read ahead. */
  private static final int AHEAD = 8;

  private final Iterator<Row> rows;
  private final SequenceColumn column;
  private final Runner runner;
  private final int batch;

  /** What a sequence without steps gets: null where there is one answer per sequence. */
  private final Object ofNoSteps;

  private Iterator<Row> ready = List.<Row>of().iterator();

  /**
   * Rows to answer.
   *
   * @param batch rows of a batch
   * @param ofSteps whether there is an answer at each step
   */
  AnsweredRows(
      Iterator<Row> rows, SequenceColumn column, Runner runner, int batch, boolean ofSteps) {
    this.rows = rows;
    this.column = column;
    this.runner = runner;
    this.batch = batch;
    ofNoSteps = ofSteps ? new Object[0] : null;
  }

  @Override
  public boolean hasNext() {
    return ready.hasNext() || rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (!ready.hasNext()) {
      ready = answered(ahead()).iterator();
    }
    return ready.next();
  }

  private List<Row> ahead() {
    List<Row> ahead = new ArrayList<>();
    while (rows.hasNext() && ahead.size() < AHEAD * batch) {
      ahead.add(rows.next());
    }
    return ahead;
  }

  private List<Row> answered(List<Row> ahead) {
    List<Sequence> sequences = new ArrayList<>(ahead.size());
    List<Integer> filled = new ArrayList<>();
    Object[] answers = new Object[ahead.size()];
    for (Row row : ahead) {
      Sequence sequence = column.sequence(row);
      if (sequence != null && sequence.steps() > 0) {
        filled.add(sequences.size());
      } else if (sequence != null) {
        answers[sequences.size()] = ofNoSteps;
      }
      sequences.add(sequence);
    }
    filled.sort(Comparator.comparingInt(row -> sequences.get(row).steps()));
    for (int from = 0; from < filled.size(); ) {
      List<Integer> places = filled.subList(from, end(sequences, filled, from));
      Object[] ofBatch = runner.answers(places.stream().map(sequences::get).toList(), batch);
      for (int place = 0; place < ofBatch.length; place++) {
        answers[places.get(place)] = ofBatch[place];
      }
      from += ofBatch.length;
    }
    List<Row> answered = new ArrayList<>(ahead.size());
    for (int row = 0; row < answers.length; row++) {
      answered.add(with(ahead.get(row), answers[row]));
    }
    return answered;
  }

  /** Where a batch ends that begins somewhere among the sorted rows. */
  private int end(List<Sequence> sequences, List<Integer> sorted, int from) {
    int end = Math.min(sorted.size(), from + batch);
    int steps = sequences.get(sorted.get(from)).steps();
    while (runner.takesExactLengths() && sequences.get(sorted.get(end - 1)).steps() != steps) {
      end--;
    }
    return end;
  }

  /** A row with one value more. */
  static Row with(Row row, Object answer) {
    Object[] values = new Object[row.size() + 1];
    Arrays.setAll(values, at -> at < row.size() ? row.get(at) : answer);
    return RowFactory.create(values);
  }
}
