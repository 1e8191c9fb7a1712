package org.tornadogru.series;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.tornadogru.GruStream;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Tensor;

/**
 * Answers rows one by one, as they come; of each sequence it keeps the model's state, and as many
 * rows as inputs and baseline look back.
 *
 * <pre>{@code
 * try (SeriesStream stream = new SeriesStream(model, List.of("load"), Device.fastest())) {
 *   List<SeriesModel.Next> next = stream.next("101.5").next();
 * }
 * }</pre>
 *
 * <p>For one thread.
 */
public final class SeriesStream implements AutoCloseable {

  private static final int FIRST_ROWS = 16;

  /** A word that no column has. */
  private static final String OTHER = "\0";

  private final SeriesModel model;
  private final Preparation preparation;
  private final List<String> header;
  private final GruStream stream;

  /** Columns of numbers and words that inputs and targets are made of. */
  private final List<ColumnCode> codes;

  /** Their words, and one for all others. */
  private final List<List<String>> words;

  /** Where they are in the header. */
  private final int[] places;

  /** −1 for none. */
  private final int timePlace;

  private final int byPlace;
  private final Map<String, Sequence> sequences = new HashMap<>();

  /** The one whose state the stream has; null before the first. */
  private Sequence current;

  private int rows;

  /** The last rows of a sequence. */
  private final class Sequence {
    final String name;
    double[][] cells = new double[codes.size()][FIRST_ROWS];
    double[] times = new double[FIRST_ROWS];
    int count;

    /** Rows that are kept no more. */
    long before;

    Tensor state;
    List<Range> expected = List.of();

    /** Of the model at the row before. */
    float[] outputs;

    Sequence(String name) {
      this.name = name;
    }

    /** Makes room for one more. */
    void grow() {
      int kept = Math.min(count, preparation.reach() + 1);
      boolean shift = count >= 2 * preparation.reach() + FIRST_ROWS;
      if (shift) {
        for (double[] column : cells) {
          fillFirst(column, count - kept);
          System.arraycopy(column, count - kept, column, 0, kept);
        }
        System.arraycopy(times, count - kept, times, 0, kept);
        before += count - kept;
        count = kept;
      } else if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
        Arrays.setAll(cells, column -> Arrays.copyOf(cells[column], 2 * count));
      }
    }

    /** The last value stands for the first that is kept, if that is missing. */
    private static void fillFirst(double[] column, int first) {
      for (int row = first; row >= 0; row--) {
        if (!Double.isNaN(column[row])) {
          column[first] = column[row];
          return;
        }
      }
    }

