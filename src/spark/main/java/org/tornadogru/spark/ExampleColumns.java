package org.tornadogru.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.Head;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Target;

/**
 * The columns that a model learns from.
 *
 * @param sequences what goes in
 * @param label the name of the column of what should come out
 * @param labelAt where it is in a row; negative if tokens are the labels
 * @param indicatorAt where it says that a row is for validation; negative if no row is
 * @param head says what labels are
 */
record ExampleColumns(
    SequenceColumn sequences, String label, int labelAt, int indicatorAt, Head head)
    implements Serializable {

  /** Where a column is that there is not. */
  private static final int NONE = -1;

  /**
   * Columns of a table.
   *
   * @param label not looked at where tokens are the labels
   * @param indicator the column that says which rows are for validation; empty for none
   * @throws InvalidInputException if one is not there, or has something else than the model takes
   */
  static ExampleColumns of(
      StructType schema,
      String features,
      String label,
      String indicator,
      GruConfig config,
      Head head) {
    SequenceColumn sequences = SequenceColumn.of(schema, features, config);
    int indicatorAt = indicator.isEmpty() ? NONE : indicatorAt(schema, indicator);
    if (head.target() == Target.NEXT_TOKEN) {
      return new ExampleColumns(sequences, label, NONE, indicatorAt, head);
    }
    DataType type = SequenceColumn.type(schema, label);
    boolean classes = head.loss().ofClasses();
    boolean fits =
        classes
            ? head.ofLast() ? SequenceColumn.isWhole(type) : SequenceColumn.isArrayOfWhole(type)
            : head.ofLast()
                ? SequenceColumn.isArrayOfNumbers(type)
                    || (head.outputs() == 1 && type instanceof NumericType)
                : SequenceColumn.isArrayOfArrays(type);
    if (!fits) {
      throw new InvalidInputException(
          "column %s is %s, but the head wants %s%s"
              .formatted(
                  label,
                  type.simpleString(),
                  classes ? "classes" : "values",
                  wanted(classes, head)));
    }
    return new ExampleColumns(sequences, label, schema.fieldIndex(label), indicatorAt, head);
  }

  private static int indicatorAt(StructType schema, String name) {
    DataType type = SequenceColumn.type(schema, name);
    if (!type.equals(DataTypes.BooleanType)) {
      throw new InvalidInputException(
          "column %s is %s, but a row is for validation or not: boolean"
              .formatted(name, type.simpleString()));
    }
    return schema.fieldIndex(name);
  }

  private static String wanted(boolean classes, Head head) {
    if (classes) {
      return head.ofLast() ? ": int" : " of each step: array<int>";
    }
    return head.ofLast() ? ": array<float>" : " of each step: array<array<float>>";
  }

  /**
   * What a row teaches; null for one without a sequence, without steps or without a label, which of
   * a language model is its second token.
   *
   * @throws InvalidInputException if its label does not fit its sequence or the head
   */
  Example example(Row row) {
    Sequence sequence = sequences.sequence(row);
    if (sequence == null || sequence.steps() == 0) {
      return null;
    }
    boolean validates =
        indicatorAt != NONE && !row.isNullAt(indicatorAt) && row.getBoolean(indicatorAt);
    if (labelAt == NONE) {
      int last = sequence.steps() - 1;
      int[] next = sequence.part(1, last + 1).tokens();
      return last == 0 ? null : new Example(sequence.part(0, last), next, null, validates);
    }
    if (row.isNullAt(labelAt)) {
      return null;
    }
    if (head.ofLast()) {
      return head.loss().ofClasses()
          ? new Example(sequence, new int[] {classOf(row.get(labelAt))}, null, validates)
          : new Example(sequence, null, new float[][] {values(row.get(labelAt), 0)}, validates);
    }
    List<?> labels = row.getList(labelAt);
    if (labels.size() != sequence.steps()) {
      throw new InvalidInputException(
          "a row has %d labels in column %s for a sequence of %d steps"
              .formatted(labels.size(), label, sequence.steps()));
    }
    if (head.loss().ofClasses()) {
      return new Example(
          sequence, labels.stream().mapToInt(this::classOf).toArray(), null, validates);
    }
    float[][] values = new float[labels.size()][];
    for (int step = 0; step < values.length; step++) {
      values[step] = values(labels.get(step), step);
    }
    return new Example(sequence, null, values, validates);
  }

  /** A class; negative where there is none. */
  private int classOf(Object value) {
    long known = value == null ? -1 : ((Number) value).longValue();
    if (known >= head.outputs()) {
      throw new InvalidInputException(
          "column %s has class %d, which is not below %d, the outputs of the head"
              .formatted(label, known, head.outputs()));
    }
    return known < 0 ? -1 : (int) known;
  }

  private float[] values(Object value, int step) {
    float[] values =
        value instanceof Number number
            ? new float[] {number.floatValue()}
            : SequenceColumn.vector(label, step, value);
    if (values.length != head.outputs()) {
      throw new InvalidInputException(
          "a label of column %s has %d values, but the head has %d outputs"
              .formatted(label, values.length, head.outputs()));
    }
    return values;
  }
}
