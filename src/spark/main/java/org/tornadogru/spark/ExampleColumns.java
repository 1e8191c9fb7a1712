package org.tornadogru.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
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
 * @param labelAt where it is in a row
 * @param head says what labels are
 */
record ExampleColumns(SequenceColumn sequences, String label, int labelAt, Head head)
    implements Serializable {

  /**
   * Columns of a table.
   *
   * @throws InvalidInputException if one is not there, or has something else than the model takes
   */
  static ExampleColumns of(
      StructType schema, String features, String label, GruConfig config, Head head) {
    if (head.target() == Target.NEXT_TOKEN) {
      throw new InvalidInputException(
          "on Spark a model learns from labels: give a head of classes or values, not of next tokens");
    }
    SequenceColumn sequences = SequenceColumn.of(schema, features, config);
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
    return new ExampleColumns(sequences, label, schema.fieldIndex(label), head);
  }

  private static String wanted(boolean classes, Head head) {
    if (classes) {
      return head.ofLast() ? ": int" : " of each step: array<int>";
    }
    return head.ofLast() ? ": array<float>" : " of each step: array<array<float>>";
  }

  /**
   * What a row teaches; null for one without a sequence, without steps or without a label.
   *
   * @throws InvalidInputException if its label does not fit its sequence or the head
   */
  Example example(Row row) {
    Sequence sequence = sequences.sequence(row);
    if (sequence == null || sequence.steps() == 0 || row.isNullAt(labelAt)) {
      return null;
    }
    if (head.ofLast()) {
      return head.loss().ofClasses()
          ? new Example(sequence, new int[] {classOf(row.get(labelAt))}, null)
          : new Example(sequence, null, new float[][] {values(row.get(labelAt), 0)});
    }
    List<?> labels = row.getList(labelAt);
    if (labels.size() != sequence.steps()) {
      throw new InvalidInputException(
          "a row has %d labels in column %s for a sequence of %d steps"
              .formatted(labels.size(), label, sequence.steps()));
    }
    if (head.loss().ofClasses()) {
      return new Example(sequence, labels.stream().mapToInt(this::classOf).toArray(), null);
    }
    float[][] values = new float[labels.size()][];
    for (int step = 0; step < values.length; step++) {
      values[step] = values(labels.get(step), step);
    }
    return new Example(sequence, null, values);
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
