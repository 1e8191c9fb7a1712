package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tornadogru.device.Device;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Initialization;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Weights;

/** Rows that come one by one have the answers that they have in a table. */
class SeriesStreamTest {

  private static final List<String> HEADER = List.of("shop", "day", "kind", "sold", "price");

  @TempDir private static Path directory;
  private static List<String[]> rows;
  private static Table table;
  private static SeriesModel model;

  /** Two shops whose rows alternate, with a period of 7, some of whose prices are missing. */
  @BeforeAll
  static void train() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    rows = new ArrayList<>();
    for (int day = 0; day < 220; day++) {
      for (String shop : List.of("a", "b")) {
        double sold = (shop.equals("a") ? 50 : 80) + 10 * Math.sin(2 * Math.PI * day / 7);
        rows.add(
            new String[] {
              shop,
              java.time.LocalDate.of(2020, 1, 1).plusDays(day).toString(),
              day % 3 == 0 ? "open" : "late",
              String.valueOf(sold + random.nextDouble(-3, 3)),
              day % 10 == 5 ? "" : String.valueOf(random.nextInt(3, 6))
            });
      }
    }
    StringBuilder text = new StringBuilder(String.join(",", HEADER) + "\n");
    rows.forEach(row -> text.append(String.join(",", row)).append('\n'));
    Path file = Files.writeString(directory.resolve("shops.csv"), text);
    SeriesConfig config =
        SeriesConfig.builder(SeriesTask.forecast(2, "sold"))
            .by("shop")
            .hiddenSize(8)
            .epochs(3)
            .build();
    table = Table.read(file, config.words());
    model = SeriesTraining.of(table, config).train(Device.fastest());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void rowsHaveTheAnswersOfTheTable() {
    assertAnswersOfTheTable(model);
  }

  /** Its errors in the last rows are looked at too, which are those of rows a season before. */
  @Test
  @Tag("plain-jvm")
  void rangesFollowALongSeason() {
    Baseline season = new Baseline(Baseline.Kind.SEASONAL, 1, new Season(91, new double[91]));
    List<TargetCode> targets =
        model.preparation().targets().stream()
            .map(
                target ->
                    new TargetCode(
                        target.code(), season, target.leftOver(), target.naive(), target.margins()))
            .toList();
    Preparation preparation = model.preparation().withTargets(targets);
    GruConfig gru = GruConfig.builder(preparation.inputSize(), 4).build();
    Weights weights = Weights.initial(gru, preparation.outputs(), Initialization.UNIFORM, 1);
    try (SeriesModel seasonal = new SeriesModel(preparation, weights, Device.fastest())) {
      assertAnswersOfTheTable(seasonal);
    }
  }

  private static void assertAnswersOfTheTable(SeriesModel model) {
    Map<Integer, SeriesModel.Answer> expected = new HashMap<>();
    model.answer(table, answer -> expected.put(answer.row(), answer));
    List<SeriesModel.Next> next = new ArrayList<>();
    try (SeriesStream stream = new SeriesStream(model, HEADER, Device.fastest())) {
      for (int row = 0; row < rows.size(); row++) {
        SeriesStream.Reply reply = stream.next(rows.get(row));
        if (row < 2) {
          assertThat(reply.answer().ranges()).as("the first of a shop").isEmpty();
        } else {
          assertClose(reply.answer().ranges(), expected.get(row).ranges());
        }
        if (row >= rows.size() - 2) {
          next.addAll(reply.next());
        }
      }
    }
    List<SeriesModel.Next> ofTable = model.forecast(table);
    assertThat(next)
        .extracting(each -> each.sequence() + each.ahead())
        .containsExactly("a1", "a2", "b1", "b2");
    assertClose(
        next.stream().map(SeriesModel.Next::range).toList(),
        ofTable.stream().map(SeriesModel.Next::range).toList());
  }

  private static void assertClose(List<Range> actual, List<Range> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).low()).isCloseTo(expected.get(i).low(), within(1e-3));
      assertThat(actual.get(i).median()).isCloseTo(expected.get(i).median(), within(1e-3));
      assertThat(actual.get(i).high()).isCloseTo(expected.get(i).high(), within(1e-3));
    }
  }

  @Test
  void whatCannotBeAnsweredIsNamed() {
    assertRefused(List.of("shop", "day", "kind", "sold"), "no column 'price'");
    assertRefused(HEADER, "has 2 cells but 5 columns", "a", "2020-01-01");
    assertRefused(HEADER, "'many' in column 'sold'", "a", "2020-01-01", "open", "many", "3");
    assertRefused(HEADER, "numbers are finite", "a", "2020-01-01", "open", "1e99", "3");
    try (SeriesStream stream = new SeriesStream(model, HEADER, Device.fastest())) {
      stream.next("a", "2020-01-02", "open", "50", "3");
      stream.next("b", "2020-01-01", "never seen", "80", "");
      assertThatThrownBy(() -> stream.next("a", "2020-01-02", "open", "50", "3"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("row 3 of the stream is not later than the one before it");
    }
  }

  private static void assertRefused(List<String> header, String message, String... cells) {
    assertThatThrownBy(
            () -> {
              try (SeriesStream stream = new SeriesStream(model, header, Device.fastest())) {
                stream.next(cells);
              }
            })
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(message);
  }
}
