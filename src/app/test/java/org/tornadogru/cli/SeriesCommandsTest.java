package org.tornadogru.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From a table to its answers, by commands. */
class SeriesCommandsTest {

  private static final int ROWS = 150;

  @TempDir private static Path shared;
  private static Path table;
  private static Path model;
  private static String trained;
  private static Path labelled;
  private static Path labels;

  @TempDir private Path temporary;

  @BeforeAll
  static void train() throws IOException {
    table = Files.writeString(shared.resolve("power.csv"), power(ROWS));
    model = shared.resolve("power");
    Outcome outcome = train(table, model, "--target=load", "--horizon=3");
    trained = outcome.successful() + outcome.error();
    labelled = Files.writeString(shared.resolve("ways.csv"), ways());
    labels = shared.resolve("ways");
    train(labelled, labels, "--label=label", "--by=name").successful();
  }

  static Outcome train(Path file, Path out, String... more) {
    Stream<String> tiny =
        Stream.of(
            "train", "--series=" + file, "--out=" + out, "--hidden=6", "--epochs=3", "--seed=1");
    return Outcome.of(Stream.concat(tiny, Stream.of(more)).toArray(String[]::new));
  }

  /** A wave of 12 months. */
  static String power(int rows) {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("month,load,\"what, else\"\n");
    for (int row = 0; row < rows; row++) {
      double load = 100 + 20 * Math.sin(2 * Math.PI * row / 12) + random.nextDouble(-2, 2);
      text.append("%d-%02d,".formatted(1990 + row / 12, 1 + row % 12))
          .append("%s,%d\n".formatted(Math.round(10 * load) / 10.0, random.nextInt(9)));
    }
    return text.toString();
  }

  /** Up or down, in the column {@code label}; the rows of two sequences alternate. */
  private static String ways() {
    StringBuilder text = new StringBuilder("name\tx\tlabel\n");
    for (int name = 0; name < 40; name += 2) {
      for (int row = 0; row < 5; row++) {
        text.append("n%d\t%d\tup\nn%d\t%d\tdown\n".formatted(name, row, name + 1, -row));
      }
    }
    return text.toString();
  }

  private static List<List<String>> cells(String csv) {
    return csv.lines().map(line -> Arrays.asList(line.split(",", -1))).toList();
  }

  @Test
  void trainSaysWhatItMadeOfTheTableAndWhatTheModelIsWorth() {
    assertThat(trained)
        .contains(
            "power.csv, 150 rows",
            "month: points in time, time",
            "load: numbers, to forecast",
            "what, else: numbers, input",
            "'load' comes again every 12 steps",
            "forecasts 'load', 3 rows ahead",
            "epoch 1/3  loss ",
            "  baseline 0.",
            "the last value",
            "80 % range covers")
        .containsPattern("verdict     (the model beats|nothing was learned)");
  }

  @Test
  void aRunKeepsItsModelMeasuresAndPictures() throws IOException {
    assertThat(model.toFile().list())
        .containsExactlyInAnyOrder(
            "model.safetensors",
            "config.json",
            "checkpoint",
            "metrics.jsonl",
            "metrics.csv",
            "measures.json",
            "forecast.png",
            "forecast.svg",
            "report.html");
    assertThat(model.resolve("measures.json"))
        .content()
        .contains("\"baseline_loss\"", "\"mae_of\"", "\"verdict\"");
    assertThat(Files.readAllLines(model.resolve("metrics.jsonl")).subList(0, 3))
        .allMatch(
            line -> line.matches("\\{\"epoch\":[123],\"train_loss\":0.+\"validation_loss\":0.+"));
    assertThat(model.resolve("report.html"))
        .content()
        .contains("data:image/png;base64,", "rows ahead", "forecasts 'load', 3 rows ahead");
    assertThat(labels.resolve("report.html"))
        .content()
        .contains("truth", "up", "down")
        .doesNotContain("<img");
  }

