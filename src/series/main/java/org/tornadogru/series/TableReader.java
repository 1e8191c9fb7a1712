package org.tornadogru.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.tornadogru.file.Reason;
import org.tornadogru.nn.InvalidInputException;

/**
 * Reads a file twice: first to see what each column is and how many rows there are, then the cells.
 * No row is held. Cells lie on the heap, or in a file that is mapped and has no name any more.
 */
final class TableReader {

  static final Set<String> MISSING = Set.of("", "NA", "NaN", "nan");
  private static final int BUFFER = 1 << 16;
  private static final int LONGEST_HEADER = 1 << 20;
  private static final long LARGEST_ON_HEAP = 1 << 28; // bytes

  /** Up to it a float has all whole numbers. */
  private static final double WHOLE = 1 << 24;

  private final Path file;
  private final Set<String> words;
  private final long largestOnHeap;
  private char separator;
  private boolean decimalComma;
  private List<String> names;
  private List<Guess> guesses;
  private int rows;

  /** What a column is, as far as was seen. */
  private static final class Guess {
    boolean number = true;
    boolean time = true;
    boolean any;
    boolean large;
    Column.Odd odd;

    Column.Kind kind(boolean forced) {
      if (forced || (any && !number && !time)) {
        return Column.Kind.WORD;
      }
      return number ? Column.Kind.NUMBER : Column.Kind.TIME;
    }
  }

  /** What cells become. */
  private record Plan(Column.Kind kind, int bytesOfCell) {}

  /** Hears the cells of a row. */
  interface RowListener {
    void row(int index, String[] cells, long line);
  }

  TableReader(Path file, Set<String> words) {
    this(file, words, LARGEST_ON_HEAP);
  }

  /**
   * The same.
   *
   * @param largestOnHeap bytes of cells above which they lie in a file
   */
  TableReader(Path file, Set<String> words, long largestOnHeap) {
    this.file = file;
    this.words = Set.copyOf(words);
    this.largestOnHeap = largestOnHeap;
  }

  Table read() {
    try {
      header();
      rows = scan(this::guess);
      requireRows();
      return new Table(String.valueOf(file.getFileName()), rows, columns());
    } catch (IOException e) {
      throw new InvalidInputException(
          "cannot read %s (%s): give another file".formatted(file, reason(e)), e);
    }
  }

  /** The names of its columns. */
  List<String> names() {
    try {
      header();
      return names;
    } catch (IOException e) {
      throw new InvalidInputException("%s: %s".formatted(file, reason(e)), e);
    }
  }

  /** Its cells as they are written, whose names have been read. */
  void forEachRow(RowListener listener) {
    try {
      scan(listener);
    } catch (IOException e) {
      throw new InvalidInputException("%s: %s".formatted(file, reason(e)), e);
    }
  }

  char separator() {
    return separator;
  }

  private static String reason(IOException e) {
    return e instanceof JsonProcessingException broken
        ? "it is not a table: " + broken.getOriginalMessage()
        : Reason.of(e);
  }

  private InvalidInputException wrong(String what) {
    return new InvalidInputException("%s %s".formatted(file, what));
  }

  private void requireRows() {
    if (rows == 0) {
      throw wrong("has a header and no row");
    }
  }

