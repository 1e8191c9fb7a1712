package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tornadogru.jvm.Kernels.counting;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Executing a graph leaves no work for the garbage collector. */
@Tag("plain-jvm")
@DisabledIfSystemProperty(
    named = "tornado.plain.order",
    matches = "shuffled|parallel",
    disabledReason = "another order has to be made up")
class AllocationTest {

  @Test
  void anExecutionAllocatesLittleHoweverBigTheDataAre() {
    FloatArray big = counting(100_000);
    FloatArray scaled = new FloatArray(100_000);
    TaskGraph graph =
        new TaskGraph("steps").transferToDevice(DataTransferMode.EVERY_EXECUTION, big);
    for (int i = 0; i < 10; i++) {
      graph.task("scale" + i, Kernels::scaleBy, big, scaled, 2f);
    }
    graph.transferToHost(DataTransferMode.EVERY_EXECUTION, scaled);
    TornadoExecutionPlan plan = new TornadoExecutionPlan(graph.snapshot());
    plan.withWarmUpIterations(20);
    int executions = 100;
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < executions; i++) {
      plan.withGraph(0).execute();
    }
    long each = (threads.getCurrentThreadAllocatedBytes() - before) / executions;
    assertThat(each).isLessThan(2_000);
  }

  @Test
  void theSegmentOfAnArrayIsAlwaysTheSame() {
    FloatArray array = new FloatArray(10);
    assertThat(array.getSegment()).isSameAs(array.getSegment());
  }
}
