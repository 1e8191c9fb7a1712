package org.tornadogru.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;

/**
 * Answers the rows of a table while it is being written: a line of names, then a line for each row,
 * whose answer is written at once. Of a forecast it has the columns of a table's answers, and
 * beside them those of the next row.
 */
public final class FollowedTable {

  private FollowedTable() {}

  /**
   * Follows it to its end.
   *
   * @throws InvalidInputException if there is no line of names, or a row does not fit it
   */
  public static void follow(SeriesModel model, Device device, BufferedReader in, Writer out)
      throws IOException {
    String first = in.readLine();
    if (first == null || first.isBlank()) {
      throw new InvalidInputException("the stream is empty: a table begins with a line of names");
    }
    String text = first.startsWith("\uFEFF") ? first.substring(1) : first;
    char separator = TableReader.separator(text);
    ObjectReader reader =
        new CsvMapper()
            .readerFor(String[].class)
            .with(CsvSchema.emptySchema().withColumnSeparator(separator));
    List<String> names = Arrays.stream(cells(reader, text)).map(String::strip).toList();
    List<String> answers = AnswerColumns.names(model, names);
    List<String> added = new ArrayList<>(answers);
    boolean ahead = model.config().task().kind() == SeriesTask.Kind.FORECAST;
    if (ahead) {
      answers.forEach(name -> added.add("next_" + name));
    }
    RowWriter rows = new RowWriter(out, separator);
    try (SeriesStream stream = new SeriesStream(model, names, device)) {
      rows.write(names, added);
      rows.flush();
      AnswerColumns columns = null;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          String[] cells = cells(reader, line);
          columns = columns == null ? AnswerColumns.of(model, answers, separator, cells) : columns;
          rows.write(Arrays.asList(cells), answers(columns, stream.next(cells), ahead));
          rows.flush();
        }
      }
    }
  }

  private static String[] cells(ObjectReader reader, String line) throws IOException {
    try {
      return reader.readValue(line);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("'%s' is no row of a table".formatted(line), e);
    }
  }

  private static List<String> answers(
      AnswerColumns columns, SeriesStream.Reply reply, boolean ahead) {
    List<String> cells = new ArrayList<>(columns.cells(reply.answer()));
    if (ahead) {
      List<Range> ranges =
          reply.next().stream()
              .filter(each -> each.ahead() == 1)
              .map(SeriesModel.Next::range)
              .toList();
      cells.addAll(columns.cells(new SeriesModel.Answer(0, ranges, null, List.of())));
    }
    return cells;
  }
}