  private void header() throws IOException {
    String first = firstLine();
    if (first.isBlank()) {
      throw wrong("is empty: a table has a line of names, and rows");
    }
    if (first.indexOf('\0') >= 0) {
      throw wrong("is no text in UTF-8: save it as comma-separated values in UTF-8");
    }
    separator = separator(first);
    decimalComma = separator == ';';
    try (MappingIterator<String[]> lines = lines()) {
      names = Stream.of(lines.nextValue()).map(String::strip).toList();
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw wrong("has two columns called '%s': rename one".formatted(name));
      }
    }
    guesses = names.stream().map(name -> new Guess()).toList();
  }

  /** Its first line, without what is in quotes. */
  private String firstLine() throws IOException {
    StringBuilder line = new StringBuilder();
    boolean quoted = false;
    try (Reader text = text()) {
      for (int c = text.read(); c >= 0 && line.length() < LONGEST_HEADER; c = text.read()) {
        quoted ^= c == '"';
        if (c == '\n' && !quoted && !line.toString().isBlank()) {
          return line.toString();
        }
        if (!quoted) {
          line.append((char) c);
        }
      }
    }
    return line.toString();
  }

  /** Commas, semicolons or tabs: whichever a line of names has most of. */
  static char separator(CharSequence names) {
    char separator = ',';
    for (char candidate : new char[] {';', '\t'}) {
      separator = count(names, candidate) > count(names, separator) ? candidate : separator;
    }
    return separator;
  }

  private static int count(CharSequence text, char wanted) {
    return (int) text.chars().filter(c -> c == wanted).count();
  }

  /** Its characters, unpacked, without a byte order mark. */
  private Reader text() throws IOException {
    InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
    bytes.mark(2);
    boolean packed = bytes.read() == 0x1F && bytes.read() == 0x8B;
    bytes.reset();
    PushbackReader text =
        new PushbackReader(
            new InputStreamReader(
                packed ? new GZIPInputStream(bytes, BUFFER) : bytes, StandardCharsets.UTF_8));
    int first = text.read();
    if (first >= 0 && first != '\uFEFF') {
      text.unread(first);
    }
    return text;
  }

  private MappingIterator<String[]> lines() throws IOException {
    return new CsvMapper()
        .readerFor(String[].class)
        .with(CsvParser.Feature.WRAP_AS_ARRAY)
        .with(CsvParser.Feature.SKIP_EMPTY_LINES)
        .with(CsvSchema.emptySchema().withColumnSeparator(separator))
        .readValues(text());
  }

  private int scan(RowListener listener) throws IOException {
    try (MappingIterator<String[]> lines = lines()) {
      lines.nextValue();
      int count = 0;
      while (lines.hasNextValue()) {
        long line = lines.getParser().currentLocation().getLineNr();
        String[] cells = lines.nextValue();
        if (cells.length != names.size()) {
          throw wrong(
              "has %d cells in line %d but %d columns".formatted(cells.length, line, names.size()));
        }
        listener.row(count, cells, line);
        count = Math.addExact(count, 1);
      }
      return count;
    } catch (ArithmeticException e) {
      throw wrong("has more rows than a table can hold, %,d".formatted(Integer.MAX_VALUE));
    }
  }

  private void guess(int row, String[] cells, long line) {
    for (int column = 0; column < cells.length; column++) {
      String cell = cells[column].strip();
      Guess guess = guesses.get(column);
      if (!MISSING.contains(cell)) {
        guess.any = true;
        if (guess.number) {
          OptionalDouble number = number(cell);
          guess.number = number.isPresent();
          guess.odd = guess.number ? null : new Column.Odd(cell, line);
          guess.large |= Math.abs(number.orElse(0)) > WHOLE;
        }
        guess.time = guess.time && Times.parse(cell).isPresent();
      }
    }
  }

  private OptionalDouble number(String cell) {
    String text = decimalComma ? cell.replace(',', '.') : cell;
    char first = text.charAt(0);
    boolean word = first > '9' || text.charAt(text.length() - 1) > '9'; // 1d, too: never slow
    if (word || text.indexOf('x') > 0 || text.indexOf('X') > 0) { // 0x1p3
      return infinity(text);
    }
    try {
      return OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return infinity(text);
    }
  }

  private static OptionalDouble infinity(String text) {
    String word = text.replaceFirst("^[+-]", "").toLowerCase(Locale.ROOT);
    boolean infinite = word.equals("inf") || word.equals("infinity");
    return infinite
        ? OptionalDouble.of(
            text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
        : OptionalDouble.empty();
  }

  private List<Column> columns() throws IOException {
    List<Plan> plans = new ArrayList<>();
    for (int column = 0; column < names.size(); column++) {
      Guess guess = guesses.get(column);
      Column.Kind kind = guess.kind(words.contains(names.get(column)));
      boolean wide = kind == Column.Kind.TIME || (kind == Column.Kind.NUMBER && guess.large);
      plans.add(new Plan(kind, wide ? Double.BYTES : Float.BYTES));
    }
    List<MemorySegment> cells = memory(plans);
    List<Map<String, Integer>> indices = names.stream().map(name -> newWords()).toList();
    scan(
        (row, texts, line) -> {
          for (int column = 0; column < texts.length; column++) {
            Plan plan = plans.get(column);
            double value = value(column, plan.kind, indices.get(column), texts, line);
            if (plan.bytesOfCell == Double.BYTES) {
              // One large number makes no other one another.
              boolean small = plan.kind == Column.Kind.NUMBER && Math.abs(value) <= WHOLE;
              cells
                  .get(column)
                  .setAtIndex(ValueLayout.JAVA_DOUBLE, row, small ? (float) value : value);
            } else {
              cells.get(column).setAtIndex(ValueLayout.JAVA_FLOAT, row, (float) value);
            }
          }
        });
    List<Column> columns = new ArrayList<>();
    for (int column = 0; column < names.size(); column++) {
      List<String> ofColumn = new ArrayList<>(indices.get(column).keySet());
      ofColumn.sort(Comparator.comparing(indices.get(column)::get));
      columns.add(
          new Column(
              names.get(column),
              plans.get(column).kind,
              rows,
              cells.get(column),
              ofColumn,
              guesses.get(column).odd));
    }
    return columns;
  }

  private static Map<String, Integer> newWords() {
    return new HashMap<>();
  }

  private double value(
      int column, Column.Kind kind, Map<String, Integer> indices, String[] texts, long line) {
    String cell = texts[column].strip();
    if (MISSING.contains(cell)) {
      return Double.NaN;
    }
    double value =
        switch (kind) {
          case NUMBER -> number(cell).orElse(Double.NaN);
          case TIME -> Times.parse(cell).orElse(Double.NaN);
          case WORD -> indices.computeIfAbsent(cell, word -> indices.size());
        };
    if (Float.isInfinite((float) value) && kind == Column.Kind.NUMBER) {
      throw wrong(
          "has %s in line %d, column '%s': numbers are finite, up to 3.4e38"
              .formatted(cell, line, names.get(column)));
    }
    return value;
  }

  /** Memory for the cells of each column. */
  private List<MemorySegment> memory(List<Plan> plans) throws IOException {
    long size = plans.stream().mapToLong(this::bytes).sum();
    if (size <= largestOnHeap) {
      return plans.stream()
          .map(
              plan ->
                  plan.bytesOfCell == Double.BYTES
                      ? MemorySegment.ofArray(new double[rows])
                      : MemorySegment.ofArray(new float[rows]))
          .toList();
    }
    Path swap = Files.createTempFile("tornado-gru-", ".cells");
    try (FileChannel channel =
        FileChannel.open(
            swap,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, Arena.ofAuto());
      List<MemorySegment> parts = new ArrayList<>();
      long at = 0;
      for (Plan plan : plans) {
        parts.add(all.asSlice(at, (long) rows * plan.bytesOfCell));
        at += bytes(plan);
      }
      return parts;
    }
  }

  /** Of a column, so that the next one begins where a double may. */
  private long bytes(Plan plan) {
    return Math.ceilDiv((long) rows * plan.bytesOfCell, Double.BYTES) * Double.BYTES;
  }
}