    SeriesData data() {
      List<Column> columns = new ArrayList<>();
      for (int column = 0; column < cells.length; column++) {
        ColumnCode code = codes.get(column);
        MemorySegment of =
            MemorySegment.ofArray(cells[column]).asSlice(0, (long) Double.BYTES * count);
        Column.Kind kind = code.isNumber() ? Column.Kind.NUMBER : Column.Kind.WORD;
        columns.add(new Column(code.column(), kind, count, of, words.get(column), null));
      }
      Column time = null;
      if (timePlace >= 0) {
        MemorySegment of = MemorySegment.ofArray(times).asSlice(0, (long) Double.BYTES * count);
        time =
            new Column(preparation.clock().column(), Column.Kind.TIME, count, of, List.of(), null);
        columns.add(time);
      }
      Groups groups = new Groups(null, new int[] {0, count}, List.of(name), false);
      return new SeriesData(new Table("a stream", count, columns), groups, time, before);
    }
  }

  /**
   * A stream.
   *
   * @param header the names of the columns, some of which the model may not need
   * @throws InvalidInputException if one is missing that it needs
   */
  public SeriesStream(SeriesModel model, List<String> header, Device device) {
    this.model = model;
    this.header = List.copyOf(header);
    preparation = model.preparation();
    Map<String, ColumnCode> needed = new LinkedHashMap<>();
    preparation.inputs().forEach(code -> needed.put(code.column(), code));
    if (model.config().task().ofRowsAhead()) {
      preparation
          .targets()
          .forEach(target -> needed.putIfAbsent(target.code().column(), target.code()));
    }
    codes = List.copyOf(needed.values());
    words =
        codes.stream()
            .map(code -> Stream.concat(code.words().stream(), Stream.of(OTHER)).toList())
            .toList();
    places = codes.stream().mapToInt(code -> place(code.column())).toArray();
    timePlace = preparation.clock().column() == null ? -1 : place(preparation.clock().column());
    byPlace = model.config().by() == null ? -1 : place(model.config().by());
    stream = new GruStream(model.weights(), Learning.head(preparation), 1, device);
    // Compiles before the first row comes, which need not wait for it.
    stream.step(new float[][] {new float[preparation.inputSize()]});
  }

  private int place(String column) {
    int place = header.indexOf(column);
    if (place < 0) {
      throw Table.missing("the stream", column, header);
    }
    return place;
  }

  /**
   * What a row brings.
   *
   * @param answer to the row: what the row before allowed to forecast of it, which is nothing for
   *     the first one; or its label, or the label or value of its sequence as far as that has come
   * @param next the forecast; empty for labels and values
   */
  public record Reply(SeriesModel.Answer answer, List<SeriesModel.Next> next) {}

  /**
   * Takes a row.
   *
   * @param cells as texts, in the order of the header
   * @throws InvalidInputException if it is too short, has a word for a number, or is earlier than
   *     the row before
   */
  public Reply next(String... cells) {
    if (cells.length != header.size()) {
      throw wrong("has %d cells but %d columns".formatted(cells.length, header.size()));
    }
    Sequence sequence =
        sequences.computeIfAbsent(byPlace < 0 ? "" : cells[byPlace].strip(), Sequence::new);
    add(sequence, cells);
    SeriesData data = sequence.data();
    int from = Math.max(0, sequence.count - 2 - preparation.reach());
    Slice slice = new Slice(preparation, data, 0, from, sequence.count);
    int t = slice.rows() - 1;
    float[] outputs = outputs(sequence, slice.inputs(t));
    int row = rows++;
    if (!model.config().task().ofNumbers()) {
      return new Reply(model.labelled(row, outputs), List.of());
    }
    if (!model.config().task().ofRowsAhead()) {
      Range value = RangeDecoder.range(preparation, 0, 1, slice, t, outputs);
      return new Reply(new SeriesModel.Answer(row, List.of(value), null, List.of()), List.of());
    }
    List<Range> expected = sequence.expected;
    boolean watched = t > 0 && model.config().task().kind() == SeriesTask.Kind.ALARM;
    Alarm alarm = watched ? Alarm.of(preparation, slice, t - 1, sequence.outputs) : Alarm.NONE;
    sequence.outputs = outputs;
    int horizon = model.config().task().horizon();
    List<SeriesModel.Next> next =
        model.next(sequence.name, slice, t, ahead(slice, t, outputs, horizon), horizon);
    sequence.expected =
        next.stream().filter(each -> each.ahead() == 1).map(SeriesModel.Next::range).toList();
    return new Reply(alarm.answer(preparation, row, expected), next);
  }

  private void add(Sequence sequence, String... cells) {
    sequence.grow();
    int at = sequence.count;
    if (timePlace >= 0) {
      sequence.times[at] = time(cells[timePlace].strip());
      if (at > 0 && sequence.times[at] <= sequence.times[at - 1]) {
        throw wrong(
            "is not later than the one before it, '%s' being '%s'"
                .formatted(header.get(timePlace), cells[timePlace].strip()));
      }
    }
    for (int column = 0; column < places.length; column++) {
      sequence.cells[column][at] = value(column, cells[places[column]].strip());
    }
    sequence.count++;
  }

  private double time(String cell) {
    OptionalDouble time = Times.parse(cell);
    return time.isPresent() ? time.getAsDouble() : number(cell, header.get(timePlace));
  }

  private double value(int column, String cell) {
    ColumnCode code = codes.get(column);
    if (!code.isNumber()) {
      int word = code.words().indexOf(cell);
      return word < 0 ? code.words().size() : word;
    }
    return TableReader.MISSING.contains(cell) ? Double.NaN : number(cell, code.column());
  }

  private double number(String cell, String column) {
    try {
      double number = Double.parseDouble(cell.replace(',', '.'));
      if (Math.abs(number) <= Float.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw wrong("has '%s' in column '%s', which is no number".formatted(cell, column));
    }
    throw wrong("has %s in column '%s': numbers are finite".formatted(cell, column));
  }

  private InvalidInputException wrong(String what) {
    return new InvalidInputException("row %d of the stream %s".formatted(rows + 1, what));
  }

  private float[] outputs(Sequence sequence, float[] inputs) {
    if (sequence != current) {
      if (current != null) {
        current.state = stream.state();
      }
      if (sequence.state == null) {
        stream.reset();
      } else {
        stream.reset(sequence.state);
      }
      current = sequence;
    }
    return Recursion.step(stream, inputs)[0];
  }

  /** The outputs of all rows ahead: those that there are, or of one row behind the other. */
  private float[] ahead(Slice slice, int t, float[] outputs, int horizon) {
    if (horizon == preparation.rowsAhead(outputs)) {
      return outputs;
    }
    Recursion recursion = new Recursion(preparation, slice, t, horizon);
    Recursion.goOn(stream, List.of(recursion), horizon, new float[][] {outputs});
    return recursion.answer();
  }

  @Override
  public void close() {
    stream.close();
  }
}
