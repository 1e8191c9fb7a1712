package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;

/** From a table to answers, on tables that are made here. */
class SeriesModelTest {

  @TempDir private Path directory;

  /** A wave of 12 steps with noise, whose next value an hour ahead nobody knows. */
  private Path wave(int rows, IntUnaryOperator poison) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("month,load,noise\n");
    for (int row = 0; row < rows; row++) {
      double load = 100 + 20 * Math.sin(2 * Math.PI * row / 12) + random.nextDouble(-2, 2);
      text.append("%d-%02d,".formatted(1990 + row / 12, 1 + row % 12))
          .append("%.3f,".formatted(load * poison.applyAsInt(row)))
          .append("%.3f\n".formatted(random.nextDouble() * poison.applyAsInt(row)));
    }
    return Files.writeString(directory.resolve("wave.csv"), text);
  }

  private static SeriesConfig config() {
    return SeriesConfig.builder(SeriesTask.forecast(3, "load")).epochs(5).build();
  }

  @Test
  void aForecastIsBetterThanTheLastValue() throws IOException {
    Table table = Table.read(wave(240, row -> 1));
    SeriesTraining training = SeriesTraining.of(table, config());
    try (SeriesModel model = training.train(Device.fastest())) {
      Score.Forecast score = (Score.Forecast) training.score(model);
      assertThat(training.notes()).contains("'load' comes again every 12 steps");
      assertThat(score.mae()).isLessThan(2).isLessThan(0.2 * score.lastMae());
      assertThat(score.coverage()).isBetween(0.7, 0.9);
      Column load = table.column("load");
      double naive =
          IntStream.range(1, 240 - 36) // the last are held out
              .mapToDouble(row -> Math.abs(load.at(row) - load.at(row - 1)))
              .average()
              .orElseThrow();
      assertThat(score.mase()).isCloseTo(score.mae() / naive, within(1e-9));
      assertThat(model.forecast(table))
          .extracting(SeriesModel.Next::ahead)
          .containsExactly(1, 2, 3);
    }
  }

  static List<SeriesTask> tasks() {
    return List.of(SeriesTask.forecast(3, "load"), SeriesTask.alarm());
  }

  /** What is held out may be anything: weights, ranges and threshold are the same bits. */
  @ParameterizedTest
  @MethodSource("tasks")
  void nothingThatIsHeldOutReachesTheModel(SeriesTask task) throws IOException {
    int rows = 240;
    SeriesConfig config = SeriesConfig.builder(task).epochs(5).build();
    int held = (int) Math.round(rows * config.heldOut());
    Table clean = Table.read(wave(rows, row -> 1));
    Table poisoned = Table.read(wave(rows, row -> row < rows - held ? 1 : 100_000_000));
    try (SeriesModel one = SeriesTraining.of(clean, config).train(Device.fastest());
        SeriesModel other = SeriesTraining.of(poisoned, config).train(Device.fastest())) {
      assertThat(other.weights()).isEqualTo(one.weights());
      assertThat(other.preparation().inputs()).isEqualTo(one.preparation().inputs());
      assertThat(answers(other, clean)).isEqualTo(answers(one, clean));
      assertThat(other.threshold()).isEqualTo(one.threshold());
    }
  }

  /** Of many rows, none of which it was calibrated by, a range covers what it should. */
  @ParameterizedTest
  @CsvSource({"0.1, DIRECT", "0.25, RECURSIVE"})
  void rangesCoverWhatTheyShouldOfRowsThatNobodyKnew(float low, SeriesConfig.Multi multi)
      throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder text = new StringBuilder("x\n");
    double x = 0;
    for (int row = 0; row < 3000; row++) {
      x = 0.8 * x + random.nextGaussian();
      text.append("%.4f%n".formatted(x));
    }
    Table table = Table.read(Files.writeString(directory.resolve("walk.csv"), text));
    SeriesConfig config =
        SeriesConfig.builder(SeriesTask.forecast(2, "x"))
            .range(low, 1 - low)
            .multi(multi)
            .heldOut(0.5)
            .epochs(4)
            .build();
    SeriesTraining training = SeriesTraining.of(table, config);
    try (SeriesModel model = training.train(Device.fastest())) {
      Score.Forecast score = (Score.Forecast) training.score(model);
      // Four standard deviations of what 225 rows say, by which ranges were calibrated.
      assertThat(score.coverage()).isCloseTo(1 - 2 * low, within(0.12));
    }
  }

  /** Counts of something rare: many are 0. */
  private Table counts(int plus) throws IOException {
    SplittableRandom random = new SplittableRandom(6);
    StringBuilder text = new StringBuilder("x\n");
    for (int row = 0; row < 200; row++) {
      text.append(Math.max(0, random.nextInt(-8, 4)) + plus).append('\n');
    }
    return Table.read(Files.writeString(directory.resolve("counts.csv"), text));
  }

  @Test
  void noForecastIsBelowZeroWhereNoValueWas() throws IOException {
    List<Range> ofCounts = ranges(counts(0));
    List<Range> ofOthers = ranges(counts(-1)); // the same, but some are below

    assertThat(ofOthers).anyMatch(range -> range.low() < -1);
    for (int row = 0; row < ofCounts.size(); row++) {
      Range range = ofCounts.get(row);
      assertThat(range.low()).isCloseTo(Math.max(0, ofOthers.get(row).low() + 1), within(1e-3));
      assertThat(range.low()).isNotNegative().isLessThanOrEqualTo(range.median());
      assertThat(range.high()).isCloseTo(ofOthers.get(row).high() + 1, within(1e-3));
    }
  }

  private static List<Range> ranges(Table table) {
    SeriesConfig config = SeriesConfig.builder(SeriesTask.forecast(1, "x")).epochs(2).build();
    try (SeriesModel model = SeriesTraining.of(table, config).train(Device.fastest())) {
      return answers(model, table).stream().map(answer -> answer.ranges().getFirst()).toList();
    }
  }

  @Test
  void aFileGivesTheSameAnswers() throws IOException {
    Table table = Table.read(wave(120, row -> 1));
    try (SeriesModel model = SeriesTraining.of(table, config()).train(Device.fastest())) {
      model.write(directory, Map.of("trained", "today"));
      try (SeriesModel read = SeriesModel.read(directory, Device.fastest())) {
        assertThat(read.forecast(table)).isEqualTo(model.forecast(table));
        assertThat(answers(read, table)).isEqualTo(answers(model, table)).hasSize(119);
      }
    }
  }

  private static List<SeriesModel.Answer> answers(SeriesModel model, Table table) {
    List<SeriesModel.Answer> answers = new ArrayList<>();
    model.answer(table, answers::add);
    return answers;
  }

  /** The label is whether numbers rise or fall; each sequence is of another length. */
  @Test
  void labelsAreLearned() throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    StringBuilder text = new StringBuilder("name;x;way\n");
    for (int name = 0; name < 200; name++) {
      boolean up = random.nextBoolean();
      double x = random.nextDouble();
      for (int row = 0; row < 4 + name % 5; row++) {
        x += (up ? 0.1 : -0.1) + random.nextDouble(-0.2, 0.2);
        text.append(
            "n%d;%s;%s\n".formatted(name, String.valueOf(x).replace('.', ','), up ? "up" : "down"));
      }
    }
    Table table = Table.read(Files.writeString(directory.resolve("ways.csv"), text));
    SeriesConfig config =
        SeriesConfig.builder(SeriesTask.classify("way"))
            .by("name")
            .hiddenSize(8)
            .epochs(30)
            .build();
    SeriesTraining training = SeriesTraining.of(table, config);
    try (SeriesModel model = training.train(Device.fastest())) {
      Score.Labels score = (Score.Labels) training.score(model);
      assertThat(score.count()).isEqualTo(30);
      assertThat(score.accuracy()).isGreaterThan(0.8).isGreaterThan(score.majority());
      assertThat(answers(model, table)).hasSize(200);
    }
  }

  /**
   * The adding problem: the sum of the two numbers that are marked, of a hundred.
   *
   * @see <a href="https://doi.org/10.1162/neco.1997.9.8.1735">Hochreiter and Schmidhuber 1997</a>
   */
  @Test
  @EnabledIfSystemProperty(named = "series.slow", matches = "true")
  void whatIsMarkedIsAdded() throws IOException {
    SeriesTraining training = adding(10_000, 100, 60);
    try (SeriesModel model = training.train(Device.fastest())) {
      Score.Forecast score = (Score.Forecast) training.score(model);
      System.out.println("adding: " + score);
      assertThat(score.rmse() * score.rmse()).isLessThanOrEqualTo(0.001);
    }
  }

  @Test
  void valuesOfSequencesAreLearned() throws IOException {
    SeriesTraining training = adding(1000, 4, 20);
    try (SeriesModel model = training.train(Device.fastest())) {
      Score.Forecast score = (Score.Forecast) training.score(model);
      assertThat(score.count()).isEqualTo(150);
      assertThat(score.baseline()).isEqualTo("the mean");
      assertThat(score.mae()).isLessThan(0.5 * score.baselineMae());
      assertThat(score.coverage()).isBetween(0.7, 0.9);
      Path file =
          Files.writeString(directory.resolve("new.csv"), "name,x,mark\na,0.5,1\na,0.1,0\n");
      assertThat(answers(model, Table.read(file, model.words())))
          .singleElement()
          .satisfies(answer -> assertThat(answer.row()).isOne())
          .satisfies(answer -> assertThat(answer.ranges()).hasSize(1));
    }
  }

  private SeriesTraining adding(int sequences, int rows, int epochs) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder text = new StringBuilder("name,x,mark,sum\n");
    for (int name = 0; name < sequences; name++) {
      int one = random.nextInt(rows / 2);
      int other = rows / 2 + random.nextInt(rows / 2);
      float sum = 0;
      for (int row = 0; row < rows; row++) {
        float x = random.nextInt(10_000) / 1e4f;
        boolean marked = row == one || row == other;
        sum += marked ? x : 0;
        text.append("n%d,".formatted(name)).append(x).append(marked ? ",1," : ",0,");
        text.append(row == rows - 1 ? sum : "").append('\n');
      }
    }
    SeriesConfig config =
        SeriesConfig.builder(SeriesTask.value("sum")).by("name").epochs(epochs).build();
    Path file = Files.writeString(directory.resolve("sums.csv"), text);
    return SeriesTraining.of(Table.read(file, config.words()), config);
  }

  /** Of two waves one jumps, then the other stands still; and what is missing is no alarm. */
  @Test
  void whatIsUnlikeBeforeIsAnAlarm() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    StringBuilder learned = new StringBuilder("one,other,name\n");
    StringBuilder text = new StringBuilder("one,other,name\n");
    for (int row = 0; row < 900; row++) {
      double one = Math.sin(2 * Math.PI * row / 12) + random.nextDouble(-0.1, 0.1);
      double other = 5 * Math.cos(2 * Math.PI * row / 8) + random.nextDouble(-0.5, 0.5);
      if (row < 600) {
        learned.append("%.3f,%.3f,a\n".formatted(one, other));
      }
      text.append("%.3f,".formatted(row == 700 ? one + 3 : one));
      text.append(row == 750 ? "," : "%.3f,".formatted(row == 800 ? other + 15 : other));
      text.append("a\n");
    }
    Table table = Table.read(Files.writeString(directory.resolve("waves.csv"), learned));
    SeriesConfig config = SeriesConfig.builder(SeriesTask.alarm()).epochs(5).build();
    SeriesTraining training = SeriesTraining.of(table, config);
    assertThat(training.columns())
        .containsExactly(
            "one: numbers, to forecast", "other: numbers, to forecast", "name: 1 words, input");
    try (SeriesModel model = training.train(Device.fastest())) {
      model.write(directory, Map.of());
    }
    try (SeriesModel model = SeriesModel.read(directory, Device.fastest())) {
      Table watched =
          Table.read(Files.writeString(directory.resolve("w.csv"), text), model.words());
      List<SeriesModel.Answer> answers = answers(model, watched);
      assertThat(answers).hasSize(899);
      assertThat(model.threshold()).isBetween(0.0, 2.0);
      assertThat(answers.stream().filter(each -> each.score() > model.threshold()).count())
          .isLessThan(60);
      assertThat(answers.get(699)).extracting(SeriesModel.Answer::column).isEqualTo("one");
      assertThat(answers.get(799)).extracting(SeriesModel.Answer::column).isEqualTo("other");
      assertThat(List.of(answers.get(699).score(), answers.get(799).score()))
          .allMatch(score -> score > 3 * (1 + model.threshold()));
      assertThat(answers.stream().sorted((a, b) -> Double.compare(b.score(), a.score())).limit(2))
          .extracting(SeriesModel.Answer::row)
          .containsExactlyInAnyOrder(700, 800);
    }
  }

  @Test
  void aModelOfATextIsRefused() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> SeriesModel.read(directory, Device.fastest()))
        .isInstanceOf(InvalidInputException.class);
  }
}
