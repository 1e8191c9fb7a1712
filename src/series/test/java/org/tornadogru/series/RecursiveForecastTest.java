package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.device.Device;
import org.tornadogru.nn.InvalidInputException;

/** What a model of the next row says of those behind it. */
class RecursiveForecastTest {

  private static final List<String> HEADER = List.of("shop", "open", "sold", "price");
  private static final int ROWS = 160;
  private static final int HORIZON = 4;

  @TempDir private static Path directory;
  private static List<String> rows;
  private static SeriesTraining training;
  private static SeriesModel model;

  /** Two shops, which sell a third where they are not open, which is known ahead. */
  @BeforeAll
  static void train() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    rows = new ArrayList<>();
    for (String shop : List.of("a", "b")) {
      double level = 60;
      for (int row = 0; row < ROWS; row++) {
        boolean open = random.nextInt(3) > 0;
        level = 60 + 0.9 * (level - 60) + random.nextDouble(-5, 5);
        double sold = open ? level : level / 3;
        rows.add("%s,%d,%.3f,%d".formatted(shop, open ? 1 : 0, sold, random.nextInt(3, 6)));
      }
    }
    training = SeriesTraining.of(table(rows), config().epochs(12).build());
    model = training.train(Device.fastest());
  }

  private static SeriesConfig.Builder config() {
    return SeriesConfig.builder(SeriesTask.forecast(HORIZON, "sold"))
        .by("shop")
        .known("open")
        .multi(SeriesConfig.Multi.RECURSIVE)
        .hiddenSize(8);
  }

  private static Table table(List<String> rows) throws IOException {
    String text = String.join(",", HEADER) + "\n" + String.join("\n", rows) + "\n";
    return Table.read(
        Files.writeString(directory.resolve("shops.csv"), text), config().build().words());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  /** The forecast of one row, once a table has the forecasts of those before it. */
  @Test
  void eachForecastIsTakenForWhatCame() throws IOException {
    List<String> coming = List.of("b,0,,", "b,1,,", "b,1,,", "b,0,,", "b,0,,", "b,1,,");
    List<String> all = new ArrayList<>(rows);
    all.addAll(coming);
    List<SeriesModel.Next> expected = ofShop("b", model.forecast(table(all), coming.size()));
    assertThat(expected).hasSameSizeAs(coming);
    String price = rows.getLast().substring(rows.getLast().length() - 1);
    for (int row = 0; row < coming.size(); row++) {
      // Its price is not known ahead, and stays.
      SeriesModel.Next next = ofShop("b", model.forecast(table(all), 1)).getFirst();
      double median = next.range().median();
      assertThat(median).isCloseTo(expected.get(row).range().median(), within(1e-2));
      String open = coming.get(row).substring(0, "b,0,".length());
      all.set(rows.size() + row, open + "%.6f,".formatted(median) + price);
    }
  }

  /** Behind the horizon, too. */
  @Test
  void whatIsKnownAheadIsLookedAt() throws IOException {
    List<SeriesModel.Next> open = forecast("b,1,,");
    List<SeriesModel.Next> closed = forecast("b,0,,");
    for (int row = 0; row < open.size(); row++) {
      assertThat(open.get(row).range().median())
          .isGreaterThan(closed.get(row).range().median() + 3);
    }
  }

  private static List<SeriesModel.Next> forecast(String coming) throws IOException {
    List<String> all = new ArrayList<>(rows);
    all.addAll(Collections.nCopies(HORIZON + 2, coming));
    return ofShop("b", model.forecast(table(all), HORIZON + 2));
  }

  private static List<SeriesModel.Next> ofShop(String shop, List<SeriesModel.Next> all) {
    return all.stream().filter(next -> next.sequence().equals(shop)).toList();
  }

  @Test
  void itGoesOnBehindTheHorizonWithWiderRanges() throws IOException {
    Table table = table(rows);
    List<SeriesModel.Next> far = ofShop("a", model.forecast(table, 25 * HORIZON));

    assertThat(far).hasSize(25 * HORIZON);
    assertThat(far.subList(0, HORIZON)).isEqualTo(ofShop("a", model.forecast(table)));
    // Five times as wide, since it is 25 times as far; an end may be held at zero.
    Range at = far.get(HORIZON - 1).range();
    Range last = far.getLast().range();
    assertThat(last.median()).isBetween(0.0, 120.0);
    assertThat(last.high() - last.median()).isGreaterThan(4 * (at.high() - at.median()) - 5);
  }

  @Test
  void itIsMeasuredUpToTheHorizon() {
    Score.Forecast score = (Score.Forecast) training.score(model);
    assertThat(score.maeOf()).hasSize(HORIZON);
    assertThat(score.count()).isEqualTo(2L * HORIZON * (24 - HORIZON + 1));
    assertThat(score.beatsBaseline()).isTrue();
    assertThat(score.mae()).isLessThan(0.8 * score.lastMae());
  }

  /** Where nothing is known ahead, which a stream is not told. */
  @Test
  void aStreamHasTheForecastsOfTheTable() throws IOException {
    Table table = table(rows);
    SeriesConfig config = config().known().epochs(3).build();
    List<SeriesModel.Next> expected;
    List<SeriesModel.Next> next = new ArrayList<>();
    try (SeriesModel other = SeriesTraining.of(table, config).train(Device.fastest());
        SeriesStream stream = new SeriesStream(other, HEADER, Device.fastest())) {
      expected = other.forecast(table);
      for (int row = 0; row < ROWS; row++) { // the shops alternate
        for (int shop = 0; shop < 2; shop++) {
          String[] cells = rows.get(shop * ROWS + row).split(",");
          List<SeriesModel.Next> reply = stream.next(cells).next();
          next.addAll(row == ROWS - 1 ? reply : List.of());
        }
      }
    }
    assertThat(next).hasSameSizeAs(expected);
    for (int i = 0; i < next.size(); i++) {
      assertThat(next.get(i).sequence()).isEqualTo(expected.get(i).sequence());
      Range range = expected.get(i).range();
      assertThat(next.get(i).range().median()).isCloseTo(range.median(), within(1e-2));
      assertThat(next.get(i).range().high()).isCloseTo(range.high(), within(1e-2));
    }
  }

  @Test
  void whatIsForecastAtOnceEndsAtTheHorizon() throws IOException {
    Table table = table(rows);
    SeriesConfig direct = config().multi(SeriesConfig.Multi.DIRECT).epochs(1).build();
    try (SeriesModel other = SeriesTraining.of(table, direct).train(Device.fastest())) {
      assertThat(ofShop("b", other.forecast(table, 2)))
          .isEqualTo(ofShop("b", other.forecast(table)).subList(0, 2));
      assertRefused(() -> other.forecast(table, HORIZON + 1), "at most 4 rows ahead, not 5");
      assertRefused(() -> other.forecast(table, 0), "at least 1 row ahead, not 0");
    }
  }

  @Test
  void labelsAndAlarmsAreNotRecursive() {
    for (SeriesTask task : List.of(SeriesTask.classify("x"), SeriesTask.alarm())) {
      assertRefused(
          () -> SeriesConfig.builder(task).multi(SeriesConfig.Multi.RECURSIVE).build(),
          "only a forecast goes on from its own answers");
    }
  }

  private static void assertRefused(Runnable what, String message) {
    assertThatThrownBy(what::run)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }
}
