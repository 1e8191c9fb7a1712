package org.tornadogru.spark;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.tornadogru.nn.Direction;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InvalidInputException;

/**
 * The columns of a stream in which each row is a step.
 *
 * @param steps what goes in
 * @param key the name of the column that says which sequence a row belongs to
 * @param keyAt where it is in a row
 * @param order the name of the column that says in which order rows are
 * @param orderAt where it is in a row
 */
record StreamColumns(SequenceColumn steps, String key, int keyAt, String order, int orderAt)
    implements Serializable {

  /**
   * Groups that keys are dealt to. Spark gives a processor the rows of one group at a time, so that
   * a group of many keys lets them run side by side; states are found by it, so that it is the same
   * for ever.
   */
  private static final int GROUPS = 256;

  /**
   * Columns of a stream.
   *
   * @throws InvalidInputException if one is not there or has something else, or the GRU cannot be
   *     fed step by step
   */
  static StreamColumns of(
      StructType schema, String key, String order, String steps, GruConfig config) {
    if (config.direction() != Direction.FORWARD) {
      throw new InvalidInputException(
          "a stream has no end to begin from: the GRU must be FORWARD, not %s; transform takes whole sequences"
              .formatted(config.direction()));
    }
    DataType ofKey = SequenceColumn.type(schema, key);
    if (!(ofKey instanceof StringType) && !SequenceColumn.isWhole(ofKey)) {
      throw refused(key, ofKey, "keys are strings or whole numbers");
    }
    DataType ofOrder = SequenceColumn.type(schema, order);
    if (!isOrdered(ofOrder)) {
      throw refused(order, ofOrder, "rows are ordered by numbers, strings, dates or times");
    }
    return new StreamColumns(
        SequenceColumn.ofSteps(schema, steps, config),
        key,
        schema.fieldIndex(key),
        order,
        schema.fieldIndex(order));
  }

  private static boolean isOrdered(DataType type) {
    return type instanceof NumericType
        || type instanceof StringType
        || type instanceof DateType
        || type instanceof TimestampType
        || type instanceof TimestampNTZType;
  }

  private static InvalidInputException refused(String name, DataType type, String wanted) {
    return new InvalidInputException(
        "column %s is %s, but %s".formatted(name, type.simpleString(), wanted));
  }

  /**
   * Which sequence a row belongs to.
   *
   * @throws InvalidInputException if it does not say so
   */
  String key(Row row) {
    return present(row, key, keyAt).toString();
  }

  /** The group of a row's key. */
  int group(Row row) {
    return Math.floorMod(key(row).hashCode(), GROUPS);
  }

  /**
   * Puts the rows of a key into their order.
   *
   * @throws InvalidInputException if a row has no place in it
   */
  void sort(List<Row> rows) {
    rows.forEach(this::place);
    rows.sort(Comparator.comparing(this::place));
  }

  @SuppressWarnings("unchecked") // values of a column have one type
  private Comparable<Object> place(Row row) {
    return (Comparable<Object>) present(row, order, orderAt);
  }

  private static Object present(Row row, String name, int at) {
    if (row.isNullAt(at)) {
      throw new InvalidInputException(
          "a row of the stream has null in column %s: leave such rows out".formatted(name));
    }
    return row.get(at);
  }
}
