package org.tornadogru.spark;

import java.io.Serializable;
import java.lang.ref.Cleaner;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;
import org.tornadogru.device.Device;
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

  /** Runners that no task has now, by device; null before the first task of an executor. */
  private transient Map<Device, Deque<Runner>> idle;

  ServedModel(byte[] model, Output output, String device) {
    this.model = model;
    this.output = output;
    this.device = device;
  }

  /** Runners on a device that no task has now. */
  private synchronized Deque<Runner> idle(Device on) {
    if (idle == null) {
      Map<Device, Deque<Runner>> runners = new ConcurrentHashMap<>();
      CLEANER.register(this, () -> runners.values().forEach(each -> each.forEach(Runner::close)));
      idle = runners;
    }
    return idle.computeIfAbsent(on, first -> new ConcurrentLinkedDeque<>());
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
    Device given = Devices.of(device, task.resourcesJMap());
    Runner runner = take(given);
    task.addTaskCompletionListener(
        (TaskCompletionListener)
            done -> {
              if (done.isFailed()) {
                runner.close();
              } else {
                giveBack(runner, given);
              }
            });
    return runner;
  }

  /** One that the tasks before have left on this device, or another. */
  Runner take(Device given) {
    Runner waiting = idle(given).poll();
    return waiting != null
        ? waiting
        : new Runner(ModelFormat.SAFETENSORS.parse(model), output, given);
  }

  /** Leaves one for the next task on its device. */
  void giveBack(Runner runner, Device given) {
    idle(given).push(runner);
  }
}
