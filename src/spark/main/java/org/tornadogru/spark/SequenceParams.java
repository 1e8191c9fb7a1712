package org.tornadogru.spark;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/**
 * What a training and a finished model have in common.
 *
 * @param <S> which of them it is
 */
public interface SequenceParams<S extends SequenceParams<S>> extends Params {

  /**
   * The column of sequences, each of any length: arrays of token ids, or arrays of vectors, which
   * are arrays of numbers.
   */
  default Param<String> inputCol() {
    return new Param<>(this, "inputCol", "column of sequences: token ids, or vectors");
  }

  /** The column that {@code transform} adds. */
  default Param<String> outputCol() {
    return new Param<>(this, "outputCol", "column that is added");
  }

  /** What is in that column: the name of an {@link Output} in small letters. */
  default Param<String> output() {
    return new Param<>(this, "output", "what is added: outputs, classes or states");
  }

  /** Rows of a batch: of each update, over all workers, or in prediction. */
  default IntParam batchSize() {
    return new IntParam(this, "batchSize", "rows of a batch", ParamValidators.gt(0));
  }

  /**
   * The device of each executor, as {@link org.tornadogru.device.Device#of} takes it; {@code auto}
   * for the one that Spark gives the task as its resource {@code gpu}, or if it gives none, the
   * fastest.
   */
  default Param<String> device() {
    return new Param<>(this, "device", "device of each executor, or auto");
  }

  /** Sets {@link #inputCol()}; default: {@code features}. */
  default S setInputCol(String name) {
    return with(inputCol(), name);
  }

  /** Sets {@link #outputCol()}; default: {@code prediction}. */
  default S setOutputCol(String name) {
    return with(outputCol(), name);
  }

  /** Sets {@link #output()}; default: {@code OUTPUTS}. */
  default S setOutput(Output what) {
    return with(output(), what.param());
  }

  /** Sets {@link #batchSize()}; default: 64. */
  default S setBatchSize(int rows) {
    return with(batchSize(), rows);
  }

  /** Sets {@link #device()}; default: {@code auto}. */
  default S setDevice(String id) {
    return with(device(), id);
  }

  /** Sets a parameter. */
  @SuppressWarnings("unchecked")
  default <T> S with(Param<T> param, T value) {
    set(param, value);
    return (S) this;
  }

  /** Sets what parameters are where nobody sets them. */
  default void setDefaults() {
    setDefault(inputCol(), "features");
    setDefault(outputCol(), "prediction");
    setDefault(output(), Output.OUTPUTS.param());
    setDefault(batchSize(), 64);
    setDefault(device(), "auto");
  }

  /** A parameter's value. */
  default int number(IntParam param) {
    return (int) getOrDefault(param);
  }
}
