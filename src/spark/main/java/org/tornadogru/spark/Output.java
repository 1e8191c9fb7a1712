package org.tornadogru.spark;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.tornadogru.formats.GruModel;
import org.tornadogru.nn.InvalidInputException;
import org.tornadogru.nn.Usage;

/** What a model adds to each row. */
public enum Output {
  /**
   * What the model gives out: scores of classes or tokens, or values; of a model without linear
   * layer the outputs of the GRU. {@code array<float>}, or at each step one.
   */
  OUTPUTS,
  /** The place of the largest output: {@code int}, or at each step one. */
  CLASSES,
  /** The GRU's states behind the last step, [L·D][H]: {@code array<array<float>>}. */
  STATES;

  String param() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Output of(String param) {
    return Arrays.stream(values())
        .filter(each -> each.param().equals(param))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "output is one of %s, not %s"
                        .formatted(
                            Arrays.stream(values())
                                .map(Output::param)
                                .collect(Collectors.joining(", ")),
                            param)));
  }

  /**
   * The type of the column.
   *
   * @throws InvalidInputException if the model does not have it
   */
  DataType type(GruModel model) {
    DataType single = ofOne(model);
    return this == STATES || isOfSteps(model) ? DataTypes.createArrayType(single) : single;
  }

  /**
   * The type of an answer in a stream, which there is for each step.
   *
   * @throws InvalidInputException if the model or a stream does not have it
   */
  DataType typeInStream(GruModel model) {
    if (this == STATES) {
      throw new InvalidInputException(
          "a stream keeps states for itself: its output is outputs or classes, not states");
    }
    return ofOne(model);
  }

  private DataType ofOne(GruModel model) {
    if (this == CLASSES && model.weights().outputs() < 2) {
      throw new InvalidInputException(
          "the model has %d outputs of a linear layer: classes want 2 or more"
              .formatted(model.weights().outputs()));
    }
    return this == CLASSES ? DataTypes.IntegerType : DataTypes.createArrayType(DataTypes.FloatType);
  }

  /** Whether there is one at each step. */
  boolean isOfSteps(GruModel model) {
    return this != STATES && model.usage().steps() == Usage.Steps.EACH;
  }
}
