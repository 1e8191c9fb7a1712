package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoOutOfMemoryException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** A device that has only so much memory, as {@code tornado.device.memory} says. */
@Tag("plain-jvm") // TornadoVM reads the property once
class DeviceMemoryTest {

  private static final String MEMORY = "tornado.device.memory";

  /** Larger than all that other tests have left on the device. */
  private static final int SIZE = 4 << 20;

  @AfterEach
  void theMemoryIsWithoutEnd() {
    System.clearProperty(MEMORY);
  }

  /** Two graphs that share an array of 16 MB. */
  private static TornadoExecutionPlan plan() {
    FloatArray array = new FloatArray(SIZE);
    TaskGraph source =
        new TaskGraph("source")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, array)
            .task("increment", Kernels::increment, array)
            .persistOnDevice(array);
    TaskGraph consumer =
        new TaskGraph("consumer")
            .consumeFromDevice("source", array)
            .task("increment", Kernels::increment, array)
            .transferToHost(DataTransferMode.UNDER_DEMAND, array);
    return new TornadoExecutionPlan(source.snapshot(), consumer.snapshot());
  }

  private static void execute(TornadoExecutionPlan plan) {
    plan.withGraph(0).execute();
    plan.withGraph(1).execute();
  }

  @Test
  void whatGraphsShareIsThereOnceAndGivenBackOnce() throws TornadoExecutionPlanException {
    System.setProperty(MEMORY, "30MB");
    for (int round = 0; round < 3; round++) {
      try (TornadoExecutionPlan plan = plan();
          TornadoExecutionPlan other = plan()) {
        execute(plan);
        execute(plan);
        assertThatThrownBy(() -> execute(other))
            .isInstanceOf(TornadoOutOfMemoryException.class)
            .hasMessageContaining("Unable to allocate 16777232 bytes")
            .hasMessageContaining(MEMORY);
        plan.withGraph(0).freeDeviceMemory();
        assertThatThrownBy(() -> execute(other)).isInstanceOf(TornadoOutOfMemoryException.class);
        plan.withGraph(1).freeDeviceMemory();
        execute(other);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1000, false", "1000B, false", "16000KB, false", "30MB, true", "1GB, true"})
  void theSizeIsInTornadoVmsWords(String size, boolean enough)
      throws TornadoExecutionPlanException {
    System.setProperty(MEMORY, size);
    try (TornadoExecutionPlan plan = plan()) {
      if (enough) {
        execute(plan);
        assertThat(plan.getCurrentDeviceMemoryUsage()).isPositive();
      } else {
        assertThatThrownBy(() -> execute(plan)).isInstanceOf(TornadoOutOfMemoryException.class);
      }
    }
  }
}
