package org.tornadogru.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.RuntimeJsonMappingException;
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
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import java.util.zip.GZIPInputStream;
import org.tornadogru.nn.InvalidInputException;

/**
 * Reads a file twice: first to see what each column is and how many rows there are, then the cells.
 * No row is held. Cells lie on the heap, or in a file that is mapped and has no name any more.
 */
final class TableReader {

  static final Set<String> MISSING = Set.of("", "NA", "NaN", "nan");
  private static final int BUFFER = 1 << 16;
  private static final int LARGEST_ON_HEAP = 1 << 28; // bytes

  private final Path file;
  private final Set<String> words;
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
    Column.Odd odd;

    Column.Kind kind(boolean forced) {
      if (forced || (any && !number && !time)) {
        return Column.Kind.WORD;
      }
      return number ? Column.Kind.NUMBER : Column.Kind.TIME;
    }
  }

  /** Hears the cells of a row. */
  interface RowListener {
    void row(int index, String[] cells, long line);
  }

  TableReader(Path file, Set<String> words) {
    this.file = file;
    this.words = Set.copyOf(words);
  }

  Table read() {
    try {
      header();
      rows = scan(this::guess);
      requireRows();
      return new Table(String.valueOf(file.getFileName()), rows, columns());
    } catch (IOException e) {
      throw new InvalidInputException("%s: %s".formatted(file, reason(e)), e);
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

  boolean hasDecimalComma() {
    return decimalComma;
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file";
      case AccessDeniedException denied -> "it may not be read";
      case JsonProcessingException broken -> "it is not a table: " + broken.getOriginalMessage();
      default -> "it cannot be read: " + e.getMessage();
    };
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
    StringBuilder first = new StringBuilder();
    try (Reader text = text()) {
      for (int c = text.read(); c >= 0 && c != '\n' && first.length() < 1 << 20; c = text.read()) {
        first.append((char) c);
      }
    }
    if (first.isEmpty()) {
      throw wrong("is empty: a table has a line of names, and rows");
    }
    separator = separator(first);
    decimalComma = separator == ';';
    try (MappingIterator<String[]> lines = lines()) {
      names = List.of(lines.next()).stream().map(String::strip).toList();
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw wrong("has two columns called '%s'".formatted(name));
      }
    }
    guesses = names.stream().map(name -> new Guess()).toList();
    for (String word : words) {
      if (!names.contains(word)) {
        throw Table.missing(String.valueOf(file.getFileName()), word, names);
      }
    }
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
      lines.next();
      int count = 0;
      while (lines.hasNext()) {
        String[] cells = lines.next();
        long line = lines.getCurrentLocation().getLineNr() - 1L;
        if (cells.length != names.size()) {
          throw wrong(
              "has %d cells in line %d but %d columns".formatted(cells.length, line, names.size()));
        }
        listener.row(count, cells, line);
        count = Math.addExact(count, 1);
      }
      return count;
    } catch (RuntimeJsonMappingException e) {
      throw new IOException(e.getMessage(), e);
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
        boolean number = guess.number && number(cell).isPresent();
        if (!number && guess.number) {
          guess.odd = new Column.Odd(cell, line);
          guess.number = false;
        }
        guess.time = guess.time && Times.parse(cell).isPresent();
      }
    }
  }

  private OptionalDouble number(String cell) {
    String text = decimalComma ? cell.replace(',', '.') : cell;
    char first = text.charAt(0);
    if (first > '9' || text.charAt(text.length() - 1) > '9') { // words, 1d, 0x1p3: never slow
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
    List<Column.Kind> kinds = new ArrayList<>();
    for (int column = 0; column < names.size(); column++) {
      kinds.add(guesses.get(column).kind(words.contains(names.get(column))));
    }
    List<MemorySegment> cells = memory(kinds);
    List<Map<String, Integer>> indices = names.stream().map(name -> newWords()).toList();
    scan(
        (row, texts, line) -> {
          for (int column = 0; column < texts.length; column++) {
            double value = value(column, kinds.get(column), indices.get(column), texts, line);
            if (kinds.get(column) == Column.Kind.TIME) {
              cells.get(column).setAtIndex(ValueLayout.JAVA_DOUBLE, row, value);
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
              kinds.get(column),
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
          "has %s in line %d, column '%s': numbers are finite"
              .formatted(cell, line, names.get(column)));
    }
    return value;
  }

  /** Memory for the cells of each column. */
  private List<MemorySegment> memory(List<Column.Kind> kinds) throws IOException {
    long size = 0;
    for (Column.Kind kind : kinds) {
      size += bytes(kind);
    }
    if (size <= LARGEST_ON_HEAP) {
      return kinds.stream()
          .map(
              kind ->
                  kind == Column.Kind.TIME
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
      for (Column.Kind kind : kinds) {
        parts.add(all.asSlice(at, (long) rows * bytesOfCell(kind)));
        at += bytes(kind);
      }
      return parts;
    }
  }

  private long bytes(Column.Kind kind) {
    return Math.ceilDiv((long) rows * bytesOfCell(kind), Double.BYTES) * Double.BYTES;
  }

  private static int bytesOfCell(Column.Kind kind) {
    return kind == Column.Kind.TIME ? Double.BYTES : Float.BYTES;
  }
}