  @Test
  void predictAnswersEachRowAndGoesOnBehindTheLast() throws IOException {
    String answers = predict(model, table);

    List<List<String>> rows = cells(answers.replace("\"what, else\"", "else"));
    assertThat(rows).hasSize(1 + ROWS + 3);
    assertThat(rows.getFirst()).containsExactly("month", "load", "else", "y", "y_lo", "y_hi");
    assertThat(rows.get(1).subList(3, 6)).containsOnly("");
    assertThat(answers.lines().map(line -> line.substring(0, line.indexOf(','))).skip(1 + ROWS))
        .containsExactly("2002-07", "2002-08", "2002-09");
    List<String> raw = Files.readAllLines(table);
    for (int row = 2; row < rows.size(); row++) {
      List<String> cells = rows.get(row);
      if (row <= ROWS) {
        assertThat(String.join(",", cells.subList(0, 3))).isEqualTo(raw.get(row));
      } else {
        assertThat(cells.subList(1, 3)).containsOnly("");
      }
      double y = Double.parseDouble(cells.get(3));
      assertThat(y).isBetween(Double.valueOf(cells.get(4)), Double.valueOf(cells.get(5)));
    }
  }

  private static String predict(Path model, Path file, String... more) {
    Stream<String> plain = Stream.of("predict", "--model=" + model, "--series=" + file);
    return Outcome.of(Stream.concat(plain, Stream.of(more)).toArray(String[]::new)).successful();
  }

  @Test
  void aFileHasWhatStandardOutputWouldHave() {
    Path out = temporary.resolve("answers.csv");

    Outcome.of("predict", "--model=" + model, "--series=" + table, "--out=" + out).successful();

    assertThat(out).content().isEqualTo(predict(model, table));
  }

  /** They are where a user writes what is known ahead. */
  @Test
  void rowsWithoutValueAtTheEndAreForecastFromTheLastThatHasOne() throws IOException {
    Path longer = temporary.resolve("longer.csv");
    Files.writeString(longer, Files.readString(table) + "2002-07,,4\n2002-08,NA,5\n");

    List<List<String>> expected = cells(predict(model, table));
    List<List<String>> rows = cells(predict(model, longer));

    assertThat(rows).hasSameSizeAs(expected);
    for (int row = ROWS + 1; row < rows.size(); row++) {
      assertThat(last(rows.get(row), 3)).isEqualTo(last(expected.get(row), 3));
    }
    assertThat(rows.get(ROWS + 2).subList(0, 3)).containsExactly("2002-08", "NA", "5");
  }

  private static List<String> last(List<String> cells, int count) {
    return cells.subList(cells.size() - count, cells.size());
  }

  /** As far as is asked for: up to the horizon, or behind it from one row to the next. */
  @Test
  void aForecastIsAsLongAsIsAskedFor() {
    List<String> all = predict(model, table).lines().toList();
    assertThat(predict(model, table, "--steps=1").lines().toList())
        .isEqualTo(all.subList(0, 1 + ROWS + 1));
    Outcome.of("predict", "--model=" + model, "--series=" + table, "--steps=4")
        .assertRefused("at most 3 rows ahead, not 4");

    Path out = temporary.resolve("recursive");
    train(table, out, "--target=load", "--horizon=3", "--multi=recursive", "--window=48")
        .successful();
    List<List<String>> rows = cells(predict(out, table, "--steps=30"));
    assertThat(rows).hasSize(1 + ROWS + 30);
    assertThat(rows.getLast().getFirst()).isEqualTo("2004-12");
    assertThat(number(rows.getLast(), 3)).isBetween(50.0, 150.0);
  }

  @Test
  void eachRowThatComesIsAnsweredAsInItsTable() throws IOException {
    List<List<String>> expected = cells(predict(model, table));

    String followed = follow(model, Files.readString(table)).successful();

    List<List<String>> rows = cells(followed);
    assertThat(rows).hasSize(1 + ROWS);
    assertThat(last(rows.getFirst(), 3)).containsExactly("next_y", "next_y_lo", "next_y_hi");
    for (int row = 2; row < rows.size(); row++) {
      assertThat(number(rows.get(row), 3)).isCloseTo(number(expected.get(row), 3), within(1e-3));
      assertThat(number(rows.get(row - 1), 6)).isEqualTo(number(rows.get(row), 3));
    }
    assertThat(number(rows.getLast(), 6))
        .isCloseTo(number(expected.get(ROWS + 1), 3), within(1e-3));
  }

