package org.tornadogru.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.tornadogru.jvm.Kernels.counting;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.exceptions.TornadoExecutionPlanException;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;

/** Graphs of one plan that hand device memory over. */
class SeveralGraphsTest {

  private static final int SOURCE = 0;
  private static final int CONSUMER = 1;
  private static final int STRANGER = 2;

  private final FloatArray state = counting(30);
  private final FloatArray scaled = new FloatArray(30);
  private final FloatArray other = counting(5);
  private TornadoExecutionPlan plan;

  @BeforeEach
  void assemble() {
    TaskGraph source =
        new TaskGraph("source")
            .transferToDevice(DataTransferMode.FIRST_EXECUTION, state)
            .task("increment", Kernels::increment, state)
            .transferToHost(DataTransferMode.UNDER_DEMAND, state)
            .persistOnDevice(state);
    TaskGraph consumer =
        new TaskGraph("consumer")
            .consumeFromDevice("source", state)
            .task("increment", Kernels::increment, state)
            .task("scale", Kernels::scaleBy, state, scaled, 10f)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, scaled);
    TaskGraph stranger =
        new TaskGraph("stranger")
            .transferToDevice(DataTransferMode.EVERY_EXECUTION, other)
            .task("increment", Kernels::increment, other)
            .transferToHost(DataTransferMode.EVERY_EXECUTION, other);
    plan = new TornadoExecutionPlan(source.snapshot(), consumer.snapshot(), stranger.snapshot());
  }

  @AfterEach
  void close() throws TornadoExecutionPlanException {
    plan.close();
  }

  @Test
  void theConsumerWorksOnTheSourcesMemory() {
    plan.withGraph(SOURCE).execute();
    plan.withGraph(CONSUMER).execute();
    assertThat(scaled.get(7)).isEqualTo(10f * (7 + 2));
    plan.withGraph(SOURCE).execute();
    plan.withGraph(CONSUMER).execute();
    assertThat(scaled.get(7)).isEqualTo(10f * (7 + 4));
    assertThat(state.get(7)).isEqualTo(7f);
  }

  @Test
  void theConsumerCanRunSeveralTimes() {
    plan.withGraph(SOURCE).execute();
    plan.withGraph(CONSUMER).execute();
    plan.withGraph(CONSUMER).execute();
    plan.withGraph(CONSUMER).execute();
    assertThat(scaled.get(7)).isEqualTo(10f * (7 + 4));
  }

  @Test
  void nothingCanBeConsumedBeforeTheSourceRan() {
    plan.withGraph(CONSUMER);
    assertThatThrownBy(plan::execute).isInstanceOf(RuntimeException.class);
  }

  @Test
  void anotherGraphInBetweenLosesTheSource() {
    plan.withGraph(SOURCE).execute();
    plan.withGraph(STRANGER).execute();
    plan.withGraph(CONSUMER);
    assertThatThrownBy(plan::execute).isInstanceOf(RuntimeException.class);
  }

  @Test
  void graphsOfOneExecutionDoNotSeeEachOther() {
    plan.withAllGraphs();
    assertThatThrownBy(plan::execute).isInstanceOf(RuntimeException.class);
  }

  @Test
  @Tag("plain-jvm")
  void theMessageNamesBothGraphs() {
    plan.withGraph(SOURCE).execute();
    plan.withGraph(STRANGER).execute();
    plan.withGraph(CONSUMER);
    assertThatThrownBy(plan::execute)
        .isInstanceOf(TornadoRuntimeException.class)
        .hasMessageContaining("consumer")
        .hasMessageContaining("stranger");
  }

  @Test
  void oneGraphRunsWithoutTheOthers() {
    plan.withGraph(STRANGER).execute();
    assertThat(other.get(0)).isEqualTo(1f);
    assertThat(scaled.get(7)).isZero();
  }

  /** TornadoVM copies nothing then; a result speaks of the graphs that are selected. */
  @Test
  @Tag("plain-jvm")
  void aResultOfAnotherSelectionCannotBeAskedFor() {
    TornadoExecutionResult result = plan.withGraph(SOURCE).execute();
    plan.withGraph(STRANGER).execute();
    assertThatThrownBy(() -> result.transferToHost(state))
        .isInstanceOf(TornadoRuntimeException.class);
  }

  @Test
  void anIndexOutOfRange() {
    assertThatThrownBy(() -> plan.withGraph(3)).isInstanceOf(TornadoRuntimeException.class);
    assertThatThrownBy(() -> plan.withGraph(-1)).isInstanceOf(TornadoRuntimeException.class);
  }
}
