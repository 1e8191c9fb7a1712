package org.tornadogru.series;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Stream;

/** Writes rows of separated values, quoted where they have to be. */
final class RowWriter {

  private final SequenceWriter rows;

  RowWriter(Writer out, char separator) {
    try {
      rows =
          new CsvMapper()
              .configure(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING, true)
              .writer(CsvSchema.emptySchema().withColumnSeparator(separator))
              .writeValues(out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the answers", e);
    }
  }

  /** Writes a row. */
  void write(List<String> cells, List<String> more) {
    try {
      rows.write(Stream.concat(cells.stream(), more.stream()).toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the answers", e);
    }
  }

  void flush() {
    try {
      rows.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the answers", e);
    }
  }
}
