package org.tornadogru.spark;

import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.tornadogru.nn.GruConfig;
import org.tornadogru.nn.InputKind;
import org.tornadogru.nn.InvalidInputException;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A column of sequences that a GRU takes.
 *
 * @param name of the column
 * @param at where it is in a row
 * @param tokens whether it has token ids
 * @param inputs size of the vocabulary, or of a vector
 */
record SequenceColumn(String name, int at, boolean tokens, int inputs) implements Serializable {

  private static final Set<DataType> WHOLE =
      Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  /**
   * A column of a table.
   *
   * @throws InvalidInputException if there is none of this name, or it has something else
   */
  static SequenceColumn of(StructType schema, String name, GruConfig config) {
    boolean tokens = config.input() == InputKind.TOKENS;
    DataType type = type(schema, name);
    if (tokens ? !isArrayOfWhole(type) : !isArrayOfArrays(type)) {
      throw new InvalidInputException(
          "column %s is %s, but this GRU takes %s"
              .formatted(
                  name,
                  type.simpleString(),
                  tokens ? "token ids: array<int>" : "vectors: array<array<float>>"));
    }
    return new SequenceColumn(name, schema.fieldIndex(name), tokens, config.inputSize());
  }

  /**
   * A column that has a step of a sequence in each row.
   *
   * @throws InvalidInputException if there is none of this name, or it has something else
   */
  static SequenceColumn ofSteps(StructType schema, String name, GruConfig config) {
    boolean tokens = config.input() == InputKind.TOKENS;
    DataType type = type(schema, name);
    if (tokens ? !isWhole(type) : !isArrayOfNumbers(type)) {
      throw new InvalidInputException(
          "column %s is %s, but a step of this GRU is %s"
              .formatted(
                  name,
                  type.simpleString(),
                  tokens ? "a token id: int" : "a vector: array<float>"));
    }
    return new SequenceColumn(name, schema.fieldIndex(name), tokens, config.inputSize());
  }

  /** The type of a column that has to be there. */
  static DataType type(StructType schema, String name) {
    if (!List.of(schema.fieldNames()).contains(name)) {
      throw new InvalidInputException(
          "there is no column %s: there are %s"
              .formatted(name, String.join(", ", schema.fieldNames())));
    }
    return schema.apply(name).dataType();
  }

  static boolean isWhole(DataType type) {
    return WHOLE.contains(type);
  }

  static boolean isArrayOfWhole(DataType type) {
    return type instanceof ArrayType array && isWhole(array.elementType());
  }

  static boolean isArrayOfNumbers(DataType type) {
    return type instanceof ArrayType array && array.elementType() instanceof NumericType;
  }

  static boolean isArrayOfArrays(DataType type) {
    return type instanceof ArrayType array && isArrayOfNumbers(array.elementType());
  }

  /**
   * The sequence of a row; null where there is none.
   *
   * @throws InvalidInputException if it has a null in it, a token id that is not in the vocabulary,
   *     or a vector of another size
   */
  Sequence sequence(Row row) {
    return row.isNullAt(at) ? null : sequence(row.getList(at));
  }

  /**
   * A sequence of some steps.
   *
   * @param steps numbers, or arrays of them
   * @throws InvalidInputException as of that of a row
   */
  Sequence sequence(List<?> steps) {
    if (tokens) {
      int[] ids = new int[steps.size()];
      for (int step = 0; step < ids.length; step++) {
        ids[step] = token(number(name, step, steps.get(step)), step);
      }
      return new Sequence(ids, null);
    }
    float[][] vectors = new float[steps.size()][];
    for (int step = 0; step < vectors.length; step++) {
      vectors[step] = vector(name, step, steps.get(step));
      if (vectors[step].length != inputs) {
        throw new InvalidInputException(
            "a sequence of column %s has a vector of size %d at step %d, but the GRU takes %d"
                .formatted(name, vectors[step].length, step, inputs));
      }
    }
    return new Sequence(null, vectors);
  }

  private int token(Number id, int step) {
    if (id.longValue() < 0 || id.longValue() >= inputs) {
      throw new InvalidInputException(
          "a sequence of column %s has token id %s at step %d: ids are from 0 to below %d, the size of the vocabulary"
              .formatted(name, id, step, inputs));
    }
    return id.intValue();
  }

  /** An array in an array. */
  static float[] vector(String column, int step, Object array) {
    if (array == null) {
      throw nothing(column, step);
    }
    List<?> numbers = CollectionConverters.asJava((scala.collection.Seq<?>) array);
    float[] vector = new float[numbers.size()];
    for (int place = 0; place < vector.length; place++) {
      vector[place] = number(column, step, numbers.get(place)).floatValue();
    }
    return vector;
  }

  private static Number number(String column, int step, Object value) {
    if (value == null) {
      throw nothing(column, step);
    }
    return (Number) value;
  }

  private static InvalidInputException nothing(String column, int step) {
    return new InvalidInputException(
        "an array of column %s has a null at step %d: leave such rows out, or fill them"
            .formatted(column, step));
  }
}
