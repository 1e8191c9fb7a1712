package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;

/** Tables that make no sense as sequences, and those that are unlike what was learned from. */
@Tag("plain-jvm")
class SeriesInputTest {

  @TempDir private Path directory;

  private Path file(String header, int rows, IntFunction<String> row) throws IOException {
    return Files.writeString(
        directory.resolve("a.csv"),
        header + "\n" + IntStream.range(0, rows).mapToObj(row).collect(Collectors.joining("\n")));
  }

  private static SeriesConfig.Builder forecast(int horizon) {
    return SeriesConfig.builder(SeriesTask.forecast(horizon, "y")).hiddenSize(4).epochs(2);
  }

  private static SeriesTraining training(Path file, SeriesConfig config) {
    return SeriesTraining.of(Table.read(file, config.words()), config);
  }

  private static void assertRefused(Path file, SeriesConfig config, String words) {
    assertThatThrownBy(() -> training(file, config))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(words)
        .extracting(e -> e.getMessage().lines().count())
        .isEqualTo(1L);
  }

  // ---- Training ----

  @Test
  void columnsThatCannotBeWhatTheyAreTakenForAreRefused() throws IOException {
    Path text = file("t,y", 40, row -> row + "," + (row == 7 ? "seven" : row));
    assertRefused(text, forecast(1).build(), "column 'y' has 'seven' in line 9");
    assertRefused(text, forecast(1).time("y").build(), "'seven' in line 9, which is no point");
    assertRefused(
        text, forecast(1).by("yy").build(), "no column 'yy': the nearest of its 2 are 'y'");
    assertRefused(text, forecast(1).time("tt").build(), "no column 'tt'");
    assertRefused(text, forecast(1).known("why").build(), "no column 'why'");
    assertThatThrownBy(() -> SeriesTraining.of(Table.read(text), forecast(1).by("t").build()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("column 't' was read as numbers");

    Path none = file("t,y", 40, row -> row + "," + (row < 36 ? "" : row));
    assertRefused(none, forecast(1).build(), "column 'y' has no value in the rows to learn from");
    Path negative = file("t,y", 40, row -> row + "," + (row - 9));
    assertRefused(
        negative, forecast(1).scaling(SeriesConfig.Scaling.LOG).build(), "have no logarithm");
  }

  @Test
  void rowsAreSortedIfTheyHaveDifferentTimes() throws IOException {
    IntFunction<String> sorted = row -> "%d,%d".formatted(row, row * row % 17);
    SeriesConfig config = forecast(1).time("t").build();
    SeriesTraining inOrder = training(file("t,y", 80, sorted), config);
    SeriesTraining backwards = training(file("t,y", 80, row -> sorted.apply(79 - row)), config);

    assertThat(inOrder.notes()).noneMatch(note -> note.contains("sorted"));
    assertThat(backwards.notes()).contains("rows were not in the order of 't': they were sorted");
    try (SeriesModel one = inOrder.train(Device.fastest());
        SeriesModel other = backwards.train(Device.fastest())) {
      assertThat(other.weights()).isEqualTo(one.weights());
    }
    assertRefused(
        file("t,y", 80, row -> row % 79 + ",1"), config, "rows 1 and 80 have the same 't'");
    assertRefused(
        file("t,y", 80, row -> (row == 3 ? "" : row) + ",1"), config, "row 4 has nothing in");
  }

  /** Rows of sequences may be mixed, and these of any length. */
  @Test
  void sequencesAreFoundWhereverTheirRowsAre() throws IOException {
    Path file = file("name,t,y", 90, row -> "n%d,%d,%d".formatted(row % 7 % 3, 90 - row, row % 5));
    Table table = Table.read(file, Set.of("name"));
    Groups groups = Groups.of(table, table.column("name"), table.column("t"));

    assertThat(groups.keys()).containsExactly("n0", "n1", "n2");
    assertThat(IntStream.range(0, 90).map(groups::row)).doesNotHaveDuplicates().hasSize(90);
    for (int group = 0; group < groups.count(); group++) {
      for (int place = groups.start(group); place < groups.end(group); place++) {
        int row = groups.row(place);
        assertThat(table.column("name").word(row)).isEqualTo(groups.keys().get(group));
        assertThat(place == groups.start(group) || row < groups.row(place - 1)).isTrue();
      }
    }
  }

  @Test
  void sequencesThatAreTooShortAreRefusedOrLeftOut() throws IOException {
    IntFunction<String> alone = row -> "n%d,%d".formatted(row, row);
    assertRefused(
        file("name,y", 40, alone),
        forecast(1).by("name").build(),
        "no sequence has more than 1 rows");
    assertRefused(
        file("t,y", 40, row -> row + ",1"),
        forecast(40).build(),
        "no sequence has more than 40 rows");

    Path one = file("name,y", 81, row -> (row < 80 ? "long," : "short,") + row % 4);
    SeriesConfig config = forecast(2).by("name").build();
    SeriesTraining training = training(one, config);
    try (SeriesModel model = training.train(Device.fastest())) {
      assertThat(((Score.Forecast) training.score(model)).count()).isPositive();
      assertThat(model.forecast(Table.read(one, config.words())))
          .extracting(SeriesModel.Next::sequence)
          .containsExactly("long", "long", "short", "short");
    }
  }

  @Test
  void whatCannotBeMeasuredIsSaid() throws IOException {
    Path file = file("name,y", 9, row -> "n%d,%d".formatted(row / 3, row));
    SeriesTraining training = training(file, forecast(1).by("name").build());
    try (SeriesModel model = training.train(Device.fastest())) {
      Score.Forecast score = (Score.Forecast) training.score(model);
      assertThat(training.notes())
          .anyMatch(note -> note.startsWith("too few rows to hold any out"));
      assertThat(score.count()).isZero();
      assertThat(score.mae()).isNaN();
      assertThat(score.beatsBaseline()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.1", "-123456.789"})
  void whatNeverChangesIsForecastAsItIs(String value) throws IOException {
    Path file = file("t,y", 60, row -> row + "," + value);
    SeriesTraining training = training(file, forecast(2).build());
    try (SeriesModel model = training.train(Device.fastest())) {
      Score.Forecast score = (Score.Forecast) training.score(model);
      assertThat(training.notes()).anyMatch(note -> note.startsWith("column 'y': all values are"));
      assertThat(score.mae()).isZero();
      assertThat(score.coverage()).isOne();
      assertThat(score.beatsBaseline()).isFalse();
    }
  }

  @Test
  void labelsThatCannotBeLearnedAreSaid() throws IOException {
    SeriesConfig config =
        SeriesConfig.builder(SeriesTask.tag("label")).hiddenSize(4).epochs(2).build();
    Path late =
        file("x,label", 100, row -> row + "," + (row == 99 ? "c" : row % 2 == 0 ? "a" : "b"));
    SeriesTraining training = training(late, config);
    try (SeriesModel model = training.train(Device.fastest())) {
      Score.Labels score = (Score.Labels) training.score(model);
      long compared = 0;
      for (long[] row : score.confusion()) {
        compared += row[0] + row[1];
      }
      assertThat(training.notes())
          .anyMatch(note -> note.startsWith("1 labels, like 'c', occur only"));
      assertThat(score.count()).isEqualTo(15).isEqualTo(compared + 1);
      assertThat(score.labels()).containsExactly("a", "b");
    }
    assertRefused(file("x,label", 40, row -> row + ",a"), config, "has 1 label in the rows");

    SeriesConfig each = SeriesConfig.builder(SeriesTask.classify("label")).by("name").build();
    assertRefused(
        file("name,x,label", 80, row -> "n%d,1,%s".formatted(row / 2, row % 2 == 0 ? "a" : "b")),
        each,
        "sequence 'n0' has the labels 'a' and 'b'");
  }

  @Test
  @Timeout(60)
  void aHundredThousandSequencesTakeSeconds() throws IOException {
    int groups = 100_000;
    Path file =
        file("name,y", 4 * groups, row -> "n%d,%d".formatted(row % groups, row / groups + row % 3));
    SeriesConfig config = forecast(1).by("name").epochs(1).build();
    SeriesTraining training = training(file, config);
    try (SeriesModel model = training.train(Device.fastest())) {
      assertThat(((Score.Forecast) training.score(model)).count()).isEqualTo(3 * 15_000);
    }
  }

  // ---- Answers ----

  @Test
  void tablesUnlikeThatWhichWasLearnedFromAreRefusedOrSaid() throws IOException {
    IntFunction<String> row =
        i ->
            "%d-%02d,%d,%s,%d"
                .formatted(1990 + i / 12, 1 + i % 12, i % 7, "ab".charAt(i % 2), i % 5);
    Path file = file("month,y,kind,x", 120, row);
    try (SeriesModel model = training(file, forecast(2).build()).train(Device.fastest())) {
      assertThat(model.words()).containsExactly("kind");
      assertThat(model.notes(Table.read(file, model.words()))).isEmpty();
      assertThat(notes(model, "month,y,kind,x,z", i -> row.apply(i) + ",1"))
          .containsExactly("not looked at: 'z'");
      assertThat(notes(model, "month,y,kind,x", i -> row.apply(i).replace(",b,", ",c,")))
          .containsExactly(
              "column 'kind': 10 of 20 rows have words that were not learned from, like 'c'");
      assertThat(notes(model, "month,y,kind,x", i -> row.apply(i) + "000"))
          .containsExactly(
              "column 'x': 16 of 20 values are far from those that were learned from, 0.0 to 4.0, like 1000.0: are they in the same unit?");
      assertThat(notes(model, "month,y,kind,x", i -> row.apply(i).replaceFirst("[0-4]$", "")))
          .anyMatch(note -> note.startsWith("column 'x': 20 of 20 values are missing"));
      assertThat(
              notes(
                  model,
                  "month,y,kind,x",
                  i -> row.apply(i).replaceFirst("^.{7}", "2000-01-%02d".formatted(i + 1))))
          .containsExactly(
              "a step of 'month' is 86,400.0, but a month where it was learned: rows are taken as steps");

      assertUnfit(
          model, "month,y,kind", i -> row.apply(i).replaceFirst(",.$", ""), "no column 'x'");
      assertUnfit(
          model, "month,y,kind,x", i -> row.apply(i) + "!", "column 'x' has '0!' in line 2");
      assertUnfit(model, "m,y,kind,x", row, "no column 'month'");
      Table unread =
          Table.read(file("month,y,kind,x", 9, i -> row.apply(i).replaceAll("[ab]", "1")));
      assertThatThrownBy(() -> model.forecast(unread)).hasMessageContaining("was read as numbers");
    }
  }

  private List<String> notes(SeriesModel model, String header, IntFunction<String> row)
      throws IOException {
    Table table = Table.read(file(header, 20, row), model.words());
    assertThat(model.forecast(table)).hasSize(2);
    return model.notes(table);
  }

  private void assertUnfit(SeriesModel model, String header, IntFunction<String> row, String words)
      throws IOException {
    Table table = Table.read(file(header, 20, row), model.words());
    for (Runnable use :
        List.<Runnable>of(
            () -> model.notes(table),
            () -> model.forecast(table),
            () -> model.evaluate(table),
            () -> model.answer(table, answer -> {}))) {
      assertThatThrownBy(use::run)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(words);
    }
  }

  /** Nobody knows the labels of what is to be labelled. */
  @Test
  void rowsAreLabelledWithoutLabels() throws IOException {
    SeriesConfig config =
        SeriesConfig.builder(SeriesTask.tag("label")).hiddenSize(4).epochs(2).build();
    Path file = file("x,label", 60, row -> row % 2 + "," + (row % 2 == 0 ? "a" : "b"));
    try (SeriesModel model = training(file, config).train(Device.fastest())) {
      Table table = Table.read(file("x", 10, row -> String.valueOf(row % 2)), model.words());
      List<SeriesModel.Answer> answers = new ArrayList<>();
      model.answer(table, answers::add);
      assertThat(answers).hasSize(10);
      assertThatThrownBy(() -> model.evaluate(table)).hasMessageContaining("no column 'label'");
      assertThatThrownBy(() -> model.forecast(table)).isInstanceOf(InvalidInputException.class);
    }
  }

  // ---- Programs ----

  @Test
  void whatMakesNoSenseIsRefused() {
    SeriesTask task = SeriesTask.forecast(1, "y");
    for (Runnable bad :
        List.<Runnable>of(
            () -> SeriesTask.forecast(0, "y"),
            () -> SeriesTask.forecast(Integer.MAX_VALUE, "y"),
            () -> SeriesTask.forecast(1),
            () -> SeriesTask.forecast(1, "y", "y"),
            () -> new SeriesTask(SeriesTask.Kind.ALARM, List.of("y"), 1),
            () -> new SeriesTask(SeriesTask.Kind.VALUE, List.of("x", "y"), 0),
            () -> SeriesConfig.builder(task).range(0.6f, 0.9f).build(),
            () -> SeriesConfig.builder(task).range(Float.NaN, 0.9f).build(),
            () -> SeriesConfig.builder(task).heldOut(1).build(),
            () -> SeriesConfig.builder(task).heldOut(Double.NaN).build(),
            () -> SeriesConfig.builder(task).window(0).build(),
            () -> SeriesConfig.builder(task).hiddenSize(-1).build(),
            () -> SeriesConfig.builder(task).epochs(0).build())) {
      assertThatThrownBy(bad::run).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void nullIsNamed() throws IOException {
    assertThatThrownBy(() -> SeriesTask.value(null)).hasMessage("target");
    Path file = file("y", 40, row -> row % 3 + ".5");
    Table table = Table.read(file);
    SeriesConfig config = forecast(1).build();
    try (SeriesModel model = SeriesTraining.of(table, config).train(Device.fastest())) {
      Map<String, List<Runnable>> calls =
          Map.of(
              "table",
              List.of(
                  () -> SeriesTraining.of(null, config),
                  () -> model.notes(null),
                  () -> model.forecast(null),
                  () -> model.evaluate(null),
                  () -> model.answer(null, answer -> {})),
              "config",
              List.of(() -> SeriesTraining.of(table, null)),
              "device",
              List.of(
                  () -> SeriesTraining.of(table, config).train(null),
                  () -> SeriesModel.read(file, null)),
              "listener",
              List.of(
                  () -> SeriesTraining.of(table, config).train(Device.fastest(), null),
                  () -> model.answer(table, null)),
              "model",
              List.of(
                  () -> SeriesTraining.of(table, config).score(null),
                  () -> SeriesFile.isSeries(null)),
              "path",
              List.of(
                  () -> SeriesModel.read(null, Device.fastest()),
                  () -> model.write(null, Map.of())),
              "facts",
              List.of(() -> model.write(file, null)),
              "task",
              List.of(() -> SeriesConfig.builder(null)),
              "targets",
              List.of(() -> SeriesTask.forecast(1, (String[]) null)),
              "label",
              List.of(() -> SeriesTask.classify(null), () -> SeriesTask.tag(null)));
      calls.forEach(
          (name, each) ->
              each.forEach(
                  call ->
                      assertThatThrownBy(call::run)
                          .isInstanceOf(NullPointerException.class)
                          .hasMessage(name)));
    }
  }
}
