package org.tornadogru.spark;

import java.io.Serializable;
import java.lang.ref.Cleaner;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.tornadogru.formats.ModelFormat;

/**
 * A model as it is broadcast: bytes on the way, and where they arrive, what was compiled of them.
 * Spark keeps one of these for all tasks of an executor, so that they find what the tasks before
 * have compiled.
 */
final class ServedModel implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Frees the devices of models that nobody predicts with any more. */
  private static final Cleaner CLEANER = Cleaner.create();

  private final byte[] model;
  private final Output output;
  private final String device;

  /** Runners that no task has now; null before the first task of an executor. */
  private transient Deque<Runner> idle;

  ServedModel(byte[] model, Output output, String device) {
    this.model = model;
    this.output = output;
    this.device = device;
  }

  private synchronized Deque<Runner> idle() {
    if (idle == null) {
      Deque<Runner> runners = new ConcurrentLinkedDeque<>();
      CLEANER.register(this, () -> runners.forEach(Runner::close));
      idle = runners;
    }
    return idle;
  }

  /**
   * The rows of a part of a table, each with what the model adds.
   *
   * @param batch rows of a batch
   */
  Iterator<Row> answered(Iterator<Row> rows, SequenceColumn column, int batch, boolean ofSteps) {
    return new AnsweredRows(rows, column, runner(), batch, ofSteps);
  }

  /** What runs the model for the task that asks, until it ends. */
  Runner runner() {
    TaskContext task = TaskContext.get();
    Runner waiting = idle().poll();
    Runner runner =
        waiting != null
            ? waiting
            : new Runner(
                ModelFormat.SAFETENSORS.parse(model),
                output,
                Devices.of(device, task.resourcesJMap()));
    task.addTaskCompletionListener(
        (TaskCompletionListener)
            done -> {
              if (done.isFailed()) {
                runner.close();
              } else {
                idle().push(runner);
              }
            });
    return runner;
  }
}