  private static double number(List<String> cells, int column) {
    return Double.parseDouble(cells.get(column));
  }

  private static Outcome follow(Path model, String rows) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(rows.getBytes(UTF_8)));
    try {
      return Outcome.of("predict", "--model=" + model, "--follow");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void aStreamThatIsNoTableIsRefused() {
    follow(model, "").assertRefused("a table begins with a line of names");
    follow(model, "month,load\n").assertRefused("no column 'what, else'");
    Outcome outcome = follow(model, "month,load,\"what, else\"\n1990-01,many,2\n");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.error()).contains("row 1 of the stream has 'many' in column 'load'");
  }

  @Test
  void evaluateSaysWhatTheModelIsWorth() {
    assertThat(Outcome.of("evaluate", "--model=" + model, "--series=" + table).successful())
        .contains("'load', 441 forecasts", "the model", "the last value", "verdict");
    assertThat(Outcome.of("evaluate", "--model=" + labels, "--series=" + labelled).successful())
        .contains("40 labels", "the commonest label", "as up", "as down", "F1", "verdict");
  }

  /** The answers have another name where the table has labels of its own. */
  @Test
  void labelsStandBesideTheLastRowOfEachSequence() throws IOException {
    String answers = predict(labels, labelled);
    List<String> lines = answers.lines().toList();
    assertThat(lines).hasSize(1 + 200);
    String probabilities = "p_(up\tp_down|down\tp_up)";
    assertThat(lines.getFirst()).matches("name\tx\tlabel\tpredicted_label\t" + probabilities);
    assertThat(lines.get(8)).isEqualTo("n1\t-3\tdown\t\t\t");
    assertThat(lines.get(10)).matches("n1\t-4\tdown\t(up|down)\t[0-9.]+\t[0-9.]+");

    List<String> bare = new ArrayList<>();
    for (String line : Files.readAllLines(labelled)) {
      bare.add(line.substring(0, line.lastIndexOf('\t')));
    }
    Path unlabelled = Files.write(temporary.resolve("unlabelled.tsv"), bare);
    List<String> others = predict(labels, unlabelled).lines().toList();
    assertThat(others.getFirst()).matches("name\tx\tlabel\t" + probabilities);
    assertThat(others.get(10)).isEqualTo(lines.get(10).replaceFirst("\tdown\t", "\t"));
  }

  @Test
  void severalTargetsHaveTheirNames() throws IOException {
    Path out = temporary.resolve("two");
    Outcome outcome = train(table, out, "--target=load,what; else", "--horizon=1");
    outcome.assertRefused("no column 'what; else'");

    String text = Files.readString(table).replace("\"what, else\"", "else");
    Path plain = Files.writeString(temporary.resolve("plain.csv"), text);
    assertThat(
            train(plain, out, "--target=load,else", "--horizon=1", "--range=0.2,0.7").successful())
        .contains("'load', ", "'else', ", "50 % range");
    assertThat(predict(out, plain))
        .startsWith("month,load,else,load_y,load_y_lo,load_y_hi,else_y,else_y_lo,else_y_hi\n");
  }

  /** What a program wrote that has decimal commas, it reads again. */
  @Test
  void answersAreWrittenAsTheTableIs() throws IOException {
    String points = Files.readString(table).replace(",\"what, else\"", ",else").replace(',', ';');
    Path first = Files.writeString(temporary.resolve("points.csv"), points);
    Path second = Files.writeString(temporary.resolve("commas.csv"), points.replace('.', ','));
    Path out = temporary.resolve("model");
    train(first, out, "--target=load", "--horizon=1").successful();

    String answers = predict(out, first);

    assertThat(answers).startsWith("month;load;else;y;y_lo;y_hi\n").doesNotContain(",");
    assertThat(predict(out, second)).isEqualTo(answers.replace('.', ','));
  }

  @Test
  void whatIsOddIsFoundInATableAndAsItComes() throws IOException {
    Path out = temporary.resolve("alarm");
    String text = Files.readString(table).replace("\"what, else\"", "else");
    Path normal = Files.writeString(temporary.resolve("normal.csv"), text);
    assertThat(train(normal, out, "--alarm").successful())
        .contains("finds rows that are unlike those before", "alarm       at scores above ");
    List<String> lines = new ArrayList<>(text.lines().toList());
    lines.set(100, lines.get(100).replaceFirst(",[0-9.]+,", ",900,"));
    Path odd = Files.write(temporary.resolve("odd.csv"), lines);

    List<List<String>> rows = cells(predict(out, odd));

    assertThat(rows).hasSize(1 + ROWS);
    assertThat(last(rows.getFirst(), 3)).containsExactly("alarm", "alarm_score", "alarm_column");
    assertThat(rows.get(100)).contains("1", "load");
    assertThat(number(rows.get(100), 4)).isGreaterThan(10);
    assertThat(rows.subList(2, 100)).filteredOn(row -> row.get(3).equals("1")).hasSizeLessThan(15);
    List<List<String>> followed = cells(follow(out, Files.readString(odd)).successful());
    for (int row = 2; row < rows.size(); row++) {
      assertThat(followed.get(row).get(5)).isEqualTo(rows.get(row).get(5));
      assertThat(number(followed.get(row), 4)).isCloseTo(number(rows.get(row), 4), within(1e-2));
    }
  }

  @Test
  void eachRowMayHaveALabel() {
    Path out = temporary.resolve("each");

    assertThat(train(labelled, out, "--label=label", "--by=name", "--each-step").successful())
        .contains("labels each row with its 'label'");

    assertThat(predict(out, labelled).lines().skip(1)).noneMatch(line -> line.endsWith("\t"));
  }

  /** The last number of each sequence, before that is there. */
  @Test
  void eachSequenceMayHaveAValue() throws IOException {
    StringBuilder text = new StringBuilder("name,x,sum\n");
    for (int name = 0; name < 40; name++) {
      text.append("n%d,%d,\nn%d,%d,%d\n".formatted(name, name % 4, name, name % 3, name % 12));
    }
    Path sums = Files.writeString(temporary.resolve("sums.csv"), text);
    Path out = temporary.resolve("sum");

    assertThat(train(sums, out, "--value=sum", "--by=name").successful())
        .contains("finds the 'sum' of each sequence", "verdict")
        .doesNotContain("the last value");

    assertThat(out.resolve("forecast.png")).doesNotExist();
    List<List<String>> rows = cells(predict(out, sums));
    assertThat(rows).hasSize(1 + 80);
    assertThat(last(rows.get(1), 3)).containsOnly("");
    assertThat(number(rows.get(2), 3)).isBetween(number(rows.get(2), 4), number(rows.get(2), 5));
    List<List<String>> followed = cells(follow(out, "name,x\nn0,0\nn0,0\n").successful());
    assertThat(followed.getFirst()).containsExactly("name", "x", "y", "y_lo", "y_hi");
    assertThat(number(followed.get(2), 2)).isCloseTo(number(rows.get(2), 3), within(1e-3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --target=load                             | a forecast needs --horizon N
          --horizon=3                               | say what to learn of the table
          --target=load --horizon=3 --label=x       | --target and --label exclude each other
          --label=load --horizon=3                  | --horizon goes with --target
          --target=load --horizon=3 --each-step     | --each-step goes with --label
          --target=load --horizon=0                 | from 1 to 10,000 rows ahead, not 0
          --target=laod --horizon=3                 | no column 'laod': the nearest of its 3 are 'load'
          --target=load --horizon=3 --by=day        | no column 'day'
          --target=load --horizon=3 --known=day     | no column 'day'
          --target=load --horizon=3 --range=0.1     | --range has two probabilities
          --target=load --horizon=3 --range=a,b     | 'a' is none
          --target=load --horizon=3 --range=0.6,0.9 | a probability below 0.5
          --target=load --horizon=3 --held-out=1    | between 0 and 1, not 1.0
          --target=load --horizon=3 --scaling=big   | expected standard or robust or log or none
          --target=load --horizon=3 --hidden=0      | at least 1
          --target=load --horizon=3 --window=0      | at least 1, not 0, 6 and 3
          --target=load --horizon=3 --multi=both    | expected direct or recursive
          --alarm --multi=recursive                 | only a forecast goes on from its own answers
          --target=load --horizon=3 --layers=2      | --layers is an option of texts
          --target=load --horizon=3 --text=x        | --text is an option of texts
          --resume=x                                | --resume goes on with the settings of its run: leave out --out, --hidden, --epochs, --seed
          """)
  void whatMakesNoSenseOfATableIsRefused(String options, String message) {
    Path out = temporary.resolve("out");
    train(table, out, options.split(" +", -1)).assertRefused(message);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--target=x", "--horizon=3", "--each-step", "--held-out=0.2"})
  void optionsOfTablesNeedOne(String option) {
    Outcome.of("train", option)
        .assertRefused(option.replaceAll("=.*", "") + " is an option of tables: give the table");
  }

  @Test
  void commandsOfTextsAndTablesAreNotMixed() throws IOException {
    Path rhyme = Files.writeString(temporary.resolve("rhyme.txt"), TinyRun.RHYME);
    String ofTable = "--model=" + model;
    Outcome.of("generate", ofTable, "--prompt=x").assertRefused("is a model of a table");
    Outcome.of("evaluate", ofTable, "--text=" + rhyme).assertRefused("is a model of a table");
    Outcome.of("evaluate", ofTable, "--text=" + rhyme, "--series=" + table)
        .assertRefused("--text and --series exclude each other");
    Outcome.of("evaluate", ofTable).assertRefused("evaluate needs --text FILE, or --series FILE");
    Outcome.of("evaluate", ofTable, "--series=" + table, "--steps=3")
        .assertRefused("--steps is an option of texts");
    Outcome.of("evaluate", ofTable, "--series=" + table, "--label=load")
        .assertRefused("--label is for a model of alarms: this one forecasts 'load'");
    Outcome.of("evaluate", ofTable, "--text=" + rhyme, "--label=load")
        .assertRefused("--label is an option of tables");
    Outcome.of("predict", ofTable).assertRefused("predict needs --series FILE, or --follow");
    Outcome.of("predict", ofTable, "--follow", "--series=" + table)
        .assertRefused("--series and --follow exclude each other");
    Outcome.of("predict", ofTable, "--follow", "--out=x").assertRefused("leave out --out");
    Outcome.of("predict", ofTable, "--follow", "--steps=2").assertRefused("leave out --steps");
    Outcome.of("predict", "--model=" + labels, "--series=" + labelled, "--steps=2")
        .assertRefused("labels each sequence with its 'label' makes no forecasts");

    TinyRun text = TinyRun.in(temporary);
    String ofText = "--model=" + text.model();
    Outcome.of("predict", ofText, "--series=" + table).assertRefused("not a model of a table");
    Outcome.of("evaluate", ofText, "--series=" + table).assertRefused("not a model of a table");
  }

  @Test
  void aModelThatIsThereIsReplacedOnlyIfToldTo() {
    train(table, model, "--target=load", "--horizon=3").assertRefused("holds a model already");
    assertThat(train(labelled, labels, "--label=label", "--by=name", "--overwrite").successful())
        .contains("verdict");
  }

  @Test
  void onnxHasColumnsAndOtherFormatsLoseThem() {
    Path onnx = temporary.resolve("model.onnx");
    assertThat(Outcome.of("convert", model.toString(), onnx.toString()).successful())
        .contains(
            "x_load, float: the column",
            "step, int64: months since January 1970",
            "load_y, load_y_lo, load_y_hi: the forecast and its range, 1 to 3 rows ahead");
    Outcome.of("inspect", onnx.toString()).assertRefused("model.onnx");

    Path keras = temporary.resolve("model.keras");
    Outcome.of("convert", model.toString(), keras.toString())
        .assertRefused(".keras files cannot say how a table's columns are scaled");
    assertThat(keras).doesNotExist();

    assertThat(Outcome.of("convert", "--lossy", model.toString(), keras.toString()).successful())
        .startsWith("lost: how a table's columns are scaled");
    assertThat(Outcome.of("inspect", keras.toString()).successful())
        .doesNotContain("a model of a table", "series");

    Path copy = temporary.resolve("copy.safetensors");
    Outcome.of("convert", model.toString(), copy.toString()).successful();
    assertThat(predict(copy, table)).isEqualTo(predict(model, table));
    assertThat(Outcome.of("inspect", copy.toString()).successful())
        .contains("a model of a table: forecasts 'load', 3 rows ahead");
  }
}
