package org.tornadogru.series;

import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.tornadogru.nn.InvalidInputException;

/**
 * Writes a table with answers in columns beside its rows, and what a model forecasts behind the
 * last row of each sequence.
 *
 * <p>Beside a row stands what the row before it allowed to forecast; rows at the end that have no
 * value yet are answered by the forecast from the last one that has.
 */
public final class AnsweredTable {

  private final SeriesModel model;
  private final SeriesData data;
  private final SeriesModel.Answer[] answers;

  /** Behind a row of the table: how it goes on. */
  private final Map<Integer, List<SeriesModel.Answer>> behind = new HashMap<>();

  /** How many rows ahead. */
  private final int ahead;

  private AnsweredTable(SeriesModel model, Table table, int ahead) {
    this.model = model;
    this.ahead = ahead;
    data = Fit.data(model.preparation(), table);
    answers = new SeriesModel.Answer[table.rows()];
    model.answer(table, answer -> answers[answer.row()] = answer);
    if (model.config().task().kind() == SeriesTask.Kind.FORECAST) {
      model.forecast(data, ahead, this::goOn);
    }
  }

  private void goOn(int group, int place, List<SeriesModel.Next> next) {
    int end = data.groups().end(group);
    List<SeriesModel.Answer> more = new ArrayList<>();
    for (int step = 1; step <= ahead; step++) {
      int wanted = step;
      List<Range> ranges =
          next.stream()
              .filter(each -> each.ahead() == wanted)
              .map(SeriesModel.Next::range)
              .toList();
      if (place + step < end) {
        int row = data.groups().row(place + step);
        answers[row] = new SeriesModel.Answer(row, ranges, null, List.of());
      } else {
        more.add(new SeriesModel.Answer(-1, ranges, null, List.of()));
      }
    }
    behind.put(data.groups().row(end - 1), more);
  }

  /** {@link #write(SeriesModel, Path, int, Writer, Consumer)} up to the horizon. */
  public static void write(SeriesModel model, Path file, Writer out, Consumer<String> notes) {
    answer(model, file, model.config().task().horizon(), out, notes);
  }

  /**
   * Writes it, separated as the file is.
   *
   * @param file the table
   * @param ahead how many rows behind the last one of each sequence, for a model of forecasts
   * @param notes hears what of the table is unlike what was learned from
   * @throws InvalidInputException if the file is no table, or lacks a column, or the model does not
   *     forecast so far
   */
  public static void write(
      SeriesModel model, Path file, int ahead, Writer out, Consumer<String> notes) {
    model.requireForecast(ahead);
    answer(model, file, ahead, out, notes);
  }

  private static void answer(
      SeriesModel model, Path file, int ahead, Writer out, Consumer<String> notes) {
    Table table = Table.read(file, model.words());
    model.notes(table).forEach(notes);
    new AnsweredTable(model, table, ahead).write(new TableReader(file, Set.of()), out);
  }

  private void write(TableReader file, Writer out) {
    List<String> names = file.names();
    RowWriter rows = new RowWriter(out, file.separator());
    List<String> added = AnswerColumns.names(model, names);
    AnswerColumns[] columns = new AnswerColumns[1];
    rows.write(names, added);
    file.forEachRow(
        (row, texts, line) -> {
          List<String> cells = Arrays.asList(texts);
          columns[0] =
              row == 0 ? AnswerColumns.of(model, added, file.separator(), texts) : columns[0];
          rows.write(cells, columns[0].cells(answers[row]));
          int step = 0;
          for (SeriesModel.Answer answer : behind.getOrDefault(row, List.of())) {
            rows.write(later(names, cells, row, ++step, columns[0]), columns[0].cells(answer));
          }
        });
    rows.flush();
  }

  /** The cells of a row that is not there yet: its sequence and its time. */
  private List<String> later(
      List<String> names, List<String> cells, int row, int step, AnswerColumns columns) {
    List<String> later = new ArrayList<>();
    for (int column = 0; column < cells.size(); column++) {
      String name = names.get(column);
      String cell = cells.get(column).strip();
      later.add(
          name.equals(model.config().by())
              ? cell
              : data.time() != null && name.equals(data.time().name())
                  ? time(row, step, cell, columns)
                  : "");
    }
    return later;
  }

  private String time(int row, int step, String like, AnswerColumns columns) {
    double time = model.preparation().clock().after(data.time().at(row), step);
    return data.time().kind() == Column.Kind.TIME ? Times.text(time, like) : columns.number(time);
  }
}
