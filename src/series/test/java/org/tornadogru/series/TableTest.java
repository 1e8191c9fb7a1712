package org.tornadogru.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tornadogru.nn.InvalidInputException;

/** Files of every form, and those that are no tables. */
@Tag("plain-jvm")
class TableTest {

  private static final String BOM = "\uFEFF";

  @TempDir private Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("a.csv"), text);
  }

  private Table table(String text) throws IOException {
    return Table.read(file(text));
  }

  private static double[] numbers(Column column) {
    return IntStream.range(0, column.rows()).mapToDouble(column::at).toArray();
  }

  private static List<String> words(Column column) {
    return Arrays.asList(
        IntStream.range(0, column.rows()).mapToObj(column::word).toArray(String[]::new));
  }

  // ---- Forms ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x,name\n1.5,a\n-2e3,b\n",
        "x\tname\n1.5\ta\n-2e3\tb",
        "x;name\n1,5;a\n-2e3;b\n",
        "x;name\r\n1.5;a\r\n-2e3;b\r\n",
        "\uFEFFx,name\n1.5,a\n-2e3,b\n",
        "\"x\",\"name\"\n\"1.5\",\"a\"\n\"-2e3\",\"b\"\n",
        " x , name \n 1.5 , a \n -2e3 , b \n",
        "\nx,name\n\n1.5,a\n\n-2e3,b\n\n",
      })
  void separatorsQuotesAndLineEndsMakeNoDifference(String text) throws IOException {
    Table table = table(text);

    assertThat(table.rows()).isEqualTo(2);
    assertThat(table.columns()).extracting(Column::name).containsExactly("x", "name");
    assertThat(numbers(table.column("x"))).containsExactly(1.5, -2000);
    assertThat(words(table.column("name"))).containsExactly("a", "b");
  }

  @Test
  void packedFilesAreUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write((BOM + "x,y\n1,2\n").getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = packed.toByteArray();
    Path file = Files.write(directory.resolve("a.gz"), bytes);
    Path cut = Files.write(directory.resolve("cut.gz"), Arrays.copyOf(bytes, bytes.length - 12));

    assertThat(numbers(Table.read(file).column("x"))).containsExactly(1);
    assertRefused(cut, "it ends too early");
  }

  @Test
  void quotesKeepSeparatorsLineEndsAndQuotes() throws IOException {
    Table table = table("a,\"b;c;d\"\n\"x,\ny\",\"say \"\"no\"\"\"\n2,3\n");

    assertThat(words(table.column("a"))).containsExactly("x,\ny", "2");
    assertThat(words(table.column("b;c;d"))).containsExactly("say \"no\"", "3");
  }

  @Test
  void whatIsMissingIsNoNumber() throws IOException {
    Table table =
        table("x,word,none,time\n,a,,1973-05\nNA,NA,NaN,\n NaN ,,NA,NA\n1,b,nan,1973-06\n");

    assertThat(numbers(table.column("x"))).containsExactly(Double.NaN, Double.NaN, Double.NaN, 1);
    assertThat(words(table.column("word"))).containsExactly("a", null, null, "b");
    assertThat(table.column("none").kind()).isEqualTo(Column.Kind.NUMBER);
    assertThat(numbers(table.column("none"))).containsOnly(Double.NaN);
    assertThat(table.column("time").kind()).isEqualTo(Column.Kind.TIME);
    assertThat(table.column("time").isMissing(1)).isTrue();
  }

  /** Seconds since 1970, by GNU date. */
  @ParameterizedTest
  @CsvSource({
    "1973-05,105062400",
    "1973-05-01,105062400",
    "1973-05-01 12:30,105107400",
    "1973-05-01T12:30:15,105107415",
    "1973-05-01 12:30:15.25,105107415.25",
    "1973-05-01T12:30Z,105107400",
    "1973-05-01T12:30:00+02:00,105100200",
    "1973-05-01 12:30-05:00,105125400",
    "1969-12-31 23:59:59,-1",
  })
  void timesAreSecondsSince1970(String text, double seconds) throws IOException {
    Column time = table("t\n" + text + "\n").column("t");

    assertThat(time.kind()).isEqualTo(Column.Kind.TIME);
    assertThat(time.at(0)).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1973-13", "1973-02-30", "73-05-01", "12:30", "1973-05-01 25:00", "1973-"})
  void whatLooksLikeATimeIsWords(String text) throws IOException {
    assertThat(table("t\n" + text + "\n").column("t").kind()).isEqualTo(Column.Kind.WORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1973", "197305", "19730501", "-1", "+1", ".5", "5.", "25e-2"})
  void numbersAreNoTimes(String text) throws IOException {
    Column column = table("t\n" + text + "\n").column("t");

    assertThat(column.kind()).isEqualTo(Column.Kind.NUMBER);
    assertThat(column.at(0)).isEqualTo(Double.parseDouble(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x1p3", "1d", "1f", "1_000", "1 000", "--1", "1e", "NULL"})
  void whatJavaTakesForNumbersAndNobodyElseIsWords(String text) throws IOException {
    Column column = table("t\n1\n" + text + "\n").column("t");

    assertThat(column.kind()).isEqualTo(Column.Kind.WORD);
    assertThat(column.odd()).isEqualTo(new Column.Odd(text, 3));
  }

  /** A float would make 128 seconds of one. */
  @Test
  void largeNumbersKeepTheirUnits() throws IOException {
    Table table = table("t,x\n1600000001,16777216\n1600000002,1\n");

    assertThat(numbers(table.column("t"))).containsExactly(1_600_000_001, 1_600_000_002);
    assertThat(numbers(table.column("x"))).containsExactly(16_777_216, 1);
  }

  @Test
  void numbersAreWordsIfToldSo() throws IOException {
    Table table = Table.read(file("a,b\n07,1\n7,2\n07,3\n"), Set.of("a", "not there"));

    assertThat(words(table.column("a"))).containsExactly("07", "7", "07");
    assertThat(table.column("b").kind()).isEqualTo(Column.Kind.NUMBER);
  }

  /** The same cells, wherever they lie. */
  @Test
  void largeTablesLieInAFile() throws IOException {
    Path file = file("t,x,name\n1973-05,1,a\n1973-06,2,b\n1973-07,,c\n");
    Table onHeap = Table.read(file);
    Table mapped = new TableReader(file, Set.of(), 0).read();

    for (Column column : onHeap.columns()) {
      Column other = mapped.column(column.name());
      assertThat(other.cells().isMapped()).isTrue();
      assertThat(numbers(other)).isEqualTo(numbers(column));
      assertThat(other.words()).isEqualTo(column.words());
    }
  }

  // ---- What is wrong ----

  private static void assertRefused(Path file, String... words) {
    assertThatThrownBy(() -> Table.read(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(String.valueOf(file.getFileName()))
        .hasMessageContainingAll(words)
        .extracting(e -> e.getMessage().lines().count())
        .isEqualTo(1L);
  }

  @Test
  void whatIsNoTableIsRefused() throws IOException {
    assertRefused(file(""), "is empty");
    assertRefused(file(BOM + "\n\n"), "is empty");
    assertRefused(file("x,y\n"), "has a header and no row");
    assertRefused(file("x,y\n1,2\n3\n"), "has 1 cells in line 3 but 2 columns");
    assertRefused(file("x,y\n\"1\n\n\",2\n3,4,5"), "has 3 cells in line 5 but 2 columns");
    assertRefused(file("x,y,x\n1,2,3\n"), "has two columns called 'x'");
    assertRefused(file("x,y\n1,\"2\n"), "it is not a table");
    assertRefused(file("x,y\n1,2\n3,-inf\n"), "-inf in line 3, column 'y'", "finite");
    assertRefused(file("x\n1e39\n"), "1e39 in line 2, column 'x'", "3.4e38");
    assertRefused(directory.resolve("no.csv"), "no such file or directory");
    assertRefused(directory, "directory");
    Path wide = directory.resolve("wide.csv");
    assertRefused(Files.writeString(wide, "x,y\n1,2\n", StandardCharsets.UTF_16LE), "UTF-8");
  }

  @Test
  void aColumnThatIsNotThereHasNeighbours() throws IOException {
    Table table = table("date,ozone,solar,wind,temp\n1,2,3,4,5\n");

    assertThatThrownBy(() -> table.column("Ozon"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("a.csv has no column 'Ozon': the nearest of its 5 are 'ozone', ");
    assertThat(table.has("Ozon")).isFalse();
  }

  @Test
  void nullIsNamed() {
    assertThatThrownBy(() -> Table.read(null)).hasMessage("file");
    assertThatThrownBy(() -> Table.read(directory, null)).hasMessage("words");
    assertThatThrownBy(() -> new Table("t", 1, null)).hasMessage("columns");
  }
}
